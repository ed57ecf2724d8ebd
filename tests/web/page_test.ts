/** The page and the templates it is made of: nothing that is shown can become markup. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { Html, html } from "../../src/web/html.ts";
import { renderPage } from "../../src/web/page.ts";

const content = {
  name: "prometheus-plex-exporter",
  version: "1.2.3",
  metricsPath: "/metrics",
  servers: [{ name: "home", status: "UP 1.42.1" }, { name: "attic", status: "DOWN" }],
};

Deno.test("html escapes text and attributes", () => {
  assert.equal(
    html`<a title="${`"'<&>`}">${`"'<&>`}</a>`.toString(),
    '<a title="&quot;&#39;&lt;&amp;&gt;">&quot;&#39;&lt;&amp;&gt;</a>',
  );
});

Deno.test("html takes markup of its own as it is, joins lists and leaves out undefined", () => {
  const rows = ["a", "<b>"].map((text) => html`<li>${text}</li>`);
  assert.equal(
    html`<ul>${rows}</ul>${undefined}${7}`.toString(),
    "<ul><li>a</li><li>&lt;b&gt;</li></ul>7",
  );
});

Deno.test("html takes no data for markup, whatever its shape", () => {
  const forged = JSON.parse('{ "markup": "<b>" }');
  assert.throws(() => html`${forged}`);
  const heir = Object.create(Html.prototype);
  assert.throws(() => html`${heir}`.toString());
});

Deno.test("html leaves no value able to open a tag or close an attribute", () => {
  fc.assert(fc.property(fc.string(), (text) => {
    assert.doesNotMatch(html`${text}`.toString(), /[<>"']/);
  }));
});

Deno.test("renderPage shows name, version, links and one line a server", () => {
  const page = renderPage(content);
  assert.match(page, /^<!DOCTYPE html>/);
  assert.match(page, /<h1>prometheus-plex-exporter 1\.2\.3<\/h1>/);
  assert.match(page, /<a href="\/metrics">/);
  assert.match(page, /<a href="\/healthz">/);
  assert.match(page, /<th scope="row">home<\/th>\s*<td>UP 1\.42\.1<\/td>/);
  assert.match(page, /<th scope="row">attic<\/th>\s*<td>DOWN<\/td>/);
});

Deno.test("renderPage escapes every value and has no script and nothing from elsewhere", () => {
  const evil = `<script>alert("1")</script>'`;
  const page = renderPage({
    name: evil,
    version: evil,
    metricsPath: `/"onclick="`,
    servers: [{ name: evil, status: evil }],
  });
  assert.doesNotMatch(page, /<script|"onclick/i);
  assert.doesNotMatch(renderPage(content), /<script|src=|https?:|@import|url\(/i);
});

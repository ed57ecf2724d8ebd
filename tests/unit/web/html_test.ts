/** The template tag for HTML. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { Html, html } from "../../../src/web/html.ts";

Deno.test("html`` escapes text and attributes", () => {
  assert.equal(
    html`<a title="${`"'<&>`}">${`"'<&>`}</a>`.toString(),
    '<a title="&quot;&#39;&lt;&amp;&gt;">&quot;&#39;&lt;&amp;&gt;</a>',
  );
});

Deno.test("html`` does not escape Html again, joins lists and leaves out undefined", () => {
  const rows = ["a", "<b>"].map((text) => html`<li>${text}</li>`);
  assert.equal(
    html`<ul>${rows}</ul>${undefined}${7}`.toString(),
    "<ul><li>a</li><li>&lt;b&gt;</li></ul>7",
  );
});

Deno.test("html`` throws for objects that only look like Html", () => {
  const forged = JSON.parse('{ "markup": "<b>" }');
  assert.throws(() => html`${forged}`);
  const derived = Object.create(Html.prototype);
  assert.throws(() => html`${derived}`.toString());
});

Deno.test("html`` lets no value open a tag or close an attribute", () => {
  fc.assert(fc.property(fc.string(), (text) => {
    assert.doesNotMatch(html`${text}`.toString(), /[<>"']/);
  }));
});

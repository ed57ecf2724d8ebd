/** The page as a whole: its frame, and that nothing it shows becomes markup. */
import assert from "node:assert/strict";
import { PAGE_HEADERS, renderPage } from "../../../../src/web/page/mod.ts";
import { SERVER, session, START } from "../../../testing/core_builders.ts";
import { later, pageOf, partOf, scrape, UNKNOWN_SERVER, up } from "../../../testing/page_states.ts";
import { visibleText } from "../../../testing/page_text.ts";

Deno.test("the page has its version, links, and a heading for every section", () => {
  const page = pageOf([up(session())]);
  assert.match(page, /^<!DOCTYPE html>\s*<html lang="en">/);
  // Relative, because a proxy may serve the page under another path.
  for (const path of ["./metrics", "./healthz", "./dashboards", "./alerts.yml"]) {
    assert.ok(page.includes(`<a href="${path}">`), path);
  }
  assert.match(visibleText(page), /prometheus-plex-exporter 1\.2\.3/);
  const headings = [...page.matchAll(/<h2 id="(\w+)">/g)].map(([, id]) => id);
  assert.deepEqual(headings, ["servers", "playing", "sources", "scrapes", "libraries"]);
});

Deno.test("the page refreshes and loads nothing else, and runs no script", () => {
  const page = pageOf([up(session()), UNKNOWN_SERVER]);
  assert.match(page, /<meta http-equiv="refresh" content="10">/);
  const [icon, ...others] = page.match(/<link[^>]*>/g) ?? [];
  assert.match(icon ?? "", /^<link rel="icon" href="data:image\/svg\+xml,[\w.%'()-]+">$/);
  assert.deepEqual(others, []);
  assert.doesNotMatch(page, /<script|<img|\ssrc=|\son\w+=|https?:|@import|url\(|\sstyle=/i);
  assert.equal(
    PAGE_HEADERS["Content-Security-Policy"],
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'",
  );
});

Deno.test("the page says that the exporter is starting while it monitors no server yet", () => {
  const page = pageOf([]);
  assert.match(partOf(page, "servers"), /The exporter is starting/);
  assert.match(partOf(page, "scrapes"), /Nothing has scraped \/metrics/);
});

const hostile = [
  "<script>alert(1)</script>",
  '"><img src=x onerror=alert(1)>',
  "</td></table></main><h1>gone",
  "' onmouseover='x",
  "&lt;b&gt; &#60;",
  "<!-- ]]> --> <style>*{display:none}",
  "a\u0000b\u0007c\u001b[31m\u0085d\u202etxt\u2069",
  "\ud800 half",
  "x".repeat(10_000),
];

Deno.test("text from Plex or a client never becomes markup, wherever it is shown", () => {
  for (const evil of hostile) {
    const evilPlay = session({
      user: evil,
      title: evil,
      childTitle: evil,
      grandchildTitle: evil,
      channel: evil,
      player: { id: evil, name: evil, device: evil, product: evil, platform: evil },
    });
    const page = renderPage(
      [later(
        { ...up(evilPlay), address: evil },
        { type: "server_described", at: START, server: { ...SERVER, name: evil, version: evil } },
        {
          type: "libraries_listed",
          at: START,
          withSizes: true,
          libraries: [
            { id: "1", title: evil, type: "movie", otherVideos: false, scanning: false },
          ],
        },
        scrape(START, evil),
      )],
      START,
      { version: evil, metricsPath: `/${evil}` },
    );
    const tags = (markup: string) => [...markup.matchAll(/<[^>]*>/g)].map(([tag]) => tag);
    const plain = tags(page).filter((tag) => !/^<(a href|\/?bdi)/.test(tag));
    assert.doesNotMatch(plain.join(""), /script|img|alert|gone|onmouseover|half|xxx/);
    // Version and path do not come from outside, and a path must stay unchanged.
    const [, body] = page.split("</header>");
    // deno-lint-ignore no-control-regex
    assert.doesNotMatch(body ?? "", /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
  }
});

/** The page as a whole: every kind of server, and nothing that is shown can become markup. */
import assert from "node:assert/strict";
import { pageHeaders, renderPage } from "../../../../src/web/page/mod.ts";
import { SERVER, session, START } from "../../../testing/core_builders.ts";
import {
  later,
  pageOf,
  partOf,
  scrape,
  STRANGER,
  textOf,
  up,
} from "../../../testing/page_states.ts";

Deno.test("the page has its version, links, and a heading for every part", () => {
  const page = pageOf([up(session())]);
  assert.match(page, /^<!DOCTYPE html>\s*<html lang="en">/);
  // Relative, for those who see the page below a path of a proxy.
  for (const path of ["./metrics", "./healthz", "./dashboards", "./alerts.yml"]) {
    assert.ok(page.includes(`<a href="${path}">`), path);
  }
  assert.match(textOf(page), /prometheus-plex-exporter 1\.2\.3/);
  const headings = [...page.matchAll(/<h2 id="(\w+)">/g)].map(([, id]) => id);
  assert.deepEqual(headings, ["servers", "playing", "sources", "scrapes", "libraries"]);
});

Deno.test("the page loads itself again and nothing else, and runs no script", () => {
  const page = pageOf([up(session()), STRANGER]);
  assert.match(page, /<meta http-equiv="refresh" content="10">/);
  assert.doesNotMatch(page, /<script|<link|<img|\ssrc=|\son\w+=|https?:|@import|url\(|\sstyle=/i);
  assert.equal(
    pageHeaders["Content-Security-Policy"],
    "default-src 'none'; style-src 'unsafe-inline'",
  );
});

Deno.test("the page says that the exporter is starting while it watches no server yet", () => {
  const page = pageOf([]);
  assert.match(partOf(page, "servers"), /The exporter is starting/);
  assert.match(partOf(page, "scrapes"), /Nobody has read \/metrics/);
});

Deno.test("a server that was never reached says so by its address", () => {
  const page = pageOf([STRANGER]);
  assert.match(partOf(page, "servers"), /plex\.example:32400 Not reached yet/);
  assert.match(partOf(page, "playing"), /Not known yet/);
  assert.equal(partOf(page, "libraries"), "");
});

Deno.test("a server that is up shows version, Plex Pass, events, token and load", () => {
  const servers = partOf(pageOf([up()]), "servers");
  assert.match(servers, /home Up/);
  assert.match(
    servers,
    /Plex 1\.42\.1 on Linux Plex Pass events connected last answer 2 s ago token accepted/,
  );
  assert.match(servers, /up since 13:00/);
  assert.match(servers, /host CPU 12 %, memory 48 %/);
});

Deno.test("a server that is down says since when, for how long, why, and what to do", () => {
  const down = later(
    up(session()),
    { type: "poll_failed", at: START + 60_000, failure: "refused" },
    { type: "poll_failed", at: START + 65_000, failure: "refused", retryAt: START + 265_000 },
    { type: "socket_changed", at: START + 60_000, connected: false },
  );
  assert.match(partOf(pageOf([down], 270), "servers"), /trying again/);
  const page = pageOf([down], 245);
  const servers = partOf(page, "servers");
  assert.match(servers, /home Down since 13:01, for 3 min last answer 4 min ago next try in 20 s/);
  assert.match(
    servers,
    /Cannot connect: check that Plex is running and that PLEX_SERVER is correct\./,
  );
  assert.match(partOf(page, "playing"), /Not known while Plex is down/);
  assert.equal(partOf(page, "libraries"), "");
});

Deno.test("a server that is down since yesterday says the date as well", () => {
  const down = later(STRANGER, { type: "poll_failed", at: START, failure: "unauthorized" });
  const servers = partOf(pageOf([down], 86_400 * 3), "servers");
  assert.match(servers, /Down since 5 Jan, 13:00, for 3 d no answer so far/);
  assert.match(servers, /Plex rejects the token: check PLEX_TOKEN or its file\./);
});

Deno.test("a failure has its cause on the page, and no markup of a stranger's", () => {
  const detail = "Cannot trust the server's certificate (<b>Expired</b>): have it renewed";
  const down = later(STRANGER, { type: "poll_failed", at: START, failure: "other", detail });
  const page = pageOf([down]);
  assert.match(partOf(page, "servers"), /The request failed\. Cannot trust .* have it renewed\./);
  assert.ok(!page.includes("<b>"));
});

Deno.test("one failed poll is told, and does not make the server down", () => {
  const shaken = later(up(), { type: "poll_failed", at: START + 1000, failure: "timeout" });
  const servers = partOf(pageOf([shaken]), "servers");
  assert.match(servers, /home Up/);
  assert.match(servers, /The last poll failed\. Plex did not respond within the timeout\./);
});

Deno.test("a guest's token is named with what to do", () => {
  const guest = later(
    STRANGER,
    { type: "server_described", at: START, server: SERVER },
    { type: "sessions_denied", at: START },
  );
  const page = pageOf([guest]);
  const servers = partOf(page, "servers");
  assert.match(servers, /no events for a guest .*token of a guest/);
  assert.match(servers, /Put the token of the account that owns the server into PLEX_TOKEN/);
  assert.match(partOf(page, "playing"), /needs the owner's token/);
});

Deno.test("several servers have a heading each, and a second URL of one is named", () => {
  const attic = later(
    { ...up(), address: "attic.example:32400" },
    { type: "server_described", at: START, server: { ...SERVER, id: "other", name: "attic" } },
  );
  const again = { ...up(session()), address: "10.0.0.9:32400" };
  const page = pageOf([up(session()), attic, again]);
  const servers = partOf(page, "servers");
  assert.match(servers, /home Up .*attic Up .*home Duplicate/);
  assert.match(
    servers,
    /10\.0\.0\.9:32400 is the same server as home at plex\.example:32400: its metrics are exported once/,
  );
  assert.match(partOf(page, "playing"), /home .*The Long Road.* attic Nothing is playing\.$/);
  assert.match(partOf(page, "sources"), /^Sources home .* attic /);
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

Deno.test("nothing hostile becomes markup, wherever it stands", () => {
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
    // Version and path are not from outside, and a path must stay what it is.
    const [, body] = page.split("</header>");
    // deno-lint-ignore no-control-regex
    assert.doesNotMatch(body ?? "", /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
  }
});

/** URLs and headers of requests to Plex. */
import assert from "node:assert/strict";
import { plexHeaders, plexUrl, socketUrl } from "../../../src/plex/urls.ts";

Deno.test("plexUrl() appends the path to the prefix of the server, and keeps no credentials", () => {
  const server = new URL("https://user:secret@home.example:8443/plex/?a=b#c");
  assert.equal(
    plexUrl(server, "/status/sessions", "at%3E=1").href,
    "https://home.example:8443/plex/status/sessions?at%3E=1",
  );
  assert.equal(
    plexUrl(new URL("http://plex:32400"), "/identity").href,
    "http://plex:32400/identity",
  );
});

Deno.test("socketUrl() uses ws for http and wss for https", () => {
  assert.equal(socketUrl(new URL("http://plex:32400"), "/a").href, "ws://plex:32400/a");
  assert.equal(socketUrl(new URL("https://plex/b"), "/a", "c=d").href, "wss://plex/b/a?c=d");
});

Deno.test("plexHeaders() identify the exporter and contain only characters that headers may have", () => {
  const headers = plexHeaders("to\nken\u00e9");
  assert.equal(headers["X-Plex-Token"], "token");
  assert.equal(headers["Accept"], "application/json");
  assert.equal(new Headers(headers).get("x-plex-client-identifier"), "prometheus-plex-exporter");
});

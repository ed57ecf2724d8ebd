/** The value of PLEX_SERVER. */
import assert from "node:assert/strict";
import { accept, refuseOne, token } from "../../testing/config.ts";

Deno.test("serverAddresses normalises URLs as people paste them", () => {
  const cases = [
    ["http://192.168.1.10:32400", "http://192.168.1.10:32400", "192.168.1.10:32400"],
    ["http://plex:32400//", "http://plex:32400", "plex:32400"],
    ["HTTP://PLEX:32400/web", "http://plex:32400", "plex:32400"],
    ["http://plex:32400/web/index.html#!/settings/web", "http://plex:32400", "plex:32400"],
    ["https://home.example/plex/web/", "https://home.example/plex", "home.example:443/plex"],
    ["http://home.example:80/a/b/", "http://home.example/a/b", "home.example:80/a/b"],
    ["http://[FE80::1]:32400", "http://[fe80::1]:32400", "[fe80::1]:32400"],
    ["http://plex/webhook", "http://plex/webhook", "plex:80/webhook"],
  ] as const;
  for (const [text, baseUrl, label] of cases) {
    const [server] = accept({ PLEX_SERVER: text }).servers;
    assert.equal(server?.baseUrl, baseUrl, text);
    assert.equal(server?.label, label, text);
  }
  const several = accept({ PLEX_SERVER: "http://a:1 ,https://b" }).servers;
  assert.deepEqual(several.map((server) => server.label), ["a:1", "b:443"]);
});

Deno.test("serverAddresses rejects ambiguous URLs and says how to write them", () => {
  const cases = [
    ["192.168.1.10:32400/web", /has no scheme; write it like http:\/\/192\.168\.1\.10:32400$/],
    [token, /has no scheme; write it like http:\/\/192\.168\.1\.10:32400$/],
    ["ws://plex:32400", /has the scheme ws:\/\/; write http:\/\/ or https:\/\//],
    ["http://plex:99999", /is not a URL/],
    ["http://plex/?a=b", /has a query; remove the \? and what follows/],
    ["http://plex/web/#!/?X-Plex-Token=x", /a token belongs in PLEX_TOKEN/],
    ["http://owner@plex:32400", /contains a user or password/],
    ["http://plex:32400,", /\(entry 2\) is empty; remove the extra comma/],
    ["http://plex,http://plex:80/web/", /lists plex:80 twice/],
  ] as const;
  for (const [text, right] of cases) assert.match(refuseOne({ PLEX_SERVER: text }), right, text);
});

Deno.test("serverAddresses repeats no secret of a URL", () => {
  const urls = [
    `http://owner:${token}@plex:32400`,
    `http://${token}@plex:32400`,
    `http://plex:32400/?X-Plex-Token=${token}`,
    `http://plex:32400/web/index.html#!/x?X-Plex-Token=${token}`,
    `owner:${token}@plex:32400`,
    `http://plex:99999/?X-Plex-Token=${token}`,
    token,
  ];
  for (const url of urls) assert.doesNotMatch(refuseOne({ PLEX_SERVER: url }), /aBcDe/, url);
});

Deno.test("serverAddresses rejects quotes, which Docker's --env-file keeps", () => {
  for (const url of ['"http://plex:32400"', "'http://plex:32400'", "<http://plex:32400>"]) {
    assert.match(refuseOne({ PLEX_SERVER: url }), /^PLEX_SERVER is in quotes or brackets/, url);
  }
});

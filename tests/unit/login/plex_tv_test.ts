/** What plex.tv is asked. */
import assert from "node:assert/strict";
import { Secret } from "../../../src/config/mod.ts";
import { createPlexTvClient, PLEX_TV_URL } from "../../../src/login/plex_tv.ts";
import { startPlexTv } from "../../../src/simulator/plex_tv/mod.ts";
import { DrivenClock } from "../../testing/driven_clock.ts";

Deno.test("the real plex.tv is asked by HTTPS", () => {
  assert.equal(PLEX_TV_URL, "https://plex.tv");
});

Deno.test("a PIN is created and read without a token, and the servers with one, in a header", async () => {
  const clock = new DrivenClock();
  const server = { name: "attic", clientIdentifier: "a", connections: [] };
  const simulated = await startPlexTv({ clock, devices: [server] });
  try {
    const plexTv = createPlexTvClient({
      baseUrl: `http://127.0.0.1:${simulated.port}`,
      device: { clientIdentifier: "id", name: "name" },
      version: "1.2.3",
      clock,
      signal: new AbortController().signal,
    });
    const created = await plexTv.createPin();
    assert.ok(created.ok && created.value.token === undefined);
    assert.equal(created.dateMs, clock.now());
    simulated.claim(created.value.code);
    const read = await plexTv.readPin(created.value.id);
    assert.ok(read.ok && read.value.token?.reveal() === simulated.accountToken);
    const servers = await plexTv.servers(read.value.token);
    assert.ok(servers.ok);
    assert.deepEqual(servers.value.map(({ name }) => name), ["attic"]);
    const refused = await plexTv.servers(new Secret("another"));
    assert.ok(!refused.ok);
    assert.deepEqual(refused.problem, { kind: "status", status: 401, retryAfterMs: undefined });
    assert.deepEqual(
      simulated.requests.map(({ headers, method, url }) => [method, url, headers["x-plex-token"]]),
      [
        ["POST", "/api/v2/pins", undefined],
        ["GET", `/api/v2/pins/${created.value.id}`, undefined],
        ["GET", "/api/v2/resources?includeHttps=1&includeRelay=0", simulated.accountToken],
        ["GET", "/api/v2/resources?includeHttps=1&includeRelay=0", "another"],
      ],
    );
  } finally {
    await simulated.close();
  }
});

/** The simulated plex.tv on its port. */
import assert from "node:assert/strict";
import { type PlexTv, startPlexTv } from "../../../../src/simulator/plex_tv/mod.ts";
import { DrivenClock } from "../../../testing/driven_clock.ts";
import { waitUntil } from "../../../testing/eventually.ts";

const HEADERS = { "X-Plex-Client-Identifier": "device" };

/** Starts a plex.tv whose clock is an hour ahead, and runs a test on it. */
async function withPlexTv(
  run: (plexTv: PlexTv, url: string, clock: DrivenClock) => Promise<void>,
): Promise<void> {
  const clock = new DrivenClock();
  const plexTv = await startPlexTv({ clock, clockOffsetMs: 3_600_000 });
  try {
    await run(plexTv, `http://127.0.0.1:${plexTv.port}/api/v2/pins`, clock);
  } finally {
    await plexTv.close();
  }
}

Deno.test("a code that is entered brings the account's token, and every request is recorded", async () => {
  await withPlexTv(async (plexTv, url, clock) => {
    const created = await fetch(url, { method: "POST", headers: HEADERS });
    assert.equal(Date.parse(created.headers.get("date") ?? ""), clock.now() + 3_600_000);
    const { code, id } = await created.json();
    plexTv.claim(code);
    const { authToken } = await (await fetch(`${url}/${id}`, { headers: HEADERS })).json();
    assert.equal(authToken, plexTv.accountToken);
    assert.deepEqual(
      plexTv.requests.map(({ atMs, headers, method, url }) => [
        method,
        url,
        headers["x-plex-client-identifier"],
        atMs,
      ]),
      [
        ["POST", "/api/v2/pins", "device", clock.now()],
        ["GET", `/api/v2/pins/${id}`, "device", clock.now()],
      ],
    );
  });
});

Deno.test("a fault holds for its path and so many answers", async () => {
  await withPlexTv(async (plexTv, url) => {
    const statuses = async (count: number) => {
      const found: number[] = [];
      for (let nth = 0; nth < count; nth += 1) {
        const response = await fetch(url, { method: "POST", headers: HEADERS });
        await response.body?.cancel();
        found.push(response.status);
      }
      return found;
    };
    plexTv.setFault({ kind: "status", status: 503 }, { path: "/api/v2/pins", times: 2 });
    assert.deepEqual(await statuses(3), [503, 503, 201]);
    plexTv.setFault({ kind: "status", status: 503 }, { path: "/api/v2/resources" });
    assert.deepEqual(await statuses(1), [201]);
    plexTv.setFault({ kind: "status", status: 500 });
    assert.deepEqual(await statuses(3), [500, 500, 500]);
    plexTv.setFault(undefined);
    assert.deepEqual(await statuses(1), [201]);
  });
});

Deno.test("a request that hangs is held until its client gives up", async () => {
  await withPlexTv(async (plexTv, url) => {
    plexTv.setFault({ kind: "hang" });
    const end = new AbortController();
    const asked = fetch(url, { headers: HEADERS, signal: end.signal });
    await waitUntil(() => plexTv.heldRequests === 1);
    end.abort();
    await assert.rejects(asked);
    await waitUntil(() => plexTv.heldRequests === 0);
  });
});

/** How requests are recorded, held and counted. What they are answered with is tested elsewhere. */
import assert from "node:assert/strict";
import { plexTests } from "../../testing/plex_test_case.ts";
import { waitUntil } from "../../testing/eventually.ts";
import { get, NotificationClient } from "../../testing/simulator_client.ts";

const test = plexTests({ libraries: [] });

test(
  "every request is recorded as it was sent, with the template of its path",
  async ({ plex, clock }) => {
    await get(plex, "/library/metadata/1234?includeGuids=0&at%3E=5");
    await clock.advance(1_000);
    await get(plex, "/no/such/path");
    const socket = new NotificationClient(plex);
    await socket.opened;
    const [first, second, third] = plex.requests;
    assert.deepEqual(first, {
      method: "GET",
      path: "/library/metadata/1234",
      template: "/library/metadata/{id}",
      rawQuery: "includeGuids=0&at%3E=5",
      atMs: clock.now() - 1_000,
      status: 404,
    });
    assert.deepEqual([second?.template, second?.rawQuery, second?.atMs], [
      "/no/such/path",
      "",
      clock.now(),
    ]);
    assert.deepEqual([third?.template, third?.status], ["/:/websockets/notifications", 101]);
    await socket.close();
  },
);

test("a path outside the prefix of a proxy is answered with 404", async ({ plex }) => {
  const outside = async (path: string) => {
    const response = await fetch(new URL(path, plex.url));
    await response.body?.cancel();
    return response.status;
  };
  assert.deepEqual([await outside("/identity"), await outside("/plexidentity")], [404, 404]);
  assert.equal((await get(plex, "/identity")).status, 200);
  assert.equal(plex.requests.at(-1)?.path, "/identity");
}, { pathPrefix: "/plex" });

test("requests are held until their time comes or the client gives up", async ({ plex, clock }) => {
  plex.faults.set({ kind: "slow", ms: 5_000 }, { path: "/identity" });
  const slow = get(plex, "/identity");
  await waitUntil(() => plex.heldRequests === 1);
  plex.faults.set({ kind: "hang" }, { path: "/" });
  const abort = new AbortController();
  const hanging = fetch(`${plex.url}/`, { signal: abort.signal });
  await waitUntil(() => plex.heldRequests === 2);
  abort.abort();
  await assert.rejects(hanging);
  await waitUntil(() => plex.heldRequests === 1);
  await clock.advance(5_000);
  assert.equal((await slow).status, 200);
  assert.equal(plex.heldRequests, 0);
});

for (const ownTraffic of [true, false]) {
  const whether = ownTraffic ? "are" : "are not";
  test(`the server's own responses ${whether} part of the bandwidth it shows`, async ({ plex }) => {
    for (const path of ["/identity", "/", "/accounts"]) await get(plex, path);
    assert.ok(plex.bytesSent > 1_000);
    assert.equal(
      plex.simulation.bandwidth.total({ accountId: 1 }),
      ownTraffic ? plex.bytesSent : 0,
    );
  }, { ownTraffic });
}

test("the path of the socket is an error for those who do not upgrade", async ({ plex }) => {
  for (const path of ["/:/websockets/notifications", "/:/websocket/notifications"]) {
    assert.equal((await get(plex, path)).status, 400, path);
  }
});

/** Every fault does what its docstring says, and ends when it is cleared. */
import assert from "node:assert/strict";
import type { Fault } from "../../../src/simulator/faults.ts";
import {
  type AnyJson,
  type ApiResult,
  get,
  NotificationClient,
} from "../../testing/simulator_client.ts";
import { waitUntil } from "../../testing/eventually.ts";
import { type PlexGiven, plexTests } from "../../testing/plex_test_case.ts";
import { NO_LAG } from "../../testing/simulator_builders.ts";

const onPlex = plexTests({ lag: NO_LAG, duplicateShare: 0 });

/** A test on a server where somebody plays a film. */
function test(name: string, run: (given: PlexGiven) => Promise<void>): void {
  onPlex(name, async (given) => {
    const { simulation } = given.plex;
    const [user] = simulation.users;
    const [player] = simulation.players;
    assert.ok(user && player);
    simulation.play({ item: simulation.randomItem("movie", "1"), user, player, state: "playing" });
    await run(given);
  });
}

const sessions = "/status/sessions";

const answers: readonly [Fault, (read: ApiResult) => void][] = [
  [{ kind: "starting" }, ({ status, text }) => {
    assert.equal(status, 503);
    assert.match(text, /title="Maintenance"/);
  }],
  [{ kind: "starting", spelling: "json" }, ({ text }) => {
    assert.equal(JSON.parse(text).code, 503);
  }],
  [{ kind: "unauthorized" }, ({ status }) => assert.equal(status, 401)],
  [{ kind: "guest" }, ({ status }) => assert.equal(status, 403)],
  [{ kind: "not found" }, ({ status }) => assert.equal(status, 404)],
  [{ kind: "server error" }, ({ status }) => assert.equal(status, 500)],
  [{ kind: "too many requests", retryAfterS: 7 }, ({ status, headers }) => {
    assert.deepEqual([status, headers.get("retry-after")], [429, "7"]);
  }],
  [{ kind: "redirect", to: "https://elsewhere.example/", status: 301 }, ({ status, headers }) => {
    assert.deepEqual([status, headers.get("location")], [301, "https://elsewhere.example/"]);
  }],
  [{ kind: "login page" }, ({ status, text }) => {
    assert.equal(status, 200);
    assert.match(text, /^<!doctype html>/);
  }],
  [{ kind: "empty body" }, ({ status, text }) => assert.deepEqual([status, text], [200, ""])],
  [{ kind: "invalid json" }, ({ json }) => assert.throws(json, SyntaxError)],
  [{ kind: "oversized", bytes: 100_000 }, ({ text }) => assert.ok(text.length > 100_000)],
  [{ kind: "gzip bomb", bytes: 1_000_000 }, ({ text }) => assert.equal(text.length, 1_000_000)],
  [{ kind: "wrong types" }, ({ json }) => {
    assert.equal(json().size, "many");
    assert.equal(typeof json().Metadata.type, "object");
  }],
  [{ kind: "strings only" }, ({ json }) => {
    const [item] = json().Metadata;
    assert.match(item.duration, /^\d+$/);
    assert.equal(item.Player.local, "1");
  }],
  [{ kind: "bad items" }, ({ json }) => {
    assert.equal(json().Metadata[0], null);
    assert.equal(json().Metadata.at(-1).type, "movie");
  }],
];

for (const [fault, check] of answers) {
  test(`fault "${fault.kind}" changes the response of its path until it is cleared`, async ({ plex }) => {
    const clear = plex.faults.set(fault, { path: sessions });
    check(await get(plex, sessions));
    assert.equal((await get(plex, "/identity")).status, 200, "other paths are spared");
    clear();
    assert.equal((await get(plex, sessions)).json().size, 1);
  });
}

test("a fault clears itself after its number of times", async ({ plex }) => {
  plex.faults.set({ kind: "server error" }, { times: 2 });
  const statuses: number[] = [];
  for (let turn = 0; turn < 3; turn += 1) statuses.push((await get(plex, sessions)).status);
  assert.deepEqual(statuses, [500, 500, 200]);
});

test('fault "refuse" closes the port and opens the same one again', async ({ plex }) => {
  const { url } = plex;
  await get(plex, sessions);
  plex.faults.set({ kind: "refuse" });
  await plex.ready();
  await assert.rejects(get(plex, sessions));
  plex.faults.clear();
  await plex.ready();
  assert.equal(plex.url, url);
  assert.equal((await get(plex, sessions)).status, 200);
});

test('fault "hang" leaves requests of its path unanswered, and no others', async ({ plex }) => {
  plex.faults.set({ kind: "hang" }, { path: sessions });
  const signal = AbortSignal.timeout(50);
  await assert.rejects(fetch(`${plex.url}${sessions}`, { signal }));
  assert.equal((await get(plex, "/identity")).status, 200);
  assert.equal(plex.requests[0]?.status, undefined);
});

test('fault "slow" delays the response by its time', async ({ plex, clock }) => {
  plex.faults.set({ kind: "slow", ms: 700 }, { path: sessions });
  const asked = get(plex, sessions);
  await waitUntil(() => plex.requests.length === 1);
  await clock.advance(699);
  assert.equal(plex.requests[0]?.status, undefined);
  await clock.advance(1);
  assert.equal((await asked).status, 200);
});

for (const kind of ["reset", "truncated"] as const) {
  test(`fault "${kind}" breaks the connection`, async ({ plex }) => {
    plex.faults.set({ kind });
    await assert.rejects(get(plex, sessions));
    plex.faults.clear(kind);
    assert.equal((await get(plex, sessions)).status, 200);
  });
}

test("faults of filters reject or ignore them", async ({ plex }) => {
  const path = `/statistics/bandwidth?timespan=6&at%3E=${plex.simulation.plexNowS()}`;
  assert.equal((await get(plex, path)).json().size, 0);
  plex.faults.set({ kind: "filter ignored" });
  assert.ok((await get(plex, path)).json().size > 100);
  plex.faults.set({ kind: "encoded operator rejected" });
  assert.equal((await get(plex, path)).status, 400);
  assert.equal((await get(plex, "/statistics/bandwidth?timespan=6")).status, 200);
});

test('fault "late sessions" lists a new session late, changes and stops at once', async ({ plex, clock }) => {
  const { simulation } = plex;
  const [, user] = simulation.users;
  const [, player] = simulation.players;
  assert.ok(user && player);
  const play = () =>
    simulation.play({ item: simulation.randomItem("movie"), user, player, state: "playing" });
  const size = async () => (await get(plex, sessions)).json().size;
  const lates: number[] = [];
  plex.faults.set({ kind: "late sessions", ms: 2_000 }, { times: 20 });
  for (let turn = 0; turn < 20; turn += 1) {
    const viewer = play();
    let lateMs = 0;
    for (; simulation.sessions().length === 1; lateMs += 100) await clock.advance(100);
    lates.push(lateMs);
    viewer.pause();
    assert.equal(simulation.sessions().at(-1)?.state, "paused");
    viewer.stop();
    assert.equal(await size(), 1);
  }
  assert.ok(Math.max(...lates) > 1_500 && Math.max(...lates) <= 2_000, `${lates}`);
  assert.ok(Math.min(...lates) < 500, `${lates}`);
  play();
  assert.equal(await size(), 2, "cleared after so many sessions");
});

test('fault "total in header" moves the total', async ({ plex }) => {
  plex.faults.set({ kind: "total in header" });
  const page = "X-Plex-Container-Start=0&X-Plex-Container-Size=0";
  const { headers, json } = await get(plex, `/library/sections/1/all?type=1&${page}`);
  assert.equal(json().totalSize, undefined);
  assert.equal(headers.get("x-plex-container-total-size"), "24");
});

test("faults of the socket end it or let it fall silent", async ({ plex, clock }) => {
  const closing = new NotificationClient(plex);
  await closing.opened;
  plex.faults.set({ kind: "socket closes" }, { times: 1 });
  assert.deepEqual([(await closing.closed).code, plex.faults.has("socket closes")], [1001, false]);

  const reset = new NotificationClient(plex);
  await reset.opened;
  plex.faults.set({ kind: "socket resets" }, { times: 1 });
  assert.equal((await reset.closed).wasClean, false);

  const silent = new NotificationClient(plex);
  await silent.opened;
  await waitUntil(() => plex.openSockets === 1);
  plex.faults.set({ kind: "socket half-open" });
  plex.faults.clear();
  const sent = plex.framesSent;
  await clock.advance(30_000);
  assert.deepEqual([plex.framesSent, plex.openSockets, silent.frames.length], [sent, 1, 0]);
});

test('fault "socket hangs" never answers the upgrade', async ({ plex }) => {
  plex.faults.set({ kind: "socket hangs" });
  const client = new NotificationClient(plex);
  let opened = false;
  void client.opened.then((open) => opened = open);
  await waitUntil(() => plex.requests.length === 1);
  await new Promise((resolve) => setTimeout(resolve, 30));
  assert.equal(opened, false);
  await plex.close();
  await client.closed;
});

const frameFaults: readonly [Fault, (client: NotificationClient) => void][] = [
  [{ kind: "binary frames" }, ({ raw }) => assert.ok(raw[0] instanceof ArrayBuffer)],
  [{ kind: "unknown frames" }, ({ frames }) => assert.equal(frames[0].type, "server.moonphase")],
  [{ kind: "invalid frames" }, ({ raw, frames }) => assert.ok(raw.length > frames.length)],
  [{ kind: "bad entries" }, (client) => {
    const entries = client.entries("playing");
    assert.deepEqual([entries[0], entries.at(-1).state], [null, "paused"]);
  }],
  [{ kind: "numeric ids" }, (client) => {
    assert.equal(typeof client.entries("playing")[0].sessionKey, "number");
  }],
  [{ kind: "huge frames", bytes: 300_000 }, ({ raw }) => {
    assert.ok(String(raw[0]).length > 300_000);
  }],
  [{ kind: "duplicate frames", share: 1 }, ({ raw }) => assert.equal(raw[0], raw[1])],
];

for (const [fault, check] of frameFaults) {
  test(`fault "${fault.kind}" changes frames`, async ({ plex }) => {
    const client = new NotificationClient(plex);
    await client.opened;
    plex.faults.set(fault);
    plex.simulation.viewers[0]?.pause();
    await waitUntil(() => client.raw.length > 0 && client.raw.length >= plex.framesSent);
    check(client);
    await client.close();
  });
}

test("faults drop frames, and send many more", async ({ plex, clock }) => {
  const client = new NotificationClient(plex);
  await client.opened;
  plex.faults.set({ kind: "lost frames", share: 1 });
  plex.simulation.viewers[0]?.pause();
  assert.equal(plex.framesSent, 0);
  plex.faults.clear();
  plex.faults.set({ kind: "frame storm", perSecond: 500 });
  await clock.advance(1000);
  plex.faults.clear();
  await waitUntil(() => client.frames.length >= 450);
  const storm: AnyJson[] = client.entries("progress");
  assert.ok(storm.length >= 450 && storm.length <= 500);
  await client.close();
});

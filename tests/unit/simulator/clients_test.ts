/** The clients of a server, and the session keys it gives out. */
import assert from "node:assert/strict";
import { Clients } from "../../../src/simulator/clients.ts";
import { FILM, inShort, NO_LAG, openContext } from "../../testing/simulator_builders.ts";

const PLAY = { item: FILM, state: "playing" } as const;

const keysOf = (clients: Clients) => clients.listed().map(({ key }) => key);

Deno.test("session keys continue from the last one, and a client that stops is removed", () => {
  const clients = new Clients(openContext(), { lag: NO_LAG, lastSessionKey: 41 });
  const [first, second] = [clients.play(PLAY), clients.play(PLAY)];
  assert.deepEqual([first.key, second.key], ["42", "43"]);
  assert.deepEqual(clients.viewers, [first, second]);
  first.stop();
  assert.deepEqual([clients.viewers, keysOf(clients)], [[second], ["43"]]);
});

Deno.test("after a restart every client goes on within ten seconds, under keys from 1", async () => {
  const context = openContext();
  const clients = new Clients(context, { lag: NO_LAG, lastSessionKey: 41 });
  const [first, second] = [clients.play(PLAY), clients.play({ ...PLAY, state: "paused" })];
  await context.clock.advance(30_000);
  clients.suspend();
  assert.deepEqual([keysOf(clients), clients.viewers.length], [[], 2]);
  context.announced.length = 0;
  await context.clock.advance(60_000);
  assert.deepEqual(context.announced, [], "nobody reports to a server that is down");
  clients.reconnect();
  assert.deepEqual(keysOf(clients), []);
  await context.clock.advance(10_000);
  assert.deepEqual(keysOf(clients).toSorted(), ["1", "2"]);
  assert.deepEqual([first.session?.state, second.session?.state], ["playing", "paused"]);
  assert.ok(first.offsetMs >= 30_000 && first.offsetMs < 40_000, "it goes on where it was");
});

Deno.test("each kind of change has its own longest lag behind the frames", async () => {
  const context = openContext();
  const clients = new Clients(context, {
    lag: { startMs: 2_000, changeMs: 0, stopMs: 500 },
    lastSessionKey: 0,
  });
  const viewer = clients.play(PLAY);
  assert.deepEqual(inShort(context.announced), ["playing"]);
  assert.deepEqual(keysOf(clients), []);
  await context.clock.advance(2_000);
  viewer.pause();
  assert.deepEqual(clients.listed().map(({ state }) => state), ["paused"]);
  viewer.stop();
  assert.deepEqual(keysOf(clients), ["1"]);
  await context.clock.advance(500);
  assert.deepEqual(keysOf(clients), []);
});

Deno.test("a new session is listed as late as a fault sets it, and later changes are not", async () => {
  const context = openContext();
  const lateMs = [2_000, undefined];
  const clients = new Clients(context, {
    lag: NO_LAG,
    lateStartMs: () => lateMs.shift(),
    lastSessionKey: 0,
  });
  const viewer = clients.play(PLAY);
  assert.deepEqual(keysOf(clients), []);
  await context.clock.advance(2_000);
  assert.deepEqual(keysOf(clients), ["1"]);
  viewer.stop();
  assert.deepEqual(keysOf(clients), []);
  clients.play(PLAY);
  assert.deepEqual(keysOf(clients), ["2"], "the fault is over");
});

Deno.test("by default only starts and stops are listed late, and a change with its notification", async () => {
  const context = openContext();
  const clients = new Clients(context, { lastSessionKey: 0 });
  const viewer = clients.play(PLAY);
  await context.clock.advance(300);
  assert.deepEqual(keysOf(clients), ["1"]);
  for (let nth = 0; nth < 20; nth += 1) {
    const item = { ...FILM, ratingKey: `${nth}` };
    viewer.next(item, "same key");
    assert.deepEqual(clients.listed().map((session) => session.item), [item]);
  }
  viewer.stop();
  await context.clock.advance(300);
  assert.deepEqual(keysOf(clients), []);
});

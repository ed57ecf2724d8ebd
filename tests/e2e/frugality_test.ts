/** How often Plex is asked, counted in the simulated server. */
import assert from "node:assert/strict";
import { seriesOf } from "../../src/core/ledger.ts";
import type { LibraryWish } from "../../src/demo/catalogue.ts";
import { watchWorld } from "./memory.ts";
import { onRig, type Rig } from "./rig.ts";

/** Requests a minute over `minutes`, after a first minute that is not looked at. */
async function perMinute(rig: Rig, minutes: number): Promise<number> {
  await rig.pass(60);
  const from = rig.clock.now();
  await rig.pass(minutes * 60);
  return rig.requestsSince(from).length / minutes;
}

onRig("an idle server is asked at most 15 times a minute", async (rig) => {
  const rate = await perMinute(rig, 10);
  assert.ok(rate <= 15, `${rate} a minute`);
});

onRig("four streams and five libraries cost at most 25 requests a minute", async (rig) => {
  assert.equal(rig.plex.world.libraries.length, 5);
  rig.play({ who: 0, how: "direct play" });
  rig.play({ who: 1, how: "software transcode", type: "episode" });
  rig.play({ who: 2, type: "track" });
  rig.play({ who: 3, how: "direct stream" });
  const rate = await perMinute(rig, 10);
  assert.ok(rate <= 25, `${rate} a minute`);
});

onRig("steady notifications cost no request", async (rig) => {
  rig.play({ heartbeatMs: 500 });
  await rig.pass(5);
  const from = rig.clock.now();
  await rig.pass(60);
  const lists = rig.requestsSince(from).filter((path) => path === "/status/sessions").length;
  assert.ok(lists <= 6, `${lists} lists for 120 notifications`);
});

onRig(
  "a key that the list lacks is looked up at once, after 1 s and 3 s, then left",
  async (rig) => {
    const { session } = rig.play();
    assert.ok(session);
    await rig.pass(14.5);
    const from = rig.clock.now();
    for (let beat = 0; beat < 5; beat++) {
      const offsetMs = beat * 1000;
      const unlisted = { ...session, key: "777" };
      rig.plex.world.announce({ kind: "playing", session: unlisted, state: "playing", offsetMs });
      await rig.pass(1);
    }
    const lists = rig.plex.requests
      .filter(({ template, atMs }) => template === "/status/sessions" && atMs >= from)
      .map(({ atMs }) => atMs - from);
    assert.deepEqual(lists, [0, 1000, 3000]);
  },
);

onRig("bandwidth is always asked for with a lower bound", async (rig) => {
  await rig.pass(120);
  const asked = rig.plex.requests.filter(({ template }) => template === "/statistics/bandwidth");
  assert.ok(asked.length > 3);
  for (const { rawQuery } of asked) assert.match(rawQuery, /(^|&)at%3E=\d+/);
});

onRig("counts are read again only for the library that changed", async (rig) => {
  await rig.pass(70);
  const { world } = rig.plex;
  const shows = world.libraries.find(({ type }) => type === "show");
  assert.ok(shows);
  const from = rig.clock.now();
  const added = world.catalogue.addition(shows);
  world.scan(shows.id, { added, takesMs: 5_000 });
  await rig.pass(180);
  const counted = rig.plex.requests
    .filter(({ atMs, template }) => atMs >= from && template === "/library/sections/{id}/all");
  assert.ok(counted.length >= 3 && counted.length <= 6, `${counted.length} counts`);
  assert.deepEqual(new Set(counted.map(({ path }) => path.split("/")[3])), new Set([shows.id]));
});

onRig("at most four counts are under way at once", async (rig) => {
  rig.plex.faults.set({ kind: "slow", ms: 3_000 }, { path: "/library/sections/{id}/all" });
  rig.clock.waitAtMostMs = 30;
  await rig.pass(3);
  const counts = rig.plex.requests.filter(({ template }) => template.endsWith("/all"));
  assert.ok(counts.length <= 4, `${counts.length} at once`);
}, {
  before: (plex) => {
    plex.faults.set({ kind: "slow", ms: 3_000 }, { path: "/library/sections/{id}/all" });
  },
});

onRig("without Plex Pass the statistics are not asked for again and again", async (rig) => {
  await rig.pass(300);
  const asked = rig.plex.requests.filter(({ template }) => template.startsWith("/statistics"));
  assert.ok(asked.length <= 2, `${asked.length} times`);
}, { plexPass: false });

/** Requests a minute of a monitor on a world with this many streams, some of which come and go. */
async function busyRate(streams: number, libraries: number): Promise<number> {
  const wishes: LibraryWish[] = Array.from({ length: libraries }, (_, index) => ({
    type: index % 3 === 0 ? "show" : index % 3 === 1 ? "movie" : "artist",
    title: `Library ${index + 1}`,
  }));
  const watched = await watchWorld({
    libraries: wishes,
    lag: { startMs: 2_000, changeMs: 300, stopMs: 1_000 },
    duplicateShare: 0.01,
  });
  const { world } = watched;
  const made = () =>
    seriesOf(watched.state.traffic.requests).reduce((sum, { value }) => sum + value, 0);
  const start = (index: number) => {
    const user = world.users[index % world.users.length];
    const player = world.players[index % world.players.length];
    assert.ok(user && player);
    const item = world.someItem(index % 2 === 0 ? "episode" : "movie");
    // Steady notifications cost no request, only time of the test.
    const heartbeatMs = streams > 100 ? 60_000 : 10_000;
    const how = index % (streams / 10) === 0 ? "hardware transcode" : "direct play";
    return world.play({ item, user, player, how, heartbeatMs, state: "playing" });
  };
  try {
    const viewings = Array.from({ length: streams }, (_, index) => start(index));
    await watched.pass(60);
    const before = made();
    const minutes = 2;
    // A viewing lasts half an hour on average, so this many come and go each minute.
    const changes = Math.ceil(streams / 30);
    for (let minute = 0; minute < minutes; minute++) {
      for (let change = 0; change < changes; change++) {
        viewings.shift()?.stop();
        viewings.push(start(minute * changes + change));
        await watched.pass(60 / changes);
      }
    }
    assert.ok(watched.state.plays.size >= streams * 0.95);
    return (made() - before) / minutes;
  } finally {
    await watched.close();
  }
}

Deno.test("twenty streams and fifteen libraries cost at most 40 requests a minute", async () => {
  const rate = await busyRate(20, 15);
  assert.ok(rate <= 40, `${rate} a minute`);
});

Deno.test("three hundred streams cost at most 60 requests a minute", async () => {
  const rate = await busyRate(300, 5);
  assert.ok(rate <= 60, `${rate} a minute`);
});

/** How often Plex is asked, counted in the simulated server. */
import assert from "node:assert/strict";
import { busyMinute } from "../testing/load.ts";
import { onRig, type Rig } from "../testing/harness.ts";

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
  let most = 0;
  for (let second = 0; second < 20; second++) {
    most = Math.max(most, rig.plex.heldBack);
    await rig.pass(1);
  }
  assert.equal(most, 4);
  const counts = rig.plex.requests.filter(({ template }) => template.endsWith("/all"));
  assert.ok(counts.length > 4, `${counts.length} in all`);
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

Deno.test("twenty streams and fifteen libraries cost at most 40 requests a minute", async () => {
  const { requests } = await busyMinute(20, 15);
  assert.ok(requests <= 40, `${requests} a minute`);
});

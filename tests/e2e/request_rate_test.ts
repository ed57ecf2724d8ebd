/** The rate of requests to Plex, counted in the simulated server. */
import assert from "node:assert/strict";
import { measureMinute } from "../testing/request_load.ts";
import { type Harness, testWithHarness } from "../testing/harness.ts";

/** Requests a minute over `minutes`, after a first minute that is not counted. */
async function perMinute(harness: Harness, minutes: number): Promise<number> {
  await harness.pass(60);
  const from = harness.clock.now();
  await harness.pass(minutes * 60);
  return harness.requestsSince(from).length / minutes;
}

testWithHarness("an idle server receives at most 15 requests a minute", async (harness) => {
  const rate = await perMinute(harness, 10);
  assert.ok(rate <= 15, `${rate} a minute`);
});

testWithHarness(
  "four streams and five libraries cause at most 25 requests a minute",
  async (harness) => {
    assert.equal(harness.plex.simulation.libraries.all.length, 5);
    harness.play({ who: 0, method: "direct play" });
    harness.play({ who: 1, method: "software transcode", type: "episode" });
    harness.play({ who: 2, type: "track" });
    harness.play({ who: 3, method: "direct stream" });
    const rate = await perMinute(harness, 10);
    assert.ok(rate <= 25, `${rate} a minute`);
  },
);

testWithHarness("steady notifications cause no additional session list", async (harness) => {
  harness.play({ timelineIntervalMs: 500 });
  await harness.pass(5);
  const from = harness.clock.now();
  await harness.pass(60);
  const lists = harness.requestsSince(from).filter((path) => path === "/status/sessions").length;
  assert.ok(lists <= 6, `${lists} lists for 120 notifications`);
});

testWithHarness(
  "an unlisted session key is looked up at once, after 1 s and after 3 s, then no more",
  async (harness) => {
    const { session } = harness.play();
    assert.ok(session);
    await harness.pass(14.5);
    const from = harness.clock.now();
    for (let second = 0; second < 5; second++) {
      const offsetMs = second * 1000;
      const unlisted = { ...session, key: "777" };
      harness.plex.simulation.announce({
        kind: "playing",
        session: unlisted,
        state: "playing",
        offsetMs,
      });
      await harness.pass(1);
    }
    const lists = harness.plex.requests
      .filter(({ template, atMs }) => template === "/status/sessions" && atMs >= from)
      .map(({ atMs }) => atMs - from);
    assert.deepEqual(lists, [0, 1000, 3000]);
  },
);

testWithHarness("bandwidth is always requested with a lower bound", async (harness) => {
  await harness.pass(120);
  const requests = harness.plex.requests.filter(({ template }) =>
    template === "/statistics/bandwidth"
  );
  assert.ok(requests.length > 3);
  for (const { rawQuery } of requests) assert.match(rawQuery, /(^|&)at%3E=\d+/);
});

testWithHarness("counts are read again only for the library that changed", async (harness) => {
  await harness.pass(70);
  const { simulation } = harness.plex;
  const shows = simulation.libraries.all.find(({ type }) => type === "show");
  assert.ok(shows);
  const from = harness.clock.now();
  const added = simulation.generator.addition(shows);
  simulation.scan(shows.id, { added, takesMs: 5_000 });
  await harness.pass(180);
  const counts = harness.plex.requests
    .filter(({ atMs, template }) => atMs >= from && template === "/library/sections/{id}/all");
  assert.ok(counts.length >= 3 && counts.length <= 6, `${counts.length} counts`);
  assert.deepEqual(new Set(counts.map(({ path }) => path.split("/")[3])), new Set([shows.id]));
});

testWithHarness("at most four count requests run at a time", async (harness) => {
  let most = 0;
  for (let second = 0; second < 20; second++) {
    most = Math.max(most, harness.plex.heldRequests);
    await harness.pass(1);
  }
  assert.equal(most, 4);
  const counts = harness.plex.requests.filter(({ template }) => template.endsWith("/all"));
  assert.ok(counts.length > 4, `${counts.length} in all`);
}, {
  settings: { WALK_INTERVAL: "0" },
  before: (plex) => {
    plex.faults.set({ kind: "slow", ms: 3_000 }, { path: "/library/sections/{id}/all" });
  },
});

testWithHarness(
  "without Plex Pass the statistics are requested at most twice in five minutes",
  async (harness) => {
    await harness.pass(300);
    const requests = harness.plex.requests.filter(({ template }) =>
      template.startsWith("/statistics")
    );
    assert.ok(requests.length <= 2, `${requests.length} times`);
  },
  { plexPass: false },
);

Deno.test("twenty streams and fifteen libraries cause at most 40 requests a minute", async () => {
  const { requests } = await measureMinute(20, 15);
  assert.ok(requests <= 40, `${requests} a minute`);
});

/** Slow answers, huge frames and many frames: the exporter keeps its intervals and its data. */
import assert from "node:assert/strict";
import { seriesOf } from "../../src/core/counter_vec.ts";
import { type Harness, sum, testWithHarness } from "../testing/harness.ts";

/** The number of frames that were dropped, and of sockets that were closed. */
function dropped({ state: { apiStats } }: Harness): number {
  const malformed = seriesOf(apiStats.notifications).find(({ key }) => key.type === "malformed");
  return (malformed?.value ?? 0) + apiStats.connections - (apiStats.connected ? 1 : 0);
}

const EVENTS = "plex_exporter_websocket_events_total";

testWithHarness("the exporter accepts answers that take 8 s each", async (harness) => {
  await harness.scrape();
  harness.plex.faults.set({ kind: "slow", ms: 8_000 });
  const viewer = harness.play();
  await harness.pass(60);
  await harness.scrape();
  viewer.pause();
  await harness.pass(30);
  const page = await harness.scrape();
  assert.equal(sum(page, "plex_up"), 1);
  assert.equal(sum(page, "plex_sessions", { state: "paused" }), 1);
  const seconds = sum(page, "plex_play_seconds_total");
  assert.ok(seconds >= 40 && seconds <= 61, `${seconds} s of 60 s`);
  assert.deepEqual(harness.logged("level=warn"), [], "slow answers are no fault");
});

testWithHarness(
  "the exporter counts answers that take too long as timeouts, and recovers",
  async (harness) => {
    harness.play();
    await harness.pass(20);
    await harness.scrape();
    const clear = harness.plex.faults.set({ kind: "slow", ms: 11_000 });
    await harness.pass(60);
    const down = await harness.scrape();
    assert.equal(sum(down, "plex_up"), 0);
    const labels = { endpoint: "/status/sessions", outcome: "timeout" };
    assert.ok(sum(down, "plex_exporter_api_requests_total", labels) >= 2);
    clear();
    await harness.pass(75);
    const back = await harness.scrape();
    assert.equal(sum(back, "plex_up"), 1);
    assert.equal(sum(back, "plex_plays_total"), 1, "the play continues, and is counted once");
    assert.equal(
      harness.logged("Plex is down: Plex did not respond within the timeout").length,
      1,
    );
  },
);

testWithHarness(
  "the exporter survives frames of 64 MB, and applies later notifications",
  async (harness) => {
    harness.clock.maxWaitMs = 5_000;
    const viewer = harness.play();
    await harness.pass(12);
    await harness.scrape();
    const { faults } = harness.plex;
    for (const nth of [1, 2]) {
      faults.set({ kind: "huge frames", bytes: 64 * 1024 * 1024 }, { times: 1 });
      harness.clock.settle = () => faults.has("huge frames") || dropped(harness) >= nth;
      await harness.pass(13);
      assert.ok(!faults.has("huge frames"), "the frame was sent");
    }
    harness.clock.settle = () => true;
    viewer.pause();
    await harness.pass(2);
    const page = await harness.scrape();
    assert.equal(sum(page, "plex_up"), 1);
    assert.equal(sum(page, "plex_exporter_websocket_connected"), 1);
    assert.equal(sum(page, "plex_sessions", { state: "paused" }), 1);
    assert.equal(sum(page, "plex_plays_total"), 1);
    assert.equal(dropped(harness), 2, "each was dropped, or its socket closed");
    assert.ok(harness.logged("level=warn").length <= 4);
  },
);

testWithHarness(
  "with 1,000 frames a second no notification is lost and scrapes are answered",
  async (harness) => {
    harness.clock.maxWaitMs = 5_000;
    const viewer = harness.play();
    await harness.pass(10);
    const before = await harness.scrape();
    const requestsBefore = harness.plex.requests.length;
    const clear = harness.plex.faults.set({ kind: "frame storm", perSecond: 1_000 });
    for (let second = 0; second < 10; second++) {
      if (second === 4) viewer.pause();
      await harness.pass(1);
      const page = await harness.scrape();
      const state = second < 4 ? "playing" : "paused";
      assert.equal(sum(page, "plex_sessions", { state }), 1, "a pause is exported at once");
    }
    clear();
    await harness.pass(1);
    const after = await harness.scrape();
    const received = sum(after, EVENTS, { type: "progress" }) -
      sum(before, EVENTS, { type: "progress" });
    assert.ok(received >= 9_900 && received <= 10_100, `${received} frames`);
    assert.equal(sum(after, "plex_exporter_websocket_reconnects_total"), 0);
    assert.ok(harness.plex.requests.length - requestsBefore <= 8, "the frames cause no request");
    assert.deepEqual(harness.logged("level=warn"), []);
  },
);

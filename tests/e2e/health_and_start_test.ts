/**
 * What is too slow, too large or too much, and a server that changes or contradicts itself: the
 * exporter keeps its intervals, exports the truth, and logs each change once.
 */
import assert from "node:assert/strict";
import { seriesOf } from "../../src/core/counter_vec.ts";
import { findSamples, type Harness, type Page, sum, testWithHarness } from "../testing/harness.ts";

/** The number of log lines with a text, without debug lines. */
function countLogLines(harness: Harness, text: string): number {
  return harness.lines.filter((line) => line.includes(text) && !line.includes("level=debug"))
    .length;
}

/** The values of a label in the samples of a family. */
function values(page: Page, family: string, label: string): readonly string[] {
  const pattern = new RegExp(`[{,]${label}="([^"]*)"`);
  return [...new Set(findSamples(page, family).map(([series]) => pattern.exec(series)?.[1] ?? ""))];
}

/** Frames that were dropped, and sockets that were given up. */
function dropped({ state: { apiStats } }: Harness): number {
  const malformed = seriesOf(apiStats.notifications).find(({ key }) => key.type === "malformed");
  return (malformed?.value ?? 0) + apiStats.connections - (apiStats.connected ? 1 : 0);
}

const EVENTS = "plex_exporter_websocket_events_total";

testWithHarness("the exporter goes on with answers that take 8 s each", async (harness) => {
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
  assert.deepEqual(
    harness.lines.filter((line) => line.includes("level=warn")),
    [],
    "slow is no fault",
  );
});

testWithHarness(
  "the exporter calls answers that come too late a timeout, and recovers",
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
    assert.equal(sum(back, "plex_plays_total"), 1, "the play went on, uncounted");
    assert.equal(
      countLogLines(harness, "Plex is down: Plex did not respond within the timeout"),
      1,
    );
  },
);

testWithHarness(
  "frames of 64 MB cost neither the exporter nor what comes after them",
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
      assert.ok(!faults.has("huge frames"), "it was sent");
    }
    harness.clock.settle = () => true;
    viewer.pause();
    await harness.pass(2);
    const page = await harness.scrape();
    assert.equal(sum(page, "plex_up"), 1);
    assert.equal(sum(page, "plex_exporter_websocket_connected"), 1);
    assert.equal(sum(page, "plex_sessions", { state: "paused" }), 1);
    assert.equal(sum(page, "plex_plays_total"), 1);
    assert.equal(dropped(harness), 2, "each was dropped, or its socket given up");
    assert.ok(countLogLines(harness, "level=warn") <= 4);
  },
);

testWithHarness(
  "a storm of 1,000 frames a second loses nothing and holds up no scrape",
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
      assert.equal(sum(page, "plex_sessions", { state }), 1, "what matters is heard at once");
    }
    clear();
    await harness.pass(1);
    const after = await harness.scrape();
    const received = sum(after, EVENTS, { type: "progress" }) -
      sum(before, EVENTS, { type: "progress" });
    assert.ok(received >= 9_900 && received <= 10_100, `${received} frames`);
    assert.equal(sum(after, "plex_exporter_websocket_reconnects_total"), 0);
    assert.ok(harness.plex.requests.length - requestsBefore <= 8, "no frame of it costs a request");
    assert.equal(countLogLines(harness, "level=warn"), 0);
  },
);

testWithHarness("an upgraded server has one server_info, with its new version", async (harness) => {
  harness.play();
  await harness.pass(20);
  await harness.scrape();
  harness.plex.simulation.upgrade("1.44.0.11000-ffffffff");
  await harness.pass(150);
  const page = await harness.scrape();
  for (const family of ["server_info", "plex_server_info"]) {
    assert.deepEqual(values(page, family, "version"), ["1.44.0.11000-ffffffff"]);
    assert.equal(findSamples(page, family).length, 1);
  }
  assert.equal(countLogLines(harness, "Server version changed"), 1);
});

testWithHarness("a renamed server takes all its series with it as they are", async (harness) => {
  harness.play();
  await harness.pass(20);
  await harness.scrape();
  await harness.pass(10);
  const before = await harness.scrape();
  harness.plex.simulation.server.rename("cellar");
  await harness.pass(10);
  const after = await harness.scrape();
  assert.equal(findSamples(after, "server_info").length, 1);
  const names = new Set(
    [...after.keys()].flatMap((series) => /server="([^"]*)"/.exec(series)?.[1] ?? []),
  );
  assert.deepEqual([...names], ["cellar"]);
  for (const [series, value] of before) {
    if (!/_total\{/.test(series) || /^(host|library|plex_library)/.test(series)) continue;
    const moved = after.get(series.replace('server="attic"', 'server="cellar"'));
    assert.ok(moved !== undefined && moved >= value, `${series} moved with its value`);
  }
  assert.equal(countLogLines(harness, "Server renamed"), 1);
});

testWithHarness(
  "a renamed library has one series under its new name, and the log says so",
  async (harness) => {
    harness.play();
    await harness.pass(20);
    const before = await harness.scrape();
    const [library] = harness.plex.simulation.libraries;
    assert.ok(library);
    harness.plex.simulation.libraries.rename(library.id, "Cinema");
    await harness.pass(920);
    const after = await harness.scrape();
    for (
      const family of ["plex_library_items", "plex_library_media_items", "library_storage_total"]
    ) {
      assert.equal(findSamples(after, family, { library: "Films" }).length, 0, family);
      assert.equal(
        sum(after, family, { library: "Cinema" }),
        sum(before, family, { library: "Films" }),
        family,
      );
    }
    const labels = { library: "Films" };
    assert.ok(
      sum(after, "plex_play_seconds_total", labels) >=
        sum(before, "plex_play_seconds_total", labels),
      "what was played stays where it was counted",
    );
    assert.equal(countLogLines(harness, "Library renamed"), 1);
    assert.equal(
      countLogLines(harness, "Library removed") + countLogLines(harness, "Library added"),
      0,
    );
  },
);

testWithHarness(
  "a Plex that shows sessions and will not describe itself is up, and named by address",
  async (harness) => {
    harness.play();
    await harness.pass(200);
    const page = await harness.scrape();
    assert.equal(sum(page, "plex_up"), 1);
    assert.equal(sum(page, "plex_sessions"), 1);
    assert.equal(findSamples(page, "server_info").length, 0);
    assert.deepEqual(values(page, "plex_sessions", "server"), [new URL(harness.plex.url).host]);
    assert.equal(countLogLines(harness, "Cannot read the server's description"), 1);
    harness.plex.faults.clear();
    await harness.pass(70);
    const back = await harness.scrape();
    assert.deepEqual(values(back, "plex_sessions", "server"), ["attic"]);
    assert.equal(sum(back, "plex_plays_total"), 1);
    assert.equal(countLogLines(harness, "Can read the server's description again"), 1);
  },
  { before: ({ faults }) => void faults.set({ kind: "login page" }, { path: "/" }) },
);

testWithHarness(
  "a Plex that describes itself and will not show sessions is down",
  async (harness) => {
    await harness.pass(60);
    const page = await harness.scrape();
    assert.equal(sum(page, "plex_up"), 0);
    assert.equal(findSamples(page, "plex_sessions").length, 0);
    assert.equal(countLogLines(harness, "Plex is down: Plex is starting or busy"), 1);
    harness.plex.faults.clear();
    await harness.pass(75);
    assert.equal(sum(await harness.scrape(), "plex_up"), 1);
  },
  { before: ({ faults }) => void faults.set({ kind: "starting" }, { path: "/status/sessions" }) },
);

/** A family of each source that is read once Plex is up. */
const FIRST_ANSWERS = {
  "/": "plex_server_info",
  "/library/sections": "plex_library_scanning",
  "/library/sections/{id}/all": "plex_library_media_items",
  "/statistics/resources": "plex_host_cpu_ratio",
  "/activities": "plex_activities",
  "/status/sessions/background": "plex_background_jobs",
} as const;

for (const [path, family] of Object.entries(FIRST_ANSWERS)) {
  testWithHarness(
    `a failed first request for ${path} delays its family by a few seconds`,
    async (harness) => {
      await harness.pass(3);
      assert.equal(findSamples(await harness.scrape(), family).length, 0);
      harness.plex.faults.clear();
      await harness.pass(4);
      assert.ok(findSamples(await harness.scrape(), family).length > 0);
    },
    { before: ({ faults }) => void faults.set({ kind: "server error" }, { path }) },
  );
}

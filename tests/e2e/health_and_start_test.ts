/**
 * What is too slow, too large or too much, and a server that changes or contradicts itself: the
 * exporter keeps its pace, tells the truth, and says so once in its log.
 */
import assert from "node:assert/strict";
import { seriesOf } from "../../src/core/counter_vec.ts";
import { find, onRig, type Page, type Rig, sum } from "../testing/harness.ts";

/** How often the log says something to who does not debug. */
function said(rig: Rig, text: string): number {
  return rig.lines.filter((line) => line.includes(text) && !line.includes("level=debug")).length;
}

/** The values of a label in the samples of a family. */
function values(page: Page, family: string, label: string): readonly string[] {
  const pattern = new RegExp(`[{,]${label}="([^"]*)"`);
  return [...new Set(find(page, family).map(([series]) => pattern.exec(series)?.[1] ?? ""))];
}

/** Frames that were dropped, and sockets that were given up. */
function dropped({ state: { apiStats } }: Rig): number {
  const malformed = seriesOf(apiStats.notifications).find(({ labels }) =>
    labels.type === "malformed"
  );
  return (malformed?.value ?? 0) + apiStats.connections - (apiStats.connected ? 1 : 0);
}

const EVENTS = "plex_exporter_websocket_events_total";

onRig("the exporter goes on with answers that take 8 s each", async (rig) => {
  await rig.scrape();
  rig.plex.faults.set({ kind: "slow", ms: 8_000 });
  const viewing = rig.play();
  await rig.pass(60);
  await rig.scrape();
  viewing.pause();
  await rig.pass(30);
  const page = await rig.scrape();
  assert.equal(sum(page, "plex_up"), 1);
  assert.equal(sum(page, "plex_sessions", { state: "paused" }), 1);
  const seconds = sum(page, "plex_play_seconds_total");
  assert.ok(seconds >= 40 && seconds <= 61, `${seconds} s of 60 s`);
  assert.deepEqual(rig.lines.filter((line) => line.includes("level=warn")), [], "slow is no fault");
});

onRig("the exporter calls answers that come too late a timeout, and recovers", async (rig) => {
  rig.play();
  await rig.pass(20);
  await rig.scrape();
  const clear = rig.plex.faults.set({ kind: "slow", ms: 11_000 });
  await rig.pass(60);
  const down = await rig.scrape();
  assert.equal(sum(down, "plex_up"), 0);
  const labels = { endpoint: "/status/sessions", outcome: "timeout" };
  assert.ok(sum(down, "plex_exporter_api_requests_total", labels) >= 2);
  clear();
  await rig.pass(75);
  const back = await rig.scrape();
  assert.equal(sum(back, "plex_up"), 1);
  assert.equal(sum(back, "plex_plays_total"), 1, "the play went on, uncounted");
  assert.equal(said(rig, "Plex is down: Plex does not answer in time"), 1);
});

onRig("frames of 64 MB cost neither the exporter nor what comes after them", async (rig) => {
  rig.clock.waitAtMostMs = 5_000;
  const viewing = rig.play();
  await rig.pass(12);
  await rig.scrape();
  const { faults } = rig.plex;
  for (const nth of [1, 2]) {
    faults.set({ kind: "huge frames", bytes: 64 * 1024 * 1024 }, { times: 1 });
    rig.clock.settle = () => faults.has("huge frames") || dropped(rig) >= nth;
    await rig.pass(13);
    assert.ok(!faults.has("huge frames"), "it was sent");
  }
  rig.clock.settle = () => true;
  viewing.pause();
  await rig.pass(2);
  const page = await rig.scrape();
  assert.equal(sum(page, "plex_up"), 1);
  assert.equal(sum(page, "plex_exporter_websocket_connected"), 1);
  assert.equal(sum(page, "plex_sessions", { state: "paused" }), 1);
  assert.equal(sum(page, "plex_plays_total"), 1);
  assert.equal(dropped(rig), 2, "each was dropped, or its socket given up");
  assert.ok(said(rig, "level=warn") <= 4);
});

onRig("a storm of 1,000 frames a second loses nothing and holds up no scrape", async (rig) => {
  rig.clock.waitAtMostMs = 5_000;
  const viewing = rig.play();
  await rig.pass(10);
  const before = await rig.scrape();
  const asked = rig.plex.requests.length;
  const clear = rig.plex.faults.set({ kind: "frame storm", perSecond: 1_000 });
  for (let second = 0; second < 10; second++) {
    if (second === 4) viewing.pause();
    await rig.pass(1);
    const page = await rig.scrape();
    const state = second < 4 ? "playing" : "paused";
    assert.equal(sum(page, "plex_sessions", { state }), 1, "what matters is heard at once");
  }
  clear();
  await rig.pass(1);
  const after = await rig.scrape();
  const received = sum(after, EVENTS, { type: "progress" }) -
    sum(before, EVENTS, { type: "progress" });
  assert.ok(received >= 9_900 && received <= 10_100, `${received} frames`);
  assert.equal(sum(after, "plex_exporter_websocket_reconnects_total"), 0);
  assert.ok(rig.plex.requests.length - asked <= 8, "no frame of it costs a request");
  assert.equal(said(rig, "level=warn"), 0);
});

onRig("an upgraded server has one server_info, with its new version", async (rig) => {
  rig.play();
  await rig.pass(20);
  await rig.scrape();
  rig.plex.world.upgrade("1.44.0.11000-ffffffff");
  await rig.pass(150);
  const page = await rig.scrape();
  for (const family of ["server_info", "plex_server_info"]) {
    assert.deepEqual(values(page, family, "version"), ["1.44.0.11000-ffffffff"]);
    assert.equal(find(page, family).length, 1);
  }
  assert.equal(said(rig, "Server changed its version"), 1);
});

onRig("a renamed server takes all its series with it as they are", async (rig) => {
  rig.play();
  await rig.pass(20);
  await rig.scrape();
  await rig.pass(10);
  const before = await rig.scrape();
  rig.plex.world.rename("cellar");
  await rig.pass(10);
  const after = await rig.scrape();
  assert.equal(find(after, "server_info").length, 1);
  const names = new Set(
    [...after.keys()].flatMap((series) => /server="([^"]*)"/.exec(series)?.[1] ?? []),
  );
  assert.deepEqual([...names], ["cellar"]);
  for (const [series, value] of before) {
    if (!/_total\{/.test(series) || /^(host|library|plex_library)/.test(series)) continue;
    const moved = after.get(series.replace('server="attic"', 'server="cellar"'));
    assert.ok(moved !== undefined && moved >= value, `${series} moved with its value`);
  }
  assert.equal(said(rig, "Server renamed"), 1);
});

onRig("a renamed library has one series under its new name, and the log says so", async (rig) => {
  rig.play();
  await rig.pass(20);
  const before = await rig.scrape();
  const [library] = rig.plex.world.libraries;
  assert.ok(library);
  rig.plex.world.renameLibrary(library.id, "Cinema");
  await rig.pass(920);
  const after = await rig.scrape();
  for (
    const family of ["plex_library_items", "plex_library_media_items", "library_storage_total"]
  ) {
    assert.equal(find(after, family, { library: "Films" }).length, 0, family);
    assert.equal(
      sum(after, family, { library: "Cinema" }),
      sum(before, family, { library: "Films" }),
      family,
    );
  }
  const labels = { library: "Films" };
  assert.ok(
    sum(after, "plex_play_seconds_total", labels) >= sum(before, "plex_play_seconds_total", labels),
    "what was played stays where it was counted",
  );
  assert.equal(said(rig, "Library renamed"), 1);
  assert.equal(said(rig, "Library gone") + said(rig, "Library added"), 0);
});

onRig(
  "a Plex that shows sessions and will not describe itself is up, and named by address",
  async (rig) => {
    rig.play();
    await rig.pass(200);
    const page = await rig.scrape();
    assert.equal(sum(page, "plex_up"), 1);
    assert.equal(sum(page, "plex_sessions"), 1);
    assert.equal(find(page, "server_info").length, 0);
    assert.deepEqual(values(page, "plex_sessions", "server"), [new URL(rig.plex.url).host]);
    assert.equal(said(rig, "Cannot read what the server says of itself"), 1);
    rig.plex.faults.clear();
    await rig.pass(70);
    const back = await rig.scrape();
    assert.deepEqual(values(back, "plex_sessions", "server"), ["attic"]);
    assert.equal(sum(back, "plex_plays_total"), 1);
    assert.equal(said(rig, "Can read what the server says of itself again"), 1);
  },
  { before: ({ faults }) => void faults.set({ kind: "login page" }, { path: "/" }) },
);

onRig("a Plex that describes itself and will not show sessions is down", async (rig) => {
  await rig.pass(60);
  const page = await rig.scrape();
  assert.equal(sum(page, "plex_up"), 0);
  assert.equal(find(page, "plex_sessions").length, 0);
  assert.equal(said(rig, "Plex is down: Plex is starting or busy"), 1);
  rig.plex.faults.clear();
  await rig.pass(75);
  assert.equal(sum(await rig.scrape(), "plex_up"), 1);
}, { before: ({ faults }) => void faults.set({ kind: "starting" }, { path: "/status/sessions" }) });

/** The exporter on a simulated Plex that is well: what it shows, and that it is the truth. */
import assert from "node:assert/strict";
import { animate } from "../../src/demo/household.ts";
import { timeInState } from "../../src/demo/truth.ts";
import type { Session } from "../../src/demo/session.ts";
import { readPage as readSeries } from "../real/exposition.ts";
import { find, onRig, type Page, type Rig, sum } from "./rig.ts";
import { partsOf, truthOf } from "./truth.ts";

/** Whether a session in Plex's list is somebody's play that goes on. */
function isPlaying({ state, user, player, item }: Session): boolean {
  return state === "playing" && (user ?? player) !== undefined &&
    !item.guid.startsWith("library://");
}

onRig("the exporter shows a new play and its end", async (rig) => {
  assert.equal(sum(await rig.scrape(), "plex_sessions"), 0);
  const viewing = rig.play();
  await rig.pass(1.1);
  const playing = await rig.scrape();
  assert.equal(sum(playing, "plex_sessions", { state: "playing" }), 1);
  assert.equal(sum(playing, "plays_total"), 1);
  viewing.pause();
  await rig.pass(0.1);
  assert.equal(sum(await rig.scrape(), "plex_sessions", { state: "paused" }), 1);
  viewing.stop();
  await rig.pass(0.1);
  const stopped = await rig.scrape();
  assert.equal(sum(stopped, "plex_sessions"), 0);
  assert.equal(sum(stopped, "plays_total"), 1, "an ended play lingers");
  assert.equal(find(stopped, "plex_session_info").length, 0);
  await rig.pass(90);
  assert.equal(find(await rig.scrape(), "plays_total").length, 0, "but not for ever");
});

onRig("a play is credited what was played, not what was paused", async (rig) => {
  const viewing = rig.play();
  await rig.pass(1.1);
  await rig.scrape();
  await rig.pass(59.9);
  viewing.pause();
  await rig.pass(600);
  viewing.resume();
  await rig.pass(30);
  viewing.stop();
  await rig.pass(1);
  const page = await rig.scrape();
  const [play] = rig.plex.world.plays;
  assert.ok(play);
  const truth = timeInState(play, "playing", rig.clock.now()) / 1000;
  assert.ok(Math.abs(sum(page, "play_seconds_total") - truth) <= 1.1, `${truth} s`);
  assert.ok(Math.abs(sum(page, "plex_play_seconds_total") - truth) <= 1.1);
});

onRig("the totals of a lively household are those of Plex's own list", async (rig) => {
  const { world } = rig.plex;
  const household = animate(world, { clock: rig.clock, seed: 5 });
  await rig.pass(2);
  await rig.scrape();
  /** Seconds of playing by Plex's list, which a client that vanished stays in for minutes. */
  let listedSeconds = 0;
  let last: Page = new Map();
  for (let second = 1; second <= 20 * 60; second++) {
    await rig.pass(1);
    listedSeconds += world.sessions().filter(isPlaying).length;
    if (second % 60 !== 0) continue;
    const page = await rig.scrape();
    for (const [series, value] of last) {
      if (!/^plex_.*_(total|bucket|sum|count)\{/.test(series)) continue;
      assert.ok((page.get(series) ?? -1) >= value, `${series} fell`);
    }
    last = page;
  }
  household.stop();
  await rig.scrape();
  const page = await rig.scrape();
  const seconds = sum(page, "plex_play_seconds_total");
  assert.ok(Math.abs(seconds / listedSeconds - 1) < 0.01, `${seconds} of ${listedSeconds} s`);
  assert.ok(
    Math.abs(sum(page, "plex_play_seconds_by_hour_total") - seconds) < 0.001,
    "every second has its hour",
  );
  const plays = world.plays.filter(({ guid }) => !guid.startsWith("library://"));
  // Only a list makes a play exist, and one that is over within 2 s may be in none.
  const long = plays.filter(({ startedAtMs, endedAtMs = Infinity }) =>
    endedAtMs - startedAtMs > 2_000
  );
  const counted = sum(page, "plex_plays_total");
  assert.ok(counted >= long.length && counted <= plays.length, `${counted} of ${plays.length}`);
});

onRig("bytes sent are those that Plex wrote down since the first reading", async (rig) => {
  const { world } = rig.plex;
  const before = world.ledger.total({});
  animate(world, { clock: rig.clock, seed: 3 });
  await rig.pass(1);
  await rig.scrape();
  await rig.pass(600);
  // What is still being written, or was sent since the last reading, is to come.
  await rig.pass(25);
  world.settle();
  await rig.scrape();
  const page = await rig.scrape();
  const sent = world.ledger.total({}) - before;
  const counted = sum(page, "transmit_bytes_total");
  assert.ok(counted <= sent, "nothing is counted twice");
  assert.ok(counted > sent * 0.9, `${counted} of ${sent}`);
  assert.equal(sum(page, "plex_transmit_bytes_total"), counted);
  assert.equal(sum(page, "plex_user_transmit_bytes_total"), counted);
});

/** Compares all that is said of libraries with what is in them. */
async function assertLibraries(rig: Rig): Promise<void> {
  const said = partsOf(readSeries(await rig.text()).values()).libraries;
  assert.deepEqual(said, truthOf(rig.plex.world).libraries);
}

onRig("libraries are counted at start and again when a scan has changed them", async (rig) => {
  const { world } = rig.plex;
  await rig.pass(2);
  await assertLibraries(rig);
  for (const library of world.libraries) {
    world.scan(library.id, { added: world.catalogue.addition(library), takesMs: 5_000 });
  }
  await rig.pass(130);
  await assertLibraries(rig);
});

onRig("a library that is emptied says 0, in all that is said of it", async (rig) => {
  const { world } = rig.plex;
  await rig.pass(2);
  for (const { id, items } of world.libraries) {
    world.scan(id, { removed: items.flatMap(({ ratingKey }) => ratingKey ?? []) });
  }
  await rig.pass(130);
  await assertLibraries(rig);
  const page = await rig.scrape();
  for (const family of ["plex_library_media_items", "plex_library_storage_bytes"]) {
    const samples = find(page, family);
    assert.ok(samples.length >= 5);
    for (const [series, value] of samples) assert.equal(value, 0, series);
  }
});

onRig("at start no count flashes through 0 or through a part of the truth", async (rig) => {
  const { world } = rig.plex;
  const seen = new Map<string, Set<number>>();
  for (let step = 0; step < 40; step++) {
    for (const [series, value] of await rig.scrape()) {
      if (!/^(plex_media_|plex_library_items|plex_library_media_items|library_)/.test(series)) {
        continue;
      }
      seen.set(series, (seen.get(series) ?? new Set()).add(value));
    }
    await rig.pass(0.5);
  }
  assert.ok(seen.size > 20);
  for (const [series, values] of seen) assert.equal(values.size, 1, `${series}: ${[...values]}`);
  const counts = world.libraryTruth().flatMap(({ counts }) => Object.values(counts));
  assert.ok(counts.length > 0);
}, {
  before: ({ faults }) =>
    void faults.set({ kind: "slow", ms: 1_500 }, { path: "/library/sections/{id}/all" }),
});

onRig("a library that vanished goes, and one that is new comes", async (rig) => {
  const { world } = rig.plex;
  await rig.pass(2);
  const [first] = world.libraries;
  assert.ok(first);
  world.removeLibrary(first.id);
  world.addLibrary({ title: "Cabin films", type: "movie" });
  await rig.pass(16 * 60);
  await assertLibraries(rig);
  const page = await rig.scrape();
  assert.equal(find(page, "plex_library_items", { library_id: first.id }).length, 0);
  assert.equal(find(page, "plex_library_items", { library: "Cabin films" }).length, 1);
});

onRig("invariant 7: closed label sets are whole on an idle server", async (rig) => {
  await rig.pass(2);
  const page = await rig.scrape();
  assert.equal(find(page, "plex_sessions").length, 18);
  assert.equal(find(page, "plex_video_transcodes").length, 3);
  assert.equal(find(page, "plex_activities").length, 6);
  assert.equal(find(page, "plex_play_seconds_by_hour_total").length, 168);
  assert.equal(find(page, "plex_transmit_bytes_total").length, 2);
  assert.equal(find(page, "plays_total").length, 0, "no placeholder");
});

onRig("a counter series is first published at 0, then with all it has", async (rig) => {
  await rig.scrape();
  rig.play();
  await rig.pass(20);
  assert.deepEqual(find(await rig.scrape(), "plex_plays_total").map(([, value]) => value), [0]);
  const then = await rig.scrape();
  assert.deepEqual(find(then, "plex_plays_total").map(([, value]) => value), [1]);
  assert.ok(sum(then, "plex_play_seconds_total") > 9);
});

onRig("a scrape that fails to arrive, or a HEAD, publishes nothing", async (rig) => {
  await rig.scrape();
  rig.play();
  await rig.pass(20);
  await (await fetch(`${rig.app.url}/metrics`, { method: "HEAD" })).body?.cancel();
  await (await fetch(`${rig.app.url}/`)).body?.cancel();
  assert.deepEqual(find(await rig.scrape(), "plex_plays_total").map(([, value]) => value), [0]);
});

onRig("the text and the OpenMetrics page say the same", async (rig) => {
  rig.play();
  await rig.pass(2);
  await rig.scrape();
  const text = await rig.scrape();
  const open = await rig.text({ accept: "application/openmetrics-text; version=1.0.0" });
  assert.ok(open.endsWith("# EOF\n"));
  const names = (page: string[]) =>
    page.filter((series) => !/^(process_|plex_exporter_api)/.test(series)).toSorted();
  const series = open.split("\n").filter((line) => line && !line.startsWith("#"))
    .map((line) => line.slice(0, line.lastIndexOf(" ")));
  assert.equal(names(series).join("\n"), names([...text.keys()]).join("\n"));
});

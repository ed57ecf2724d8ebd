/** The exporter on a simulated Plex without faults: its metrics agree with the simulation. */
import assert from "node:assert/strict";
import { timeInState } from "../../src/simulator/ground_truth.ts";
import { readPage as readSeries } from "../testing/exposition.ts";
import { findSamples, type Harness, sum, testWithHarness } from "../testing/harness.ts";
import { partsOf, truthOf } from "../testing/expected_metrics.ts";
import { labelOf } from "../testing/labels.ts";

testWithHarness("the exporter shows a new play and its end", async (harness) => {
  assert.equal(sum(await harness.scrape(), "plex_sessions"), 0);
  const viewer = harness.play();
  await harness.pass(1.1);
  const playing = await harness.scrape();
  assert.equal(sum(playing, "plex_sessions", { state: "playing" }), 1);
  assert.equal(sum(playing, "plays_total"), 1);
  viewer.pause();
  await harness.pass(0.1);
  assert.equal(sum(await harness.scrape(), "plex_sessions", { state: "paused" }), 1);
  viewer.stop();
  await harness.pass(0.1);
  const stopped = await harness.scrape();
  assert.equal(sum(stopped, "plex_sessions"), 0);
  assert.equal(sum(stopped, "plays_total"), 1, "an ended play is still exported");
  assert.equal(findSamples(stopped, "plex_session_info").length, 0);
  await harness.pass(90);
  assert.equal(findSamples(await harness.scrape(), "plays_total").length, 0, "but only for 90 s");
});

testWithHarness("a play is credited with its playing time, without pauses", async (harness) => {
  const viewer = harness.play();
  await harness.pass(1.1);
  await harness.scrape();
  await harness.pass(59.9);
  viewer.pause();
  await harness.pass(600);
  viewer.resume();
  await harness.pass(30);
  viewer.stop();
  await harness.pass(1);
  const page = await harness.scrape();
  const [play] = harness.plex.simulation.plays;
  assert.ok(play);
  const truth = timeInState(play, "playing", harness.clock.now()) / 1000;
  assert.ok(Math.abs(sum(page, "play_seconds_total") - truth) <= 1.1, `${truth} s`);
  assert.ok(Math.abs(sum(page, "plex_play_seconds_total") - truth) <= 1.1);
});

/** Compares the metrics of libraries with their content. */
async function assertLibraries(harness: Harness): Promise<void> {
  const shown = partsOf(readSeries(await harness.text()).values()).libraries;
  assert.deepEqual(shown, truthOf(harness.plex.simulation).libraries);
}

testWithHarness(
  "libraries are counted at start and again when a scan has changed them",
  async (harness) => {
    const { simulation } = harness.plex;
    await harness.pass(2);
    await assertLibraries(harness);
    for (const library of simulation.libraries) {
      simulation.scan(library.id, {
        added: simulation.generator.addition(library),
        takesMs: 5_000,
      });
    }
    await harness.pass(130);
    await assertLibraries(harness);
  },
);

testWithHarness("all metrics of an emptied library are 0", async (harness) => {
  const { simulation } = harness.plex;
  await harness.pass(2);
  for (const { id, items } of simulation.libraries) {
    simulation.scan(id, { removed: items.flatMap(({ ratingKey }) => ratingKey ?? []) });
  }
  await harness.pass(130);
  await assertLibraries(harness);
  const page = await harness.scrape();
  for (const family of ["plex_library_media_items", "plex_library_storage_bytes"]) {
    const samples = findSamples(page, family);
    assert.ok(samples.length >= 5);
    for (const [series, value] of samples) assert.equal(value, 0, series);
  }
});

testWithHarness(
  "at start no library count is exported before it is complete",
  async (harness) => {
    const seen = new Map<string, Set<number>>();
    for (let step = 0; step < 40; step++) {
      for (const [series, value] of await harness.scrape()) {
        if (!/^(plex_media_|plex_library_items|plex_library_media_items|library_)/.test(series)) {
          continue;
        }
        seen.set(series, (seen.get(series) ?? new Set()).add(value));
      }
      await harness.pass(0.5);
    }
    assert.ok(seen.size > 20);
    for (const [series, values] of seen) assert.equal(values.size, 1, `${series}: ${[...values]}`);
    await assertLibraries(harness);
  },
  {
    before: ({ faults }) =>
      void faults.set({ kind: "slow", ms: 1_500 }, { path: "/library/sections/{id}/all" }),
  },
);

testWithHarness("a removed library is no longer exported, and a new one is", async (harness) => {
  const { simulation } = harness.plex;
  await harness.pass(2);
  const [first] = simulation.libraries;
  assert.ok(first);
  simulation.libraries.remove(first.id);
  simulation.libraries.add({ title: "Cabin films", type: "movie" });
  await harness.pass(16 * 60);
  await assertLibraries(harness);
  const page = await harness.scrape();
  assert.equal(findSamples(page, "plex_library_items", { library_id: first.id }).length, 0);
  assert.equal(findSamples(page, "plex_library_items", { library: "Cabin films" }).length, 1);
});

testWithHarness(
  "invariant 7: closed label sets are complete on an idle server",
  async (harness) => {
    await harness.pass(2);
    const page = await harness.scrape();
    assert.equal(findSamples(page, "plex_sessions").length, 18);
    assert.equal(findSamples(page, "plex_video_transcodes").length, 3);
    assert.equal(findSamples(page, "plex_activities").length, 6);
    assert.equal(findSamples(page, "plex_play_seconds_by_hour_total").length, 168);
    assert.equal(findSamples(page, "plex_transmit_bytes_total").length, 2);
    assert.equal(findSamples(page, "plays_total").length, 0, "no placeholder");
  },
);

testWithHarness(
  "a counter series is first published at 0, then with its value",
  async (harness) => {
    await harness.scrape();
    harness.play();
    await harness.pass(20);
    assert.deepEqual(
      findSamples(await harness.scrape(), "plex_plays_total").map(([, value]) => value),
      [0],
    );
    const then = await harness.scrape();
    assert.deepEqual(findSamples(then, "plex_plays_total").map(([, value]) => value), [1]);
    assert.ok(sum(then, "plex_play_seconds_total") > 9);
  },
);

testWithHarness(
  "neither a HEAD request nor the status page counts as a scrape",
  async (harness) => {
    await harness.scrape();
    harness.play();
    await harness.pass(20);
    await (await fetch(`${harness.app.url}/metrics`, { method: "HEAD" })).body?.cancel();
    await harness.statusPage();
    assert.deepEqual(
      findSamples(await harness.scrape(), "plex_plays_total").map(([, value]) => value),
      [0],
    );
  },
);

testWithHarness("the text format and OpenMetrics have the same series", async (harness) => {
  harness.play();
  await harness.pass(2);
  await harness.scrape();
  const text = await harness.scrape();
  const open = await harness.text({ accept: "application/openmetrics-text; version=1.0.0" });
  assert.ok(open.endsWith("# EOF\n"));
  const sorted = (page: string[]) =>
    page.filter((series) => !/^(process_|plex_exporter_api)/.test(series)).toSorted();
  const series = open.split("\n").filter((line) => line && !line.startsWith("#"))
    .map((line) => line.slice(0, line.lastIndexOf(" ")));
  assert.equal(sorted(series).join("\n"), sorted([...text.keys()]).join("\n"));
});

testWithHarness(
  "COMPATIBLE_METRICS=false leaves out the compatible families and nothing else",
  async (harness) => {
    const { simulation } = harness.plex;
    harness.play();
    await harness.pass(20);
    await harness.scrape();
    const page = await harness.scrape();
    assert.equal(findSamples(page, "plays_total").length, 0);
    assert.equal(findSamples(page, "server_info").length, 0);
    assert.equal(findSamples(page, "plex_library_items").length, 0);
    assert.equal(sum(page, "plex_plays_total"), 1);
    const libraries = new Set(
      findSamples(page, "plex_library_media_items").map(([series]) =>
        labelOf(series, "library_id")
      ),
    );
    assert.equal(libraries.size, simulation.libraries.all.length);
  },
  { settings: { COMPATIBLE_METRICS: "false" } },
);

import assert from "node:assert/strict";
import { NEVER } from "../../../../src/plex/scheduler.ts";
import { createLibraryCollector } from "../../../../src/plex/collectors/libraries.ts";
import type { LibraryListingWithRevision } from "../../../../src/plex/mapping/library.ts";
import { listed, START } from "../../../testing/core_builders.ts";
import { type CollectorHarness, openCollectorHarness } from "../../../testing/collector_harness.ts";

const MINUTE_MS = 60_000;
const INTERVAL_MS = 15 * MINUTE_MS;

function library(
  id: string,
  changed: Partial<LibraryListingWithRevision> = {},
): LibraryListingWithRevision {
  return {
    id,
    title: `Library ${id}`,
    type: "movie",
    otherVideos: false,
    scanning: false,
    contentChangedMark: 1,
    ...changed,
  };
}

function openCollector(
  sections: readonly LibraryListingWithRevision[],
  methods: Parameters<CollectorHarness["answer"]>[0] = {},
) {
  const bench = openCollectorHarness({
    sections: () => sections,
    libraries: () => sections,
    count: () => 7,
    ...methods,
  });
  bench.dispatch(listed(START));
  const collector = createLibraryCollector(bench.context);
  return { bench, collector, collect: bench.runnerOf(collector) };
}

/** Ids of the libraries that were counted, in order, and forgets what was asked. */
function counted(bench: CollectorHarness): readonly string[] {
  return bench.asked.splice(0).flatMap((asked) => /^count .*"id":"(\d+)"/.exec(asked)?.[1] ?? []);
}

const sized = (bench: CollectorHarness) =>
  bench.asked.filter((asked) => asked === "libraries").length;

Deno.test("the library collector does nothing until Plex is up, but for the list on its own", async () => {
  const bench = openCollectorHarness({ sections: () => [library("1")] });
  const collector = createLibraryCollector(bench.context);
  assert.equal(await bench.runnerOf(collector)(), NEVER);
  assert.deepEqual(bench.asked, []);
  await collector.prepare?.();
  assert.equal(bench.state.libraries?.size, 1);
});

Deno.test("the library collector lists, measures and counts, then waits for its interval", async () => {
  const { bench, collect } = openCollector([library("1"), library("2", { type: "show" })]);
  assert.equal(await collect(), INTERVAL_MS);
  assert.deepEqual(counted(bench), ["1", "2", "2", "2"]);
  assert.deepEqual(bench.state.libraries?.get("2")?.counts, { shows: 7, seasons: 7, episodes: 7 });
});

Deno.test("the library collector counts again only what has changed, and not within a minute", async () => {
  const { bench, collect } = openCollector([library("1"), library("2")]);
  await collect();
  counted(bench);
  bench.pass(30_000);
  bench.answer({ sections: () => [library("1"), library("2", { contentChangedMark: 2 })] });
  assert.equal(await collect(), MINUTE_MS, "to look again when it may be counted");
  assert.deepEqual(counted(bench), []);
  bench.pass(30_000);
  await collect();
  assert.deepEqual(counted(bench), ["2"]);
  bench.pass(2 * MINUTE_MS);
  await collect();
  assert.deepEqual(counted(bench), []);
});

Deno.test("the library collector counts a library without a mark at every interval", async () => {
  const { bench, collect } = openCollector([library("1", { contentChangedMark: undefined })]);
  await collect();
  counted(bench);
  bench.pass(INTERVAL_MS - 1);
  await collect();
  assert.deepEqual(counted(bench), []);
  bench.pass(1);
  await collect();
  assert.deepEqual(counted(bench), ["1"]);
});

Deno.test("the library collector counts again a library whose counts were lost", async () => {
  const { bench, collector, collect } = openCollector([library("1"), library("2")]);
  await collect();
  counted(bench);
  // A Plex that has just started lists no library for a moment.
  bench.answer({ sections: () => [] });
  await collector.prepare?.();
  bench.answer({ sections: () => [library("1"), library("2")] });
  bench.pass(1_000);
  await collect();
  assert.deepEqual(counted(bench), ["1", "2"]);
  assert.deepEqual(bench.state.libraries?.get("1")?.counts, { movies: 7 });
});

Deno.test("the library collector counts a library again that came back", async () => {
  const { bench, collect } = openCollector([library("1"), library("2")]);
  await collect();
  bench.answer({ sections: () => [library("2")] });
  await collect();
  assert.deepEqual([...bench.state.libraries?.keys() ?? []], ["2"]);
  counted(bench);
  bench.answer({ sections: () => [library("1"), library("2")] });
  await collect();
  assert.deepEqual(counted(bench), ["1"]);
});

Deno.test("the library collector measures at its interval, and sooner after a scan, once a minute", async () => {
  const { bench, collector, collect } = openCollector([library("1")]);
  await collect();
  bench.pass(MINUTE_MS);
  await collect();
  assert.equal(sized(bench), 1);
  collector.onHint?.({ type: "scan_finished" });
  await collect();
  assert.equal(sized(bench), 2);
  bench.pass(10_000);
  collector.onHint?.({ type: "scan_finished" });
  assert.equal(await collect(), 50_000);
  assert.equal(sized(bench), 2);
  bench.pass(50_000);
  await collect();
  assert.equal(sized(bench), 3);
  bench.pass(INTERVAL_MS);
  await collect();
  assert.equal(sized(bench), 4);
});

Deno.test("the library collector measures again where a scan ended while it measured", async () => {
  const { bench, collector, collect } = openCollector([library("1")]);
  await collect();
  bench.pass(INTERVAL_MS);
  bench.answer({
    libraries: () => {
      collector.onHint?.({ type: "scan_finished" });
      return [library("1")];
    },
  });
  assert.equal(await collect(), MINUTE_MS);
  assert.equal(sized(bench), 2);
  bench.answer({ libraries: () => ({ failure: "timeout" }) });
  bench.pass(MINUTE_MS);
  await collect();
  bench.answer({ libraries: () => [library("1")] });
  bench.pass(MINUTE_MS);
  await collect();
  assert.equal(sized(bench), 4, "a failure does not forget the scan");
  bench.pass(MINUTE_MS);
  await collect();
  assert.equal(sized(bench), 4);
});

Deno.test("the library collector keeps what it knows through failures, and tries again in a minute", async () => {
  const { bench, collect } = openCollector([library("1"), library("2")]);
  await collect();
  bench.pass(INTERVAL_MS);
  const { libraries } = bench.state;
  bench.answer({ sections: () => ({ failure: "timeout" }) });
  assert.equal(await collect(), MINUTE_MS);
  assert.equal(bench.state.libraries, libraries);
  bench.answer({
    sections: () => [library("1"), library("2")],
    libraries: () => ({ failure: "timeout" }),
  });
  assert.equal(await collect(), MINUTE_MS);
  assert.deepEqual(bench.state.libraries?.get("1")?.counts, { movies: 7 });
});

Deno.test("the library collector counts again, a minute later, what could not be counted", async () => {
  const { bench, collect } = openCollector([library("1"), library("2")], {
    count: ({ id }) => id === "1" ? { failure: "timeout" } : 7,
  });
  assert.equal(await collect(), MINUTE_MS);
  counted(bench);
  bench.pass(MINUTE_MS);
  bench.answer({ count: () => 9 });
  await collect();
  assert.deepEqual(counted(bench), ["1"]);
  assert.deepEqual(bench.state.libraries?.get("1")?.counts, { movies: 9 });
});

Deno.test("the library collector has at most four counts under way", async () => {
  let most = 0;
  let now = 0;
  const shows = Array.from({ length: 6 }, (_, id) => library(String(id), { type: "show" }));
  const { collect } = openCollector(shows, {
    count: async () => {
      most = Math.max(most, ++now);
      await Promise.resolve();
      now -= 1;
      return 1;
    },
  });
  await collect();
  assert.equal(most, 4);
});

Deno.test("the library collector stops counting when it is to end", async () => {
  const shows = Array.from({ length: 6 }, (_, id) => library(String(id), { type: "show" }));
  const { bench, collect } = openCollector(shows, {
    count: () => {
      bench.end.abort();
      return 1;
    },
  });
  await collect();
  assert.ok(counted(bench).length <= 4);
});

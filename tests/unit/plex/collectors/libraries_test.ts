import assert from "node:assert/strict";
import { NEVER } from "../../../../src/plex/scheduler.ts";
import { createLibraryCollector } from "../../../../src/plex/collectors/libraries.ts";
import type { LibraryListing } from "../../../../src/core/libraries.ts";
import { listed, START } from "../../../testing/core_builders.ts";
import { type CollectorHarness, openCollectorHarness } from "../../../testing/collector_harness.ts";

const MINUTE_MS = 60_000;
const INTERVAL_MS = 15 * MINUTE_MS;

function library(
  id: string,
  changed: Partial<LibraryListing> = {},
): LibraryListing {
  return {
    id,
    title: `Library ${id}`,
    type: "movie",
    otherVideos: false,
    scanning: false,
    contentRevision: 1,
    ...changed,
  };
}

function openCollector(
  sections: readonly LibraryListing[],
  methods: Parameters<CollectorHarness["answer"]>[0] = {},
) {
  const harness = openCollectorHarness({
    sections: () => sections,
    libraries: () => sections,
    count: () => 7,
    ...methods,
  });
  harness.dispatch(listed(START));
  const collector = createLibraryCollector(harness.context);
  return { harness, collector, collect: harness.runnerOf(collector) };
}

/** Ids of the libraries that were counted, in order, and forgets what was asked. */
function counted(harness: CollectorHarness): readonly string[] {
  return harness.calls.splice(0).flatMap((call) => /^count .*"id":"(\d+)"/.exec(call)?.[1] ?? []);
}

const sized = (harness: CollectorHarness) =>
  harness.calls.filter((call) => call === "libraries").length;

Deno.test("the library collector asks nothing until Plex is up, but to prepare the first list", async () => {
  const harness = openCollectorHarness({ sections: () => [library("1")] });
  const collector = createLibraryCollector(harness.context);
  assert.equal(await harness.runnerOf(collector)(), NEVER);
  assert.deepEqual(harness.calls, []);
  await collector.prepare?.();
  assert.equal(harness.state.libraries?.size, 1);
});

Deno.test("the library collector reads list, sizes and counts, then waits for its interval", async () => {
  const { harness, collect } = openCollector([library("1"), library("2", { type: "show" })]);
  assert.equal(await collect(), INTERVAL_MS);
  assert.deepEqual(counted(harness), ["1", "2", "2", "2"]);
  assert.deepEqual(harness.state.libraries?.get("2")?.counts, {
    shows: 7,
    seasons: 7,
    episodes: 7,
  });
});

Deno.test("the library collector counts again only what has changed, and not within a minute", async () => {
  const { harness, collect } = openCollector([library("1"), library("2")]);
  await collect();
  counted(harness);
  harness.pass(30_000);
  harness.answer({ sections: () => [library("1"), library("2", { contentRevision: 2 })] });
  assert.equal(await collect(), MINUTE_MS, "to look again when it may be counted");
  assert.deepEqual(counted(harness), []);
  harness.pass(30_000);
  await collect();
  assert.deepEqual(counted(harness), ["2"]);
  harness.pass(2 * MINUTE_MS);
  await collect();
  assert.deepEqual(counted(harness), []);
});

Deno.test("the library collector counts a library without a revision at every interval", async () => {
  const { harness, collect } = openCollector([library("1", { contentRevision: undefined })]);
  await collect();
  counted(harness);
  harness.pass(INTERVAL_MS - 1);
  await collect();
  assert.deepEqual(counted(harness), []);
  harness.pass(1);
  await collect();
  assert.deepEqual(counted(harness), ["1"]);
});

Deno.test("the library collector counts again a library whose counts were lost", async () => {
  const { harness, collector, collect } = openCollector([library("1"), library("2")]);
  await collect();
  counted(harness);
  // A Plex that has just started lists no library for a moment.
  harness.answer({ sections: () => [] });
  await collector.prepare?.();
  harness.answer({ sections: () => [library("1"), library("2")] });
  harness.pass(1_000);
  await collect();
  assert.deepEqual(counted(harness), ["1", "2"]);
  assert.deepEqual(harness.state.libraries?.get("1")?.counts, { movies: 7 });
});

Deno.test("the library collector counts a library again that came back", async () => {
  const { harness, collect } = openCollector([library("1"), library("2")]);
  await collect();
  harness.answer({ sections: () => [library("2")] });
  await collect();
  assert.deepEqual([...harness.state.libraries?.keys() ?? []], ["2"]);
  counted(harness);
  harness.answer({ sections: () => [library("1"), library("2")] });
  await collect();
  assert.deepEqual(counted(harness), ["1"]);
});

Deno.test("the library collector reads sizes at its interval, and sooner after a scan, once a minute", async () => {
  const { harness, collector, collect } = openCollector([library("1")]);
  await collect();
  harness.pass(MINUTE_MS);
  await collect();
  assert.equal(sized(harness), 1);
  collector.onHint?.({ type: "scan_finished" });
  await collect();
  assert.equal(sized(harness), 2);
  harness.pass(10_000);
  collector.onHint?.({ type: "scan_finished" });
  assert.equal(await collect(), 50_000);
  assert.equal(sized(harness), 2);
  harness.pass(50_000);
  await collect();
  assert.equal(sized(harness), 3);
  harness.pass(INTERVAL_MS);
  await collect();
  assert.equal(sized(harness), 4);
});

Deno.test("the library collector reads sizes again where a scan ended while it read them", async () => {
  const { harness, collector, collect } = openCollector([library("1")]);
  await collect();
  harness.pass(INTERVAL_MS);
  harness.answer({
    libraries: () => {
      collector.onHint?.({ type: "scan_finished" });
      return [library("1")];
    },
  });
  assert.equal(await collect(), MINUTE_MS);
  assert.equal(sized(harness), 2);
  harness.answer({ libraries: () => ({ failure: "timeout" }) });
  harness.pass(MINUTE_MS);
  await collect();
  harness.answer({ libraries: () => [library("1")] });
  harness.pass(MINUTE_MS);
  await collect();
  assert.equal(sized(harness), 4, "a failure does not forget the scan");
  harness.pass(MINUTE_MS);
  await collect();
  assert.equal(sized(harness), 4);
});

Deno.test("the library collector keeps the libraries through failures, and tries again in a minute", async () => {
  const { harness, collect } = openCollector([library("1"), library("2")]);
  await collect();
  harness.pass(INTERVAL_MS);
  const { libraries } = harness.state;
  harness.answer({ sections: () => ({ failure: "timeout" }) });
  assert.equal(await collect(), MINUTE_MS);
  assert.equal(harness.state.libraries, libraries);
  harness.answer({
    sections: () => [library("1"), library("2")],
    libraries: () => ({ failure: "timeout" }),
  });
  assert.equal(await collect(), MINUTE_MS);
  assert.deepEqual(harness.state.libraries?.get("1")?.counts, { movies: 7 });
});

Deno.test("the library collector counts again, after 5 s twice, then after a minute, what it could not", async () => {
  const { harness, collect } = openCollector([library("1"), library("2")], {
    count: ({ id }) => id === "1" ? { failure: "timeout" } : 7,
  });
  for (const waitMs of [5_000, 5_000, MINUTE_MS]) {
    assert.equal(await collect(), waitMs);
    harness.pass(waitMs);
  }
  counted(harness);
  harness.answer({ count: () => 9 });
  await collect();
  assert.deepEqual(counted(harness), ["1"]);
  assert.deepEqual(harness.state.libraries?.get("1")?.counts, { movies: 9 });
});

Deno.test("the library collector makes at most four counts at once", async () => {
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

Deno.test("the library collector stops counting after the signal", async () => {
  const shows = Array.from({ length: 6 }, (_, id) => library(String(id), { type: "show" }));
  const { harness, collect } = openCollector(shows, {
    count: () => {
      harness.end.abort();
      return 1;
    },
  });
  await collect();
  assert.ok(counted(harness).length <= 4);
});

Deno.test("the library collector counts what only the list with sizes has", async () => {
  const { harness, collect } = openCollector([library("1")], {
    libraries: () => [library("1", { storageBytes: 10 }), library("2", { storageBytes: 20 })],
  });
  assert.equal(await collect(), INTERVAL_MS);
  assert.deepEqual(counted(harness), ["1", "2"]);
  assert.equal(harness.state.libraries?.get("2")?.storageBytes, 20);
});

Deno.test("the library collector lists by the sizes where Plex has no other list", async () => {
  const { harness, collector, collect } = openCollector([library("1"), library("2")], {
    sections: () => ({ failure: "not_found" }),
  });
  await collector.prepare?.();
  assert.deepEqual([...harness.state.libraries?.keys() ?? []], ["1", "2"]);
  assert.equal(await collect(), INTERVAL_MS);
  assert.equal(sized(harness), 1);
  assert.deepEqual(counted(harness), ["1", "2"]);
  harness.pass(INTERVAL_MS);
  harness.answer({ libraries: () => [library("2")] });
  await collect();
  assert.deepEqual([...harness.state.libraries?.keys() ?? []], ["2"], "deleted in Plex");
});

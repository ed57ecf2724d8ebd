import assert from "node:assert/strict";
import type { Collector } from "../../../../src/plex/collectors/collector.ts";
import { isDueAfter } from "../../../../src/plex/collectors/runner.ts";
import { NEVER } from "../../../../src/plex/scheduler.ts";
import { after, listed, SERVER, START } from "../../../testing/core_builders.ts";
import { openCollectorHarness } from "../../../testing/collector_harness.ts";

const collector: Collector = {
  description: "the weather",
  source: "activities",
  isOptional: true,
  schedule: { intervalMs: 60_000, minIntervalMs: 1_000 },
  collect: () => Promise.resolve({}),
};

const read = { type: "activities_listed", at: START, activities: new Map() } as const;

const ERR = { at: START, ok: false, failure: "other", detail: "Plex answered 500" } as const;

/** A server that is up, and a runner of the collector with these changes. */
function open(changes: Partial<Collector> = {}) {
  const harness = openCollectorHarness();
  harness.dispatch(listed(START));
  return { harness, run: harness.runnerOf({ ...collector, ...changes }) };
}

Deno.test("a collector waits for its interval, or for the time that it returns", async () => {
  assert.equal(await open().run(), 60_000);
  assert.equal(await open({ collect: () => Promise.resolve({ nextMs: 5_000 }) }).run(), 5_000);
});

Deno.test("a collector keeps its minimum interval, however short a wait it returns", async () => {
  assert.equal(await open({ collect: () => Promise.resolve({ nextMs: 0 }) }).run(), 1_000);
});

Deno.test("a collector's rest is counted from the end of the collection", async () => {
  const { harness, run } = open({
    collect: () => {
      harness.pass(4_000);
      return Promise.resolve({ restMs: 500 });
    },
  });
  assert.equal(await run(), 4_500);
});

Deno.test("a collector that is not ready is not run", async () => {
  let runs = 0;
  const collect = () => {
    runs += 1;
    return Promise.resolve({});
  };
  assert.equal(await open({ collect, isReady: () => false }).run(), NEVER);
  assert.equal(await openCollectorHarness().runnerOf({ ...collector, collect })(), NEVER);
  assert.equal(runs, 0);
});

Deno.test("what Plex does not have is marked as missing and asked for rarely", async () => {
  const answer = { ...ERR, failure: "not_found" } as const;
  const { harness, run } = open({ collect: () => Promise.resolve({ answer, nextMs: 1 }) });
  assert.equal(await run(), 600_000);
  assert.equal(harness.state.sources.activities.unavailable, true);
});

Deno.test("what Plex does not have is asked for as rarely as its schedule says", async () => {
  const answer = { ...ERR, failure: "not_found" } as const;
  const schedule = { ...collector.schedule, unsupportedIntervalMs: 3_600_000 };
  const { run } = open({ schedule, collect: () => Promise.resolve({ answer }) });
  assert.deepEqual([await run(), await run()], [3_600_000, 3_600_000]);
});

Deno.test("a source that a good answer shows to be missing is not asked for again soon", async () => {
  const { harness, run } = open({
    collect: () => {
      harness.dispatch({ type: "source_unavailable", at: START, source: "activities" });
      return Promise.resolve({ answer: { at: START, ok: true, value: undefined } });
    },
  });
  assert.equal(await run(), 60_000);
});

Deno.test("a collector's failure is logged and keeps its interval", async () => {
  const { harness, run } = open({ collect: () => Promise.resolve({ answer: ERR }) });
  harness.dispatch(read);
  assert.equal(await run(), 60_000);
  harness.dispatch(listed(START + 1));
  assert.equal(await run(), 60_000);
  assert.deepEqual(harness.logged, ["Cannot read the weather"]);
});

Deno.test("a source that was never read is asked for again after 5 s, a few times", async () => {
  const empty = { at: START, ok: true, value: undefined } as const;
  for (const answer of [ERR, empty]) {
    const { run } = open({ collect: () => Promise.resolve({ answer }) });
    const waits = [await run(), await run(), await run(), await run()];
    assert.deepEqual(waits, [5_000, 5_000, 60_000, 60_000]);
  }
});

Deno.test("a source that was read in part only is asked for again after 5 s, a few times", async () => {
  const answer = { at: START, ok: true, value: undefined } as const;
  const { harness, run } = open({ collect: () => Promise.resolve({ answer, isPartial: true }) });
  harness.dispatch(read);
  assert.deepEqual([await run(), await run(), await run()], [5_000, 5_000, 60_000]);
});

Deno.test("a source that was read once keeps its interval when a part of it fails later", async () => {
  const answer = { at: START, ok: true, value: undefined } as const;
  let isPartial = false;
  const { harness, run } = open({ collect: () => Promise.resolve({ answer, isPartial }) });
  harness.dispatch(read);
  await run();
  isPartial = true;
  assert.equal(await run(), 60_000);
});

Deno.test("a source that was not read before an outage is asked for again after 5 s after it", async () => {
  const { harness, run } = open({ collect: () => Promise.resolve({ answer: ERR }) });
  for (let nth = 0; nth < 3; nth++) await run();
  harness.dispatch({ type: "poll_failed", at: START, failure: "refused" });
  harness.dispatch({ type: "poll_failed", at: START, failure: "refused" });
  assert.equal(await run(), NEVER);
  harness.dispatch(listed(START));
  assert.equal(await run(), 5_000);
});

Deno.test("a rest that a collector returns is kept before its source was read, too", async () => {
  const collect = () => Promise.resolve({ answer: ERR, restMs: 30_000 });
  assert.equal(await open({ collect }).run(), 30_000);
});

Deno.test("a collector without optional answers keeps asking for what Plex refuses", async () => {
  const answer = { ...ERR, failure: "not_found" } as const;
  const { harness, run } = open({
    isOptional: false,
    collect: () => Promise.resolve({ answer }),
  });
  harness.dispatch(read);
  assert.deepEqual([await run(), await run()], [60_000, 60_000]);
  assert.equal(harness.state.sources.activities.unavailable, false);
});

Deno.test("a collector is due once it becomes ready, and once what it depends on changes", () => {
  const up = after(listed(START));
  const down = after();
  assert.equal(isDueAfter(collector, down, up), true);
  assert.equal(isDueAfter(collector, up, up), false);
  assert.equal(isDueAfter(collector, up, down), false);
  const dependent = { ...collector, dependsOn: () => 0 };
  assert.equal(isDueAfter(dependent, up, up), false);
  const versioned: Collector = { ...collector, dependsOn: ({ server }) => server?.version };
  const described = after(listed(START), {
    type: "server_described",
    at: START,
    server: SERVER,
  });
  assert.equal(isDueAfter(versioned, up, described), true);
  assert.equal(isDueAfter(versioned, described, described), false);
});

import assert from "node:assert/strict";
import { NEVER } from "../../../../src/plex/scheduler.ts";
import { createActivitiesCollector } from "../../../../src/plex/collectors/activities.ts";
import { listed, START } from "../../../testing/core_builders.ts";
import { openCollectorHarness } from "../../../testing/collector_harness.ts";

const scan = new Map([["a", "library_scan" as const]]);

Deno.test("the activities collector asks nothing until Plex is up", async () => {
  const bench = openCollectorHarness();
  assert.equal(await bench.runnerOf(createActivitiesCollector(bench.context))(), NEVER);
  assert.deepEqual(bench.asked, []);
});

Deno.test("the activities collector reads every minute", async () => {
  const bench = openCollectorHarness({ activities: () => scan });
  bench.dispatch(listed(START));
  assert.equal(await bench.runnerOf(createActivitiesCollector(bench.context))(), 60_000);
  assert.deepEqual(bench.state.activities, scan);
});

Deno.test("the activities collector asks rarely for what Plex does not have", async () => {
  for (const failure of ["not_found", "unauthorized"] as const) {
    const bench = openCollectorHarness({ activities: () => ({ failure }) });
    bench.dispatch(listed(START));
    assert.equal(await bench.runnerOf(createActivitiesCollector(bench.context))(), 600_000);
    assert.equal(bench.state.sources.activities.unavailable, true);
  }
});

Deno.test("the activities collector keeps what it knew through a failure that may pass", async () => {
  const bench = openCollectorHarness({ activities: () => scan });
  bench.dispatch(listed(START));
  const read = bench.runnerOf(createActivitiesCollector(bench.context));
  await read();
  bench.answer({ activities: () => ({ failure: "timeout" }) });
  assert.equal(await read(), 60_000);
  assert.deepEqual(bench.state.activities, scan);
  assert.equal(bench.state.sources.activities.unavailable, false);
});

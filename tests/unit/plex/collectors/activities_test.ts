import assert from "node:assert/strict";
import { NEVER } from "../../../../src/plex/scheduler.ts";
import { createActivitiesCollector } from "../../../../src/plex/collectors/activities.ts";
import { listed, START } from "../../../testing/core_builders.ts";
import { openCollectorHarness } from "../../../testing/collector_harness.ts";

const scan = new Map([["a", { type: "library_scan" } as const]]);

Deno.test("the activities collector asks nothing until Plex is up", async () => {
  const harness = openCollectorHarness();
  assert.equal(await harness.runnerOf(createActivitiesCollector(harness.context))(), NEVER);
  assert.deepEqual(harness.calls, []);
});

Deno.test("the activities collector reads every minute", async () => {
  const harness = openCollectorHarness({ activities: () => scan });
  harness.dispatch(listed(START));
  assert.equal(await harness.runnerOf(createActivitiesCollector(harness.context))(), 60_000);
  assert.deepEqual(harness.state.activities, scan);
});

Deno.test("the activities collector asks rarely for what Plex does not have", async () => {
  for (const failure of ["not_found", "unauthorized"] as const) {
    const harness = openCollectorHarness({ activities: () => ({ failure }) });
    harness.dispatch(listed(START));
    assert.equal(await harness.runnerOf(createActivitiesCollector(harness.context))(), 600_000);
    assert.equal(harness.state.sources.activities.unavailable, true);
  }
});

Deno.test("the activities collector keeps what it knew through a failure that may pass", async () => {
  const harness = openCollectorHarness({ activities: () => scan });
  harness.dispatch(listed(START));
  const read = harness.runnerOf(createActivitiesCollector(harness.context));
  await read();
  harness.answer({ activities: () => ({ failure: "timeout" }) });
  assert.equal(await read(), 60_000);
  assert.deepEqual(harness.state.activities, scan);
  assert.equal(harness.state.sources.activities.unavailable, false);
});

Deno.test("the activities collector does not show another user's own activities for everyone's", async () => {
  const harness = openCollectorHarness({ activities: () => scan });
  harness.dispatch({ type: "sessions_denied", at: START });
  assert.equal(await harness.runnerOf(createActivitiesCollector(harness.context))(), NEVER);
  assert.deepEqual(harness.calls, []);
  assert.equal(harness.state.sources.activities.unavailable, true);
});

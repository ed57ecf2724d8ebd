import assert from "node:assert/strict";
import { NEVER } from "../../../../src/plex/scheduler.ts";
import { createJobsCollector } from "../../../../src/plex/collectors/jobs.ts";
import { listed, START } from "../../../testing/core_builders.ts";
import { openCollectorHarness } from "../../../testing/collector_harness.ts";

const jobs = { transcode: 2, other: 0 };

Deno.test("the jobs collector asks nothing until Plex is up", async () => {
  const harness = openCollectorHarness();
  assert.equal(await harness.runnerOf(createJobsCollector(harness.context))(), NEVER);
  assert.deepEqual(harness.calls, []);
});

Deno.test("the jobs collector reads every five minutes, and when a notification announces a change", async () => {
  const harness = openCollectorHarness({ jobs: () => jobs });
  harness.dispatch(listed(START), { type: "socket_changed", at: START, connected: true });
  const collector = createJobsCollector(harness.context);
  assert.equal(await harness.runnerOf(collector)(), 300_000);
  assert.equal(collector.onHint?.({ type: "job_changed" }), 0);
  assert.equal(collector.onHint?.({ type: "socket_opened" }), 0);
  assert.equal(collector.onHint?.({ type: "scan_started" }), undefined);
  assert.equal(collector.schedule.minIntervalMs, 60_000, "many changes are one reason");
});

Deno.test("the jobs collector reads every minute without notifications", async () => {
  const harness = openCollectorHarness({ jobs: () => jobs });
  harness.dispatch(listed(START));
  assert.equal(await harness.runnerOf(createJobsCollector(harness.context))(), 60_000);
  assert.deepEqual(harness.state.jobs, jobs);
  assert.equal(harness.state.sources.jobs.readAt, START);
});

Deno.test("the jobs collector asks rarely for what Plex does not have", async () => {
  for (const failure of ["not_found", "unauthorized"] as const) {
    const harness = openCollectorHarness({ jobs: () => ({ failure }) });
    harness.dispatch(listed(START));
    assert.equal(await harness.runnerOf(createJobsCollector(harness.context))(), 600_000);
    assert.equal(harness.state.sources.jobs.unavailable, true);
  }
});

Deno.test("the jobs collector keeps what it knew through a failure that may pass", async () => {
  const harness = openCollectorHarness({ jobs: () => jobs });
  harness.dispatch(listed(START));
  const read = harness.runnerOf(createJobsCollector(harness.context));
  await read();
  harness.answer({ jobs: () => ({ failure: "timeout" }) });
  assert.equal(await read(), 60_000);
  assert.deepEqual(harness.state.jobs, jobs);
  assert.equal(harness.state.sources.jobs.unavailable, false);
});

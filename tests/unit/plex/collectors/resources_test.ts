import assert from "node:assert/strict";
import { createResourcesCollector } from "../../../../src/plex/collectors/resources.ts";
import { NEVER } from "../../../../src/plex/scheduler.ts";
import { listed, START } from "../../../testing/core_builders.ts";
import { openCollectorHarness } from "../../../testing/collector_harness.ts";

const newest = { sampledS: 5_000, hostCpuPercent: 1 };

function openCollector(methods: Parameters<typeof openCollectorHarness>[0] = {}) {
  const harness = openCollectorHarness({ resources: () => ({ newest }), ...methods });
  const collector = createResourcesCollector(harness.context);
  return { harness, collector, collect: harness.runnerOf(collector) };
}

Deno.test("the resources collector asks nothing until Plex is up", async () => {
  const { harness, collect } = openCollector();
  assert.equal(await collect(), NEVER);
  assert.deepEqual(harness.calls, []);
});

Deno.test("the resources collector reads the newest sample", async () => {
  const { harness, collect } = openCollector();
  harness.dispatch(listed(START));
  assert.equal(await collect(), 10_000);
  assert.equal(harness.state.resources?.sampledS, 5_000);
});

Deno.test("the resources collector reports nothing while there is no sample, and asks again soon", async () => {
  const { harness, collect } = openCollector({ resources: () => ({ newest: undefined }) });
  harness.dispatch(listed(START));
  assert.equal(await collect(), 5_000);
  assert.deepEqual(harness.events, []);
});

Deno.test("the resources collector asks again after ten minutes where Plex has no statistics", async () => {
  for (const failure of ["not_found", "unauthorized"] as const) {
    const { harness, collect } = openCollector({ resources: () => ({ failure }) });
    harness.dispatch(listed(START));
    assert.equal(await collect(), 600_000);
    assert.equal(harness.state.sources.resources.unavailable, true);
  }
});

Deno.test("the resources collector keeps the last sample through a failure that may pass", async () => {
  const { harness, collect } = openCollector();
  harness.dispatch(listed(START));
  await collect();
  harness.answer({ resources: () => ({ failure: "timeout" }) });
  assert.equal(await collect(), 10_000);
  assert.equal(harness.state.resources?.sampledS, 5_000);
  assert.equal(harness.state.sources.resources.unavailable, false);
});

import assert from "node:assert/strict";
import { isUpdateAvailable } from "../../../../src/core/server.ts";
import { isDueAfter } from "../../../../src/plex/collectors/runner.ts";
import { createUpdaterCollector } from "../../../../src/plex/collectors/updater.ts";
import { NEVER } from "../../../../src/plex/scheduler.ts";
import { listed, SERVER, START } from "../../../testing/core_builders.ts";
import { openCollectorHarness } from "../../../testing/collector_harness.ts";

const HOURS_MS = 3_600_000;

function openCollector(methods: Parameters<typeof openCollectorHarness>[0] = {}) {
  const harness = openCollectorHarness({
    releases: () => [{ version: "9.9.9", state: "available" }],
    ...methods,
  });
  harness.dispatch({ type: "server_described", at: START, server: SERVER }, listed(START));
  const collector = createUpdaterCollector(harness.context);
  return { harness, collector, collect: harness.runnerOf(collector) };
}

const upgraded = {
  type: "server_described",
  at: START,
  server: { ...SERVER, version: "1.43.0" },
} as const;

Deno.test("the updater collector requests nothing before the server is described", async () => {
  const harness = openCollectorHarness();
  harness.dispatch(listed(START));
  assert.equal(await harness.runnerOf(createUpdaterCollector(harness.context))(), NEVER);
  assert.deepEqual(harness.calls, []);
});

Deno.test("the updater collector asks every six hours, and at once when Plex notifies", async () => {
  const { harness, collector, collect } = openCollector();
  assert.equal(await collect(), 6 * HOURS_MS);
  assert.equal(isUpdateAvailable(harness.state), true);
  assert.equal(collector.onHint?.({ type: "update_changed" }), 0);
  assert.equal(collector.onHint?.({ type: "server_changed" }), undefined);
});

Deno.test("the updater collector asks at once after an upgrade", async () => {
  const { harness, collector, collect } = openCollector();
  await collect();
  const before = harness.state;
  harness.dispatch(upgraded);
  assert.ok(isDueAfter(collector, before, harness.state));
  harness.answer({ releases: () => [{ version: "1.43.0", state: "done" }] });
  await collect();
  assert.equal(isUpdateAvailable(harness.state), false);
});

Deno.test("the updater collector asks at once when another server answers, whatever its version", () => {
  const { harness, collector } = openCollector();
  const before = harness.state;
  harness.dispatch({ type: "server_described", at: START, server: { ...SERVER, id: "another" } });
  assert.ok(isDueAfter(collector, before, harness.state));
});

Deno.test("the updater collector keeps the releases through a failure", async () => {
  const { harness, collect } = openCollector();
  await collect();
  harness.answer({ releases: () => ({ failure: "timeout" }) });
  assert.equal(await collect(), 6 * HOURS_MS);
  assert.equal(isUpdateAvailable(harness.state), true);
});

Deno.test("the updater collector logs no failure where Plex does not update itself", async () => {
  const { harness, collect } = openCollector({ releases: () => ({ failure: "not_found" }) });
  await collect();
  await collect();
  assert.equal(isUpdateAvailable(harness.state), undefined);
  assert.deepEqual(harness.logged, []);
});

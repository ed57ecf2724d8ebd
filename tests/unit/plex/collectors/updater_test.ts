import assert from "node:assert/strict";
import { isUpdateAvailable } from "../../../../src/core/server.ts";
import { isDueAfter } from "../../../../src/plex/collectors/runner.ts";
import { createUpdaterCollector } from "../../../../src/plex/collectors/updater.ts";
import { NEVER } from "../../../../src/plex/scheduler.ts";
import { listed, SERVER, START } from "../../../testing/core_builders.ts";
import { openCollectorHarness } from "../../../testing/collector_harness.ts";

const HOURS_MS = 3_600_000;

function openCollector(methods: Parameters<typeof openCollectorHarness>[0] = {}) {
  const bench = openCollectorHarness({ releases: () => [{ version: "9.9.9" }], ...methods });
  bench.dispatch({ type: "server_described", at: START, server: SERVER }, listed(START));
  const collector = createUpdaterCollector(bench.context);
  return { bench, collector, collect: bench.runnerOf(collector) };
}

const upgraded = { type: "server_described", at: START, server: { ...SERVER, version: "1.43.0" } };

Deno.test("the updater collector asks nothing of a server that has told nothing of itself", async () => {
  const bench = openCollectorHarness();
  bench.dispatch(listed(START));
  assert.equal(await bench.runnerOf(createUpdaterCollector(bench.context))(), NEVER);
  assert.deepEqual(bench.asked, []);
});

Deno.test("the updater collector asks every six hours, and at once when Plex notifies", async () => {
  const { bench, collector, collect } = openCollector();
  assert.equal(await collect(), 6 * HOURS_MS);
  assert.equal(isUpdateAvailable(bench.state), true);
  assert.equal(collector.onHint?.({ type: "update_changed" }), 0);
  assert.equal(collector.onHint?.({ type: "server_changed" }), undefined);
});

Deno.test("the updater collector asks at once after an upgrade", async () => {
  const { bench, collector, collect } = openCollector();
  await collect();
  const before = bench.state;
  bench.dispatch({ ...upgraded, type: "server_described" });
  assert.ok(isDueAfter(collector, before, bench.state));
  bench.answer({ releases: () => [] });
  await collect();
  assert.equal(isUpdateAvailable(bench.state), false);
});

Deno.test("the updater collector keeps what it read through a failure, not through an upgrade", async () => {
  const { bench, collect } = openCollector();
  await collect();
  bench.answer({ releases: () => ({ failure: "timeout" }) });
  assert.equal(await collect(), 6 * HOURS_MS);
  assert.equal(isUpdateAvailable(bench.state), true);
  bench.dispatch({ ...upgraded, type: "server_described" });
  await collect();
  assert.equal(isUpdateAvailable(bench.state), undefined);
});

Deno.test("the updater collector logs no failure where Plex does not update itself", async () => {
  const { bench, collect } = openCollector({ releases: () => ({ failure: "not_found" }) });
  await collect();
  await collect();
  assert.equal(isUpdateAvailable(bench.state), undefined);
  assert.deepEqual(bench.logged, []);
});

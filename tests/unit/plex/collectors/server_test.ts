import assert from "node:assert/strict";
import { createServerCollector } from "../../../../src/plex/collectors/server.ts";
import { NEVER } from "../../../../src/plex/scheduler.ts";
import { listed, SERVER, START } from "../../../testing/core_builders.ts";
import { openCollectorHarness } from "../../../testing/collector_harness.ts";

Deno.test("the server collector asks nothing until Plex is up, but to prepare the first list", async () => {
  const harness = openCollectorHarness({ server: () => SERVER });
  const collector = createServerCollector(harness.context);
  assert.equal(await harness.runnerOf(collector)(), NEVER);
  assert.deepEqual(harness.calls, []);
  await collector.prepare?.();
  assert.equal(harness.state.server?.name, "home");
});

Deno.test("the server collector reads every two minutes while notifications announce changes", async () => {
  const harness = openCollectorHarness({ server: () => SERVER });
  harness.dispatch(listed(START), { type: "socket_changed", at: START, connected: true });
  assert.equal(await harness.runnerOf(createServerCollector(harness.context))(), 120_000);
});

Deno.test("the server collector reads every minute without notifications, and at once when something changed", async () => {
  const harness = openCollectorHarness({ server: () => SERVER });
  harness.dispatch(listed(START));
  const collector = createServerCollector(harness.context);
  assert.equal(await harness.runnerOf(collector)(), 60_000);
  assert.equal(collector.onHint?.({ type: "server_changed" }), 0);
  assert.equal(collector.onHint?.({ type: "scan_started" }), undefined);
});

Deno.test("the server collector keeps the description while Plex does not give one", async () => {
  const harness = openCollectorHarness({ server: () => SERVER });
  harness.dispatch(listed(START));
  const collect = harness.runnerOf(createServerCollector(harness.context));
  await collect();
  const { readAt } = harness.state.sources.server;
  harness.pass(60_000);
  harness.answer({ server: () => ({ failure: "timeout" }) });
  assert.equal(await collect(), 60_000);
  assert.equal(harness.state.server?.name, "home");
  assert.equal(harness.state.sources.server.readAt, readAt);
});

import assert from "node:assert/strict";
import { createServerCollector } from "../../../../src/plex/collectors/server.ts";
import { NEVER } from "../../../../src/plex/scheduler.ts";
import { listed, SERVER, START } from "../../../testing/core_builders.ts";
import { openCollectorHarness } from "../../../testing/collector_harness.ts";

Deno.test("the server collector asks nothing until Plex is up, but to prepare the first list", async () => {
  const bench = openCollectorHarness({ server: () => SERVER });
  const collector = createServerCollector(bench.context);
  assert.equal(await bench.runnerOf(collector)(), NEVER);
  assert.deepEqual(bench.asked, []);
  await collector.prepare?.();
  assert.equal(bench.state.server?.name, "home");
});

Deno.test("the server collector reads every minute, and at once when something changed", async () => {
  const bench = openCollectorHarness({ server: () => SERVER });
  bench.dispatch(listed(START));
  const collector = createServerCollector(bench.context);
  assert.equal(await bench.runnerOf(collector)(), 60_000);
  assert.equal(collector.onHint?.({ type: "server_changed" }), 0);
  assert.equal(collector.onHint?.({ type: "scan_started" }), undefined);
});

Deno.test("the server collector keeps the description while Plex does not give one", async () => {
  const bench = openCollectorHarness({ server: () => SERVER });
  bench.dispatch(listed(START));
  const collect = bench.runnerOf(createServerCollector(bench.context));
  await collect();
  const { readAt } = bench.state.sources.server;
  bench.pass(60_000);
  bench.answer({ server: () => ({ failure: "timeout" }) });
  assert.equal(await collect(), 60_000);
  assert.equal(bench.state.server?.name, "home");
  assert.equal(bench.state.sources.server.readAt, readAt);
});

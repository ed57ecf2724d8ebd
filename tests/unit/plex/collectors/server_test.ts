import assert from "node:assert/strict";
import { NEVER } from "../../../../src/plex/scheduler.ts";
import { createServerCollector } from "../../../../src/plex/collectors/server.ts";
import { listed, SERVER, START } from "../../../testing/core_builders.ts";
import { openCollectorHarness } from "../../../testing/collector_harness.ts";

const HOURS_MS = 3_600_000;

function openReader(methods: Parameters<typeof openCollectorHarness>[0] = {}) {
  const bench = openCollectorHarness({
    server: () => SERVER,
    updateAvailable: () => true,
    ...methods,
  });
  bench.dispatch(listed(START));
  return { bench, reader: createServerCollector(bench.context) };
}

const updates = (asked: readonly string[]) =>
  asked.filter((question) => question === "updateAvailable").length;

Deno.test("the server reader does nothing until Plex is up, but for a description on its own", async () => {
  const bench = openCollectorHarness({ server: () => SERVER });
  const reader = createServerCollector(bench.context);
  assert.equal(await reader.read(), NEVER);
  assert.deepEqual(bench.asked, []);
  await reader.describe();
  assert.equal(bench.state.server?.name, "home");
});

Deno.test("the server reader reads every minute, and asks for an update every six hours", async () => {
  const { bench, reader } = openReader();
  assert.equal(await reader.read(), 60_000);
  assert.equal(bench.state.server?.updateAvailable, true);
  bench.pass(6 * HOURS_MS - 1);
  await reader.read();
  assert.equal(updates(bench.asked), 1);
  assert.equal(bench.state.server?.updateAvailable, true, "kept between");
  bench.pass(1);
  await reader.read();
  assert.equal(updates(bench.asked), 2);
});

Deno.test("the server reader asks for an update at once when Plex has said that there is news", async () => {
  const { bench, reader } = openReader({ updateAvailable: () => false });
  await reader.read();
  bench.answer({ updateAvailable: () => true });
  await reader.read();
  assert.equal(bench.state.server?.updateAvailable, false, "not asked for in vain");
  reader.expectUpdate();
  await reader.read();
  assert.equal(bench.state.server?.updateAvailable, true);
  assert.equal(updates(bench.asked), 2);
});

Deno.test("the server reader asks for an update at once after an upgrade", async () => {
  const { bench, reader } = openReader();
  await reader.read();
  bench.answer({
    server: () => ({ ...SERVER, version: "1.43.0" }),
    updateAvailable: () => false,
  });
  await reader.read();
  assert.equal(updates(bench.asked), 2);
  assert.equal(bench.state.server?.version, "1.43.0");
  assert.equal(bench.state.server?.updateAvailable, false);
});

Deno.test("the server reader keeps what it knew of an update through a failure, not through an upgrade", async () => {
  const { bench, reader } = openReader();
  await reader.read();
  bench.pass(6 * HOURS_MS);
  bench.answer({ updateAvailable: () => ({ failure: "timeout" }) });
  await reader.read();
  assert.equal(updates(bench.asked), 2);
  assert.equal(bench.state.server?.updateAvailable, true);
  bench.answer({ server: () => ({ ...SERVER, version: "1.43.0" }) });
  await reader.read();
  assert.equal(bench.state.server?.updateAvailable, undefined);
});

Deno.test("the server reader does not know of updates where Plex does not update itself", async () => {
  const { bench, reader } = openReader({ updateAvailable: () => ({ failure: "not_found" }) });
  await reader.read();
  await reader.read();
  assert.equal(bench.state.server?.updateAvailable, undefined);
  assert.equal(updates(bench.asked), 1);
});

Deno.test("the server reader leaves the description as it is while Plex does not give one", async () => {
  const { bench, reader } = openReader();
  await reader.read();
  const { readAt } = bench.state.sources.server;
  bench.pass(60_000);
  bench.answer({ server: () => ({ failure: "timeout" }) });
  assert.equal(await reader.read(), 60_000);
  assert.equal(bench.state.server?.name, "home");
  assert.equal(bench.state.sources.server.readAt, readAt);
});

Deno.test("the server reader asks for no update of a server that has told nothing of itself", async () => {
  const { bench, reader } = openReader({ server: () => ({ failure: "malformed" }) });
  assert.equal(await reader.read(), 60_000);
  assert.equal(updates(bench.asked), 0);
});

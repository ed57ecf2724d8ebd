import assert from "node:assert/strict";
import type { ServerEvent } from "../../../../src/core/event.ts";
import { NEVER } from "../../../../src/plex/scheduler.ts";
import { createAccountsCollector } from "../../../../src/plex/collectors/accounts.ts";
import { isDueAfter } from "../../../../src/plex/collectors/runner.ts";
import { listed, SERVER, START } from "../../../testing/core_builders.ts";
import { openCollectorHarness } from "../../../testing/collector_harness.ts";

const MINUTES = 60_000;

const described = (plexPass: boolean): ServerEvent => ({
  type: "server_described",
  at: START,
  server: { ...SERVER, plexPass },
});

const download = (downloaderId: string): ServerEvent => ({
  type: "activity_notified",
  at: START,
  id: "a",
  activity: { type: "download", downloaderId },
  ended: false,
});

function open(...events: readonly ServerEvent[]) {
  const harness = openCollectorHarness({ accounts: () => new Map([["1", "bob"]]) });
  harness.dispatch(...events);
  const collector = createAccountsCollector(harness.context);
  return { harness, collector, collect: harness.runnerOf(collector) };
}

Deno.test("the accounts collector reads every six hours", async () => {
  const { harness, collect } = open(described(true), listed(START));
  assert.equal(await collect(), 360 * MINUTES);
  assert.equal(harness.state.accounts?.get("1")?.user, "bob");
});

Deno.test("the accounts collector asks nothing without Plex Pass, the description or the owner's token", async () => {
  const denied: ServerEvent = { type: "sessions_denied", at: START };
  for (
    const events of [[described(false), listed(START)], [listed(START)], [described(true), denied]]
  ) {
    const { harness, collect } = open(...events);
    assert.equal(await collect(), NEVER);
    assert.deepEqual(harness.calls, []);
  }
});

Deno.test("the accounts collector asks for the account of a download that it does not know", async () => {
  const { harness, collector, collect } = open(described(true), listed(START));
  await collect();
  const before = harness.state;
  harness.dispatch(download("1"));
  assert.ok(!isDueAfter(collector, before, harness.state));
  harness.dispatch(download("19646554"));
  assert.ok(isDueAfter(collector, before, harness.state));
});

Deno.test("the accounts collector asks again for the accounts of another server", async () => {
  const { harness, collector, collect } = open(described(true), listed(START));
  await collect();
  const before = harness.state;
  const server = { ...SERVER, id: "other" };
  harness.dispatch({ type: "server_described", at: START, server });
  assert.ok(isDueAfter(collector, before, harness.state));
});

Deno.test("the accounts collector keeps what it knew through a failure, and tries again after ten minutes", async () => {
  const { harness, collect } = open(described(true), listed(START));
  await collect();
  harness.answer({ accounts: () => ({ failure: "timeout" }) });
  assert.equal(await collect(), 10 * MINUTES);
  assert.equal(harness.state.accounts?.get("1")?.user, "bob");
});

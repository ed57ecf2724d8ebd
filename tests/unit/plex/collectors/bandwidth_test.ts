import assert from "node:assert/strict";
import { createBandwidthCollector } from "../../../../src/plex/collectors/bandwidth.ts";
import { isDueAfter } from "../../../../src/plex/collectors/runner.ts";
import { NEVER } from "../../../../src/plex/scheduler.ts";
import { saveServer } from "../../../../src/core/saved_server.ts";
import { after, listed, SERVER, START } from "../../../testing/core_builders.ts";
import { openCollectorHarness } from "../../../testing/collector_harness.ts";

const reading = { rows: [], accounts: new Map(), devices: new Map() };

const sampled = {
  type: "resources_sampled",
  at: START,
  resources: { sampledS: 5_000 },
} as const;

const BASELINE = { type: "bandwidth_read", at: START, ...reading } as const;

/** A row of the bytes of a second. */
const row = (atS: number) => ({ atS, accountId: "1", deviceId: "2", lan: true, bytes: 3 });

function openCollector(methods: Parameters<typeof openCollectorHarness>[0] = {}) {
  const harness = openCollectorHarness({ bandwidth: () => reading, ...methods });
  harness.dispatch(listed(START), sampled);
  const collector = createBandwidthCollector(harness.context);
  return { harness, collector, collect: harness.runnerOf(collector) };
}

Deno.test("the bandwidth collector asks nothing until Plex is up and its clock is known", async () => {
  const harness = openCollectorHarness();
  const collector = createBandwidthCollector(harness.context);
  const collect = harness.runnerOf(collector);
  assert.equal(await collect(), NEVER);
  harness.dispatch(listed(START));
  assert.equal(await collect(), NEVER);
  assert.deepEqual(harness.calls, []);
  const before = harness.state;
  harness.dispatch(sampled);
  assert.ok(isDueAfter(collector, before, harness.state));
});

Deno.test("the bandwidth collector waits for Plex's clock also after a restart of the exporter", async () => {
  const server = { type: "server_described", at: START, server: SERVER } as const;
  const last = after(server, sampled, { ...BASELINE, sinceS: 4_970 });
  const harness = openCollectorHarness({ bandwidth: () => reading });
  harness.dispatch(listed(START), { ...server, saved: saveServer(last) });
  const collector = createBandwidthCollector(harness.context);
  assert.equal(harness.state.bandwidth.watermarkS, 5_000);
  assert.equal(await harness.runnerOf(collector)(), NEVER);
  const before = harness.state;
  harness.dispatch({ ...sampled, resources: { sampledS: 9_000 } });
  assert.ok(isDueAfter(collector, before, harness.state));
  await harness.runnerOf(collector)();
  assert.deepEqual(harness.calls, ["bandwidth 4970"], "from where the last process was");
});

Deno.test("the bandwidth collector requests the bytes since shortly before Plex's time", async () => {
  const { harness, collect } = openCollector();
  assert.equal(await collect(), 20_000);
  assert.deepEqual(harness.calls, ["bandwidth 4970"]);
  assert.deepEqual(harness.events.map(({ type }) => type), ["bandwidth_read"]);
});

Deno.test("the bandwidth collector needs the clock that comes with the resources", async () => {
  const harness = openCollectorHarness();
  const collector = createBandwidthCollector(harness.context);
  harness.dispatch(listed(START), { type: "source_unavailable", at: START, source: "resources" });
  assert.equal(await harness.runnerOf(collector)(), 600_000);
  assert.deepEqual(harness.calls, []);
  assert.equal(harness.state.sources.bandwidth.unavailable, true);
  const before = harness.state;
  harness.dispatch(sampled);
  assert.ok(isDueAfter(collector, before, harness.state), "Plex has them now");
});

Deno.test("the bandwidth collector goes on without the resources once Plex's clock is known", async () => {
  const { harness, collect } = openCollector();
  await collect();
  harness.dispatch({ type: "source_unavailable", at: START, source: "resources" });
  assert.equal(await collect(), 20_000);
  assert.equal(harness.state.sources.bandwidth.unavailable, false);
});

Deno.test("the bandwidth collector asks again after ten minutes where Plex has none", async () => {
  const { harness, collect } = openCollector({ bandwidth: () => ({ failure: "not_found" }) });
  assert.equal(await collect(), 600_000);
  assert.equal(harness.state.sources.bandwidth.unavailable, true);
  harness.answer({ bandwidth: () => reading });
  assert.equal(await collect(), 20_000);
  assert.equal(harness.state.sources.bandwidth.unavailable, false);
});

Deno.test("the bandwidth collector asks again at its interval after a failure that may pass", async () => {
  const { harness, collect } = openCollector();
  await collect();
  harness.answer({ bandwidth: () => ({ failure: "timeout" }) });
  assert.equal(await collect(), 20_000);
  assert.equal(harness.state.sources.bandwidth.unavailable, false);
});

/** A second of Plex's history, long before what is asked for. */
const old = (rows: number) => Array.from({ length: rows }, (_, atS) => row(atS));

/** What is asked for in twenty minutes. */
async function askedFor(
  methods: Parameters<typeof openCollectorHarness>[0],
): Promise<readonly string[]> {
  const { harness, collect } = openCollector(methods);
  for (let leftMs = 1_200_000; leftMs > 0;) {
    const waitMs = await collect();
    harness.pass(waitMs);
    leftMs -= waitMs;
  }
  return harness.calls;
}

Deno.test("the bandwidth collector reads cheap answers at every interval, filtered or not", async () => {
  const ignoring = await askedFor({ bandwidth: () => ({ ...reading, rows: old(2_000) }) });
  assert.equal(ignoring.length, 60);
  const refusing = await askedFor({
    bandwidth: () => ({ failure: "other", status: 400 }),
    allBandwidth: () => ({ ...reading, rows: old(10) }),
  });
  assert.equal(refusing.filter((call) => call === "allBandwidth").length, 60);
  assert.equal(refusing.length, 61, "it is refused once");
});

Deno.test("the bandwidth collector waits longer, the more rows Plex returned and the longer it took", async () => {
  const rows = (count: number) => ({ bandwidth: () => ({ ...reading, rows: old(count) }) });
  assert.equal((await askedFor(rows(12_000))).length, 10);
  assert.equal((await askedFor(rows(124_000))).length, 2);
  const { harness, collect } = openCollector({
    bandwidth: () => {
      harness.pass(3_000);
      return { ...reading, rows: old(1) };
    },
  });
  await collect();
  const { intervalMs } = harness.state.sources.bandwidth;
  assert.equal(intervalMs, 300_000);
  assert.ok(harness.logged.some((line) => /read rarely/.test(line)));
});

Deno.test("the bandwidth collector keeps its interval for one row with a wrong time", async () => {
  const rows = [row(0), row(4_980), row(4_981)];
  assert.equal((await askedFor({ bandwidth: () => ({ ...reading, rows }) })).length, 60);
});

Deno.test("the bandwidth collector backs off after failures, and starts afresh after an outage", async () => {
  for (const failure of ["timeout", "malformed"] as const) {
    const { harness, collect } = openCollector({ bandwidth: () => ({ failure }) });
    const askedS: number[] = [];
    for (let leftMs = 1_800_000; leftMs > 0;) {
      askedS.push((harness.context.clock.now() - START) / 1000);
      const waitMs = await collect();
      harness.pass(waitMs);
      leftMs -= waitMs;
    }
    assert.deepEqual(askedS, [0, 5, 65, 185, 485, 1_085, 1_685]);
    for (let poll = 0; poll < 2; poll++) {
      harness.dispatch({ type: "poll_failed", at: harness.context.clock.now(), failure });
    }
    assert.equal(await collect(), NEVER);
    harness.dispatch(listed(harness.context.clock.now()));
    assert.equal(await collect(), 5_000, "it begins anew");
  }
});

import assert from "node:assert/strict";
import { createBandwidthCollector } from "../../../../src/plex/collectors/bandwidth.ts";
import { isDueAfter } from "../../../../src/plex/collectors/runner.ts";
import { NEVER } from "../../../../src/plex/scheduler.ts";
import { listed, START } from "../../../testing/core_builders.ts";
import { openCollectorHarness } from "../../../testing/collector_harness.ts";

const reading = { rows: [], accounts: new Map() };

const sampled = {
  type: "resources_sampled",
  at: START,
  resources: { sampledS: 5_000 },
} as const;

/** A row of the bytes of a second. */
const row = (atS: number) => ({ atS, accountId: "1", deviceId: "2", lan: true, bytes: 3 });

function openCollector(methods: Parameters<typeof openCollectorHarness>[0] = {}) {
  const bench = openCollectorHarness({ bandwidth: () => reading, ...methods });
  bench.dispatch(listed(START), sampled);
  const collector = createBandwidthCollector(bench.context);
  return { bench, collector, collect: bench.runnerOf(collector) };
}

Deno.test("the bandwidth collector asks nothing until Plex is up and its clock is known", async () => {
  const bench = openCollectorHarness();
  const collector = createBandwidthCollector(bench.context);
  const collect = bench.runnerOf(collector);
  assert.equal(await collect(), NEVER);
  bench.dispatch(listed(START));
  assert.equal(await collect(), NEVER);
  assert.deepEqual(bench.asked, []);
  const before = bench.state;
  bench.dispatch(sampled);
  assert.ok(isDueAfter(collector, before, bench.state));
});

Deno.test("the bandwidth collector asks for the bytes since shortly before Plex's time", async () => {
  const { bench, collect } = openCollector();
  assert.equal(await collect(), 20_000);
  assert.deepEqual(bench.asked, ["bandwidth 4970"]);
  assert.deepEqual(bench.events.map(({ type }) => type), ["bandwidth_read"]);
});

Deno.test("the bandwidth collector needs the clock that comes with the resources", async () => {
  const bench = openCollectorHarness();
  const collector = createBandwidthCollector(bench.context);
  bench.dispatch(listed(START), { type: "source_unavailable", at: START, source: "resources" });
  assert.equal(await bench.runnerOf(collector)(), 600_000);
  assert.deepEqual(bench.asked, []);
  assert.equal(bench.state.sources.bandwidth.unavailable, true);
  const before = bench.state;
  bench.dispatch(sampled);
  assert.ok(isDueAfter(collector, before, bench.state), "Plex has them now");
});

Deno.test("the bandwidth collector goes on without the resources once Plex's clock is known", async () => {
  const { bench, collect } = openCollector();
  await collect();
  bench.dispatch({ type: "source_unavailable", at: START, source: "resources" });
  assert.equal(await collect(), 20_000);
  assert.equal(bench.state.sources.bandwidth.unavailable, false);
});

Deno.test("the bandwidth collector asks again after ten minutes where Plex has none", async () => {
  const { bench, collect } = openCollector({ bandwidth: () => ({ failure: "not_found" }) });
  assert.equal(await collect(), 600_000);
  assert.equal(bench.state.sources.bandwidth.unavailable, true);
  bench.answer({ bandwidth: () => reading });
  assert.equal(await collect(), 20_000);
  assert.equal(bench.state.sources.bandwidth.unavailable, false);
});

Deno.test("the bandwidth collector asks again at the next turn after a failure that may pass", async () => {
  const { bench, collect } = openCollector({ bandwidth: () => ({ failure: "timeout" }) });
  assert.equal(await collect(), 20_000);
  assert.equal(bench.state.sources.bandwidth.unavailable, false);
});

/** A second of Plex's history, long before what is asked for. */
const old = (rows: number) => Array.from({ length: rows }, (_, atS) => row(atS));

/** What is asked for in twenty minutes. */
async function askedFor(
  methods: Parameters<typeof openCollectorHarness>[0],
): Promise<readonly string[]> {
  const { bench, collect } = openCollector(methods);
  for (let leftMs = 1_200_000; leftMs > 0;) {
    const waitMs = await collect();
    bench.pass(waitMs);
    leftMs -= waitMs;
  }
  return bench.asked;
}

Deno.test("the bandwidth collector reads at every interval what costs Plex little, filtered or not", async () => {
  const ignoring = await askedFor({ bandwidth: () => ({ ...reading, rows: old(2_000) }) });
  assert.equal(ignoring.length, 60);
  const refusing = await askedFor({
    bandwidth: () => ({ failure: "other", status: 400 }),
    allBandwidth: () => ({ ...reading, rows: old(10) }),
  });
  assert.equal(refusing.filter((asked) => asked === "allBandwidth").length, 60);
  assert.equal(refusing.length, 61, "it is refused once");
});

Deno.test("the bandwidth collector lets Plex rest the longer, the more it went through", async () => {
  const rows = (count: number) => ({ bandwidth: () => ({ ...reading, rows: old(count) }) });
  assert.equal((await askedFor(rows(12_000))).length, 10);
  assert.equal((await askedFor(rows(124_000))).length, 2);
  const { bench, collect } = openCollector({
    bandwidth: () => {
      bench.pass(3_000);
      return { ...reading, rows: old(1) };
    },
  });
  await collect();
  const { intervalMs } = bench.state.sources.bandwidth;
  assert.equal(intervalMs, 300_000);
  assert.ok(bench.logged.some((line) => /read rarely/.test(line)));
});

Deno.test("the bandwidth collector leaves the interval as it is for one row that makes no sense", async () => {
  const rows = [row(0), row(4_980), row(4_981)];
  assert.equal((await askedFor({ bandwidth: () => ({ ...reading, rows }) })).length, 60);
});

Deno.test("the bandwidth collector asks ever more rarely for bytes that fail, and anew after an outage", async () => {
  for (const failure of ["timeout", "malformed"] as const) {
    const { bench, collect } = openCollector({ bandwidth: () => ({ failure }) });
    const askedS: number[] = [];
    for (let leftMs = 1_800_000; leftMs > 0;) {
      askedS.push((bench.context.clock.now() - START) / 1000);
      const waitMs = await collect();
      bench.pass(waitMs);
      leftMs -= waitMs;
    }
    assert.deepEqual(askedS, [0, 20, 80, 200, 500, 1_100, 1_700]);
    for (let poll = 0; poll < 2; poll++) {
      bench.dispatch({ type: "poll_failed", at: bench.context.clock.now(), failure });
    }
    assert.equal(await collect(), NEVER);
    bench.dispatch(listed(bench.context.clock.now()));
    assert.equal(await collect(), 20_000, "it begins anew");
  }
});

import assert from "node:assert/strict";
import { NEVER } from "../../../../src/plex/scheduler.ts";
import { createStatisticsCollector } from "../../../../src/plex/collectors/statistics.ts";
import { listed, START } from "../../../testing/core_builders.ts";
import { openCollectorHarness } from "../../../testing/collector_harness.ts";

const newest = {
  sampledS: 5_000,
  hostCpuPercent: 1,
  hostMemoryPercent: 2,
  processCpuPercent: 3,
  processMemoryPercent: 4,
};

const reading = { rows: [], accounts: new Map() };

/** A row of the bytes of a second. */
const row = (atS: number) => ({ atS, accountId: "1", deviceId: "2", lan: true, bytes: 3 });

function openReader(methods: Parameters<typeof openCollectorHarness>[0]) {
  const bench = openCollectorHarness({
    resources: () => ({ newest }),
    bandwidth: () => reading,
    ...methods,
  });
  bench.dispatch(listed(START));
  return { bench, read: createStatisticsCollector(bench.context) };
}

Deno.test("the statistics reader does nothing until Plex is up", async () => {
  const bench = openCollectorHarness();
  assert.equal(await createStatisticsCollector(bench.context)(), NEVER);
  assert.deepEqual(bench.asked, []);
});

Deno.test("the statistics reader reads Plex's clock, then the bytes since shortly before", async () => {
  const { bench, read } = openReader({});
  assert.equal(await read(), 20_000);
  assert.deepEqual(bench.asked, ["resources", "bandwidth 4970"]);
  assert.deepEqual(bench.events.map(({ type }) => type), ["resources_sampled", "bandwidth_read"]);
});

Deno.test("the statistics reader asks for no bytes while it has no clock to ask by", async () => {
  const { bench, read } = openReader({ resources: () => ({ newest: undefined }) });
  assert.equal(await read(), 20_000);
  assert.deepEqual(bench.asked, ["resources"]);
  assert.deepEqual(bench.events, []);
});

Deno.test("the statistics reader lets Plex alone for ten minutes where it has no statistics", async () => {
  for (const failure of ["not_found", "unauthorized"] as const) {
    const { bench, read } = openReader({ resources: () => ({ failure }) });
    assert.equal(await read(), 600_000);
    assert.deepEqual(bench.asked, ["resources"]);
    assert.equal(bench.state.sources.resources.unavailable, true);
    assert.equal(bench.state.sources.bandwidth.unavailable, true);
  }
});

Deno.test("the statistics reader goes on reading bytes while the load fails", async () => {
  const { bench, read } = openReader({});
  await read();
  bench.answer({ resources: () => ({ failure: "timeout" }) });
  assert.equal(await read(), 20_000);
  assert.deepEqual(bench.asked.slice(2), ["resources", "bandwidth 4970"]);
  assert.equal(bench.state.sources.resources.unavailable, false);
});

Deno.test("the statistics reader leaves bytes alone for ten minutes where Plex has none", async () => {
  const { bench, read } = openReader({ bandwidth: () => ({ failure: "not_found" }) });
  await read();
  assert.equal(bench.state.sources.bandwidth.unavailable, true);
  bench.pass(599_999);
  await read();
  assert.equal(bench.asked.filter((asked) => asked.startsWith("bandwidth")).length, 1);
  bench.pass(1);
  bench.answer({ bandwidth: () => reading });
  await read();
  assert.equal(bench.state.sources.bandwidth.unavailable, false);
});

Deno.test("the statistics reader asks again at the next turn after a failure that may pass", async () => {
  const { bench, read } = openReader({ bandwidth: () => ({ failure: "timeout" }) });
  await read();
  await read();
  assert.equal(bench.asked.filter((asked) => asked.startsWith("bandwidth")).length, 2);
  assert.equal(bench.state.sources.bandwidth.unavailable, false);
});

/** A second of Plex's history, long before what is asked for. */
const old = (rows: number) => Array.from({ length: rows }, (_, atS) => row(atS));

/** How many times bytes are asked for in twenty minutes, a turn every 20 s. */
async function askedFor(
  methods: Parameters<typeof openCollectorHarness>[0],
): Promise<readonly string[]> {
  const { bench, read } = openReader(methods);
  for (let turn = 0; turn < 60; turn++) {
    await read();
    bench.pass(20_000);
  }
  return bench.asked.filter((asked) => /bandwidth/i.test(asked));
}

Deno.test("the statistics reader reads at each turn what costs Plex little, filtered or not", async () => {
  const ignoring = await askedFor({ bandwidth: () => ({ ...reading, rows: old(2_000) }) });
  assert.equal(ignoring.length, 60);
  const refusing = await askedFor({
    bandwidth: () => ({ failure: "other", status: 400 }),
    allBandwidth: () => ({ ...reading, rows: old(10) }),
  });
  assert.equal(refusing.filter((asked) => asked === "allBandwidth").length, 60);
  assert.equal(refusing.length, 61, "it is refused once");
});

Deno.test("the statistics reader lets Plex rest the longer, the more it went through", async () => {
  const rows = (count: number) => ({ bandwidth: () => ({ ...reading, rows: old(count) }) });
  assert.equal((await askedFor(rows(12_000))).length, 10);
  assert.equal((await askedFor(rows(124_000))).length, 2);
  const { bench, read } = openReader({
    bandwidth: () => {
      bench.pass(3_000);
      return { ...reading, rows: old(1) };
    },
  });
  await read();
  const { everyMs } = bench.state.sources.bandwidth;
  assert.equal(everyMs, 300_000);
  assert.ok(bench.logged.some((line) => /read rarely/.test(line)));
});

Deno.test("the statistics reader leaves the interval as it is for one row that makes no sense", async () => {
  const rows = [row(0), row(4_980), row(4_981)];
  assert.equal((await askedFor({ bandwidth: () => ({ ...reading, rows }) })).length, 60);
});

Deno.test("the statistics reader asks ever more rarely for bytes that fail, and anew after an outage", async () => {
  for (const failure of ["timeout", "malformed"] as const) {
    const { bench, read } = openReader({ bandwidth: () => ({ failure }) });
    const asked: number[] = [];
    const from = bench.context.clock.now();
    for (let turn = 0; turn < 90; turn++) {
      const before = bench.asked.length;
      await read();
      if (bench.asked.length - before > 1) asked.push(bench.context.clock.now() - from);
      bench.pass(20_000);
    }
    assert.deepEqual(asked.map((ms) => ms / 1000), [0, 20, 80, 200, 500, 1_100, 1_700]);
    for (let poll = 0; poll < 2; poll++) {
      bench.dispatch({ type: "poll_failed", at: bench.context.clock.now(), failure });
    }
    assert.equal(await read(), NEVER);
    bench.dispatch(listed(bench.context.clock.now()));
    const before = bench.asked.length;
    await read();
    assert.equal(bench.asked.length - before, 2);
  }
});

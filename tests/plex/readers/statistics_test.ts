import assert from "node:assert/strict";
import { UNTIL_WOKEN } from "../../../src/plex/loop.ts";
import { createStatisticsReader } from "../../../src/plex/readers/statistics.ts";
import { listed, START } from "../../core/build.ts";
import { openBench } from "./context.ts";

const newest = {
  sampledS: 5_000,
  hostCpuPercent: 1,
  hostMemoryPercent: 2,
  processCpuPercent: 3,
  processMemoryPercent: 4,
};

const reading = { rows: [], accounts: new Map(), filtered: true };

function openReader(methods: Parameters<typeof openBench>[0]) {
  const bench = openBench({
    resources: () => ({ newest }),
    bandwidth: () => reading,
    ...methods,
  });
  bench.dispatch(listed(START));
  return { bench, read: createStatisticsReader(bench.context) };
}

Deno.test("the statistics reader does nothing until Plex is up", async () => {
  const bench = openBench();
  assert.equal(await createStatisticsReader(bench.context)(), UNTIL_WOKEN);
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
    assert.equal(bench.state.readings.resources.missing, true);
    assert.equal(bench.state.readings.bandwidth.missing, true);
  }
});

Deno.test("the statistics reader goes on reading bytes while the load fails", async () => {
  const { bench, read } = openReader({});
  await read();
  bench.answer({ resources: () => ({ failure: "timeout" }) });
  assert.equal(await read(), 20_000);
  assert.deepEqual(bench.asked.slice(2), ["resources", "bandwidth 4970"]);
  assert.equal(bench.state.readings.resources.missing, false);
});

Deno.test("the statistics reader leaves bytes alone for ten minutes where Plex has none", async () => {
  const { bench, read } = openReader({ bandwidth: () => ({ failure: "not_found" }) });
  await read();
  assert.equal(bench.state.readings.bandwidth.missing, true);
  bench.pass(599_999);
  await read();
  assert.equal(bench.asked.filter((asked) => asked.startsWith("bandwidth")).length, 1);
  bench.pass(1);
  bench.answer({ bandwidth: () => reading });
  await read();
  assert.equal(bench.state.readings.bandwidth.missing, false);
});

Deno.test("the statistics reader asks again at the next turn after a failure that may pass", async () => {
  const { bench, read } = openReader({ bandwidth: () => ({ failure: "timeout" }) });
  await read();
  await read();
  assert.equal(bench.asked.filter((asked) => asked.startsWith("bandwidth")).length, 2);
  assert.equal(bench.state.readings.bandwidth.missing, false);
});

Deno.test("the statistics reader asks rarely where Plex gives all it has instead of the last rows", async () => {
  const { bench, read } = openReader({ bandwidth: () => ({ ...reading, filtered: false }) });
  await read();
  bench.pass(20_000);
  assert.equal(await read(), 20_000);
  assert.equal(bench.asked.filter((asked) => asked.startsWith("bandwidth")).length, 1);
  bench.pass(580_000);
  await read();
  assert.equal(bench.asked.filter((asked) => asked.startsWith("bandwidth")).length, 2);
});

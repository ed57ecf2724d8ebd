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

const reading = { rows: [], accounts: new Map() };

/** A row of the bytes of a second. */
const row = (atS: number) => ({ atS, accountId: "1", deviceId: "2", lan: true, bytes: 3 });

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

type Methods = Parameters<typeof openBench>[0];

/** Ways in which Plex goes through all that it has kept of bytes, and what is asked of it then. */
const DEAR: readonly (readonly [name: string, Methods, asked: readonly string[]])[] = [
  ["that ignores the filter", {
    bandwidth: () => ({ ...reading, rows: [row(17), row(4_980)] }),
  }, ["bandwidth 4970"]],
  ["that refuses the filter", {
    bandwidth: () => ({ failure: "other", status: 400 }),
    allBandwidth: () => reading,
  }, ["bandwidth 4970", "allBandwidth"]],
  ["whose whole history is too much", {
    bandwidth: () => ({ failure: "other", status: 400 }),
    allBandwidth: () => ({ failure: "malformed" }),
  }, ["bandwidth 4970", "allBandwidth", "bandwidth 4970", "allBandwidth"]],
  ["whose filtered answer is too much", {
    bandwidth: () => ({ failure: "malformed" }),
  }, ["bandwidth 4970", "bandwidth 4970"]],
  ["that is too slow at it", {
    bandwidth: () => ({ failure: "timeout" }),
  }, ["bandwidth 4970", "bandwidth 4970"]],
];

for (const [name, methods, asked] of DEAR) {
  Deno.test(`the statistics reader asks a Plex ${name} for bytes every ten minutes`, async () => {
    const { bench, read } = openReader(methods);
    const bytes = () => bench.asked.filter((asked) => /bandwidth/i.test(asked));
    for (let turn = 0; turn < 30; turn++) {
      assert.equal(await read(), 20_000);
      bench.pass(20_000);
    }
    assert.deepEqual(bytes(), asked);
    bench.pass(20_000);
    await read();
    assert.ok(bytes().length > asked.length);
  });
}

Deno.test("the statistics reader counts the bytes of a Plex that ignores the filter", async () => {
  const { bench, read } = openReader({ bandwidth: () => ({ ...reading, rows: [row(17)] }) });
  await read();
  assert.equal(bench.events.at(-1)?.type, "bandwidth_read");
});

/** `/statistics/bandwidth` of the simulated server, over HTTP. */
import assert from "node:assert/strict";
import { startPlex } from "../../../../src/simulator/plex.ts";
import { type AnyJson, get } from "../../../testing/simulator_client.ts";
import { DrivenClock } from "../../../testing/driven_clock.ts";

const PATH = "/statistics/bandwidth";

Deno.test("bytes are answered by every timespan, and restricted by every filter", async () => {
  const clock = new DrivenClock();
  const plex = await startPlex({ clock, seed: 2, pastViews: { count: 300, years: 1 } });
  try {
    const rowsOf = async (query: string): Promise<readonly AnyJson[]> =>
      (await get(plex, `${PATH}?${query}`)).json().StatisticsBandwidth ?? [];
    const months = await rowsOf("timespan=1");
    assert.ok(months.length > 50 && months.every(({ timespan }) => timespan === 1));
    for (const timespan of ["2", "3", "4", "6"]) {
      const rows = await rowsOf(`timespan=${timespan}`);
      assert.ok(rows.length > 0 && rows.every((row) => row.timespan === Number(timespan)));
    }
    assert.deepEqual(await rowsOf("timespan=5"), []);
    const [some] = months;
    for (const [name, field] of [["accountID", "accountID"], ["deviceID", "deviceID"]] as const) {
      const found = await rowsOf(`timespan=1&${name}=${some[field]}`);
      assert.deepEqual(found, months.filter((row) => row[field] === some[field]));
    }
    assert.deepEqual(await rowsOf("timespan=1&lan=1"), months.filter(({ lan }) => lan));
    assert.deepEqual(await rowsOf("timespan=1&lan=0"), months.filter(({ lan }) => !lan));
    const { at } = months.at(-1);
    assert.deepEqual(await rowsOf(`timespan=1&at%3E=${at}`), months.filter((row) => row.at >= at));
    assert.deepEqual(await rowsOf(`timespan=1&at%3C=${at}`), months.filter((row) => row.at <= at));
    assert.deepEqual(await rowsOf(`timespan=1&at=${at}`), months.filter((row) => row.at === at));
    const { bytes } = months[Math.floor(months.length / 2)];
    for (
      const [operator, holds] of [
        ["", (row: AnyJson) => row.bytes === bytes],
        ["%3C", (row: AnyJson) => row.bytes <= bytes],
        ["%3E", (row: AnyJson) => row.bytes >= bytes],
        ["%3C%3C", (row: AnyJson) => row.bytes < bytes],
        ["%3E%3E", (row: AnyJson) => row.bytes > bytes],
      ] as const
    ) {
      const found = await rowsOf(`timespan=1&bytes${operator}=${bytes}`);
      assert.ok(found.length > 0);
      assert.deepEqual(found, months.filter(holds));
    }
    plex.faults.set({ kind: "filter ignored" });
    assert.deepEqual(await rowsOf("timespan=1&lan=1"), months);
  } finally {
    await plex.close();
  }
});

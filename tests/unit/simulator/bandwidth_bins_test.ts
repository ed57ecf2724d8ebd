/** Bytes by hour, day, week and month of the simulated server. */
import assert from "node:assert/strict";
import { BandwidthBins } from "../../../src/simulator/bandwidth_bins.ts";
import type { BandwidthRow } from "../../../src/simulator/bandwidth_log.ts";

const HOUR_S = 3_600;
const DAY_S = 24 * HOUR_S;
/** A Wednesday at noon. */
const NOW_S = Date.UTC(2026, 3, 15, 12) / 1000;

function sent(atS: number, bytes: number, changed: Partial<BandwidthRow> = {}): BandwidthRow {
  return { atS, bytes, accountId: 1, deviceId: 1, lan: true, ...changed };
}

function rows(bins: BandwidthBins, timespan: string): (string | number)[][] {
  return (bins.rows(timespan, NOW_S) ?? [])
    .map(({ atS, bytes }) => [new Date(atS * 1000).toISOString().slice(0, 13), bytes]);
}

Deno.test("bytes are summed by the beginning of hour, day, week and month", () => {
  const bins = new BandwidthBins();
  bins.record(sent(NOW_S, 1));
  bins.record(sent(NOW_S + 1_800, 2));
  bins.record(sent(NOW_S - 13 * HOUR_S, 4));
  assert.deepEqual(rows(bins, "4"), [["2026-04-15T12", 3], ["2026-04-14T23", 4]]);
  assert.deepEqual(rows(bins, "3"), [["2026-04-15T00", 3], ["2026-04-14T00", 4]]);
  assert.deepEqual(rows(bins, "2"), [["2026-04-13T00", 7]]);
  assert.deepEqual(rows(bins, "1"), [["2026-04-01T00", 7]]);
  assert.equal(bins.rows("5", NOW_S), undefined);
});

Deno.test("each account, device and network has its own bins", () => {
  const bins = new BandwidthBins();
  for (const changed of [{}, { accountId: 2 }, { deviceId: 2 }, { lan: false }]) {
    bins.record(sent(NOW_S, 1, changed));
  }
  assert.equal(bins.rows("4", NOW_S)?.length, 4);
  assert.equal(bins.total(NOW_S, NOW_S + 1), 4);
  assert.equal(bins.total(NOW_S, NOW_S + 1, { lan: false }), 1);
});

Deno.test("hours and days are kept for a while, months for ever; the past is asked for once", () => {
  const bins = new BandwidthBins();
  let asked = 0;
  bins.setPast(function* () {
    asked += 1;
    for (let day = 0; day < 400; day += 1) yield sent(NOW_S - day * DAY_S, 1);
  });
  assert.equal(bins.rows("4", NOW_S)?.length, 4);
  assert.equal(bins.rows("3", NOW_S)?.length, 61);
  assert.equal(bins.rows("1", NOW_S)?.reduce((sum, { bytes }) => sum + bytes, 0), 400);
  assert.equal(bins.total(-Infinity, Infinity), 400);
  assert.equal(asked, 1);
});

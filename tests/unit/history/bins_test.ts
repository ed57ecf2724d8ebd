/** Bytes of the past, from bins of different lengths. */
import assert from "node:assert/strict";
import fc from "fast-check";
import type { BandwidthRow } from "../../../src/core/event.ts";
import { type BandwidthBins, type Bin, mergeBins, spread } from "../../../src/history/bins.ts";

const HOUR_S = 3_600;
const DAY_S = 86_400;
const JULY = Date.UTC(2026, 6, 1) / 1000;
const AUGUST = Date.UTC(2026, 7, 1) / 1000;

function row(atS: number, bytes: number, changed: Partial<BandwidthRow> = {}): BandwidthRow {
  return { atS, bytes, accountId: "1", deviceId: "1", lan: true, ...changed };
}

function bins(changed: Partial<BandwidthBins>): BandwidthBins {
  return { months: [], days: [], hours: [], ...changed };
}

/** The bins of account 1 on the LAN, as times from the beginning of July. */
function merge(all: Partial<BandwidthBins>, untilS = Infinity): number[][] {
  const [only, ...more] = [...mergeBins(bins(all), untilS)];
  assert.equal(more.length, 0);
  return (only?.[1] ?? []).map((bin: Bin) => [bin.fromS - JULY, bin.untilS - JULY, bin.bytes]);
}

Deno.test("bins have the length of their granularity", () => {
  assert.deepEqual(merge({ hours: [row(JULY, 5)] }), [[0, HOUR_S, 5]]);
  assert.deepEqual(merge({ days: [row(JULY, 5)] }), [[0, DAY_S, 5]]);
  assert.deepEqual(merge({ months: [row(JULY, 5)] }), [[0, 31 * DAY_S, 5]]);
  const june = Date.UTC(2026, 5, 1) / 1000;
  // Midnights from New Zealand to Hawaii, all on the first of June.
  for (const offsetH of [-13, -2, 0, 10]) {
    const atS = june + offsetH * HOUR_S;
    const [[fromS = NaN, untilS = NaN] = []] = merge({ months: [row(atS, 5)] });
    assert.equal((untilS - fromS) / DAY_S, 30, `${offsetH} h`);
  }
});

Deno.test("devices are summed, accounts and locations are not", () => {
  const merged = mergeBins(
    bins({
      hours: [
        row(JULY, 5),
        row(JULY, 2, { deviceId: "2" }),
        row(JULY, 3, { lan: false }),
        row(JULY, 4, { accountId: "2" }),
      ],
    }),
    Infinity,
  );
  const found = [...merged].map(([{ accountId, lan }, [bin]]) => [accountId, lan, bin?.bytes]);
  assert.deepEqual(found, [["1", true, 7], ["1", false, 3], ["2", true, 4]]);
});

Deno.test("the finest bins count, and coarser ones up to where they begin", () => {
  const noonS = 12 * HOUR_S;
  assert.deepEqual(
    merge({
      months: [row(JULY, 1_000)],
      days: [row(JULY + 29 * DAY_S, 100), row(JULY + 30 * DAY_S, 60)],
      hours: [row(JULY + 30 * DAY_S + noonS, 20), row(JULY + 30 * DAY_S + noonS + HOUR_S, 10)],
    }),
    [
      // What the month has besides its last two days.
      [0, 29 * DAY_S, 840],
      [29 * DAY_S, 30 * DAY_S, 100],
      // What the last day has besides its hours.
      [30 * DAY_S, 30 * DAY_S + noonS, 30],
      [30 * DAY_S + noonS, 30 * DAY_S + noonS + HOUR_S, 20],
      [30 * DAY_S + noonS + HOUR_S, 30 * DAY_S + noonS + 2 * HOUR_S, 10],
    ],
  );
});

Deno.test("a coarse bin with less than its finer ones has nothing left, and is not negative", () => {
  const hours = [row(JULY + HOUR_S, 9)];
  assert.deepEqual(merge({ days: [row(JULY, 5)], hours }), [[HOUR_S, 2 * HOUR_S, 9]]);
});

Deno.test("an account that the finer bins do not have keeps its part of the coarse ones", () => {
  const merged = mergeBins(
    bins({
      days: [row(JULY, 48, { accountId: "2" })],
      hours: [row(JULY + 12 * HOUR_S, 5)],
    }),
    Infinity,
  );
  const found = [...merged].map((
    [{ accountId }, all],
  ) => [accountId, ...all.map((bin) => bin.bytes)]);
  assert.deepEqual(found.sort(), [["1", 5], ["2", 48]]);
});

Deno.test("a bin that is not over at the end is left out", () => {
  const hours = [row(JULY, 5), row(JULY + HOUR_S, 6)];
  assert.deepEqual(merge({ hours }, JULY + 2 * HOUR_S - 1), [[0, HOUR_S, 5]]);
  assert.deepEqual(merge({ months: [row(JULY, 5), row(AUGUST, 6)] }, AUGUST + 20 * DAY_S), [
    [0, 31 * DAY_S, 5],
  ]);
});

Deno.test("a bin is spread over its hours, and nothing of it is lost", () => {
  const bin = { fromS: JULY + 1_800, untilS: JULY + 3 * HOUR_S, bytes: 100 };
  assert.deepEqual([...spread(bin)], [
    [JULY + HOUR_S, 20],
    [JULY + 2 * HOUR_S, 40],
    [JULY + 3 * HOUR_S, 40],
  ]);
  fc.assert(fc.property(fc.nat(90_000), fc.integer({ min: 1, max: 90_000 }), (from, length) => {
    const parts = [...spread({ fromS: JULY + from, untilS: JULY + from + length, bytes: 1 })];
    const sum = parts.reduce((sum, [, bytes]) => sum + bytes, 0);
    assert.ok(Math.abs(sum - 1) < 1e-9);
    assert.equal(parts.at(-1)?.[0], JULY + from + length);
  }));
});

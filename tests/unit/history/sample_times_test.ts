/** Where a counter of the past has samples. */
import assert from "node:assert/strict";
import { DAY_MS, offsetsOf, sampleTimes } from "../../../src/history/sample_times.ts";

const HOUR_MS = 3_600_000;
const UTC = { stepMs: HOUR_MS, offsetsMs: [0] };

/** Midnight of some day. */
const DAY = 20_000 * DAY_MS;

function times(
  grid: Parameters<typeof sampleTimes>[0],
  span: Partial<Parameters<typeof sampleTimes>[1]>,
): number[] {
  const all = { afterMs: DAY - 1, beforeMs: DAY + 1, lastMs: -Infinity, nextMs: Infinity, ...span };
  return [...sampleTimes(grid, all)].map((timeMs) => timeMs - DAY);
}

/** Changes that are a week away on either side. */
const AWAY = { lastMs: DAY - 7 * DAY_MS, nextMs: DAY + 9 * DAY_MS };

Deno.test("without changes there is a sample at the beginning of each day", () => {
  assert.deepEqual(times(UTC, { ...AWAY, beforeMs: DAY + 2 * DAY_MS }), [0, DAY_MS]);
});

Deno.test("days begin by the offsets of summer and winter", () => {
  const berlin = { stepMs: HOUR_MS, offsetsMs: [3_600_000, 7_200_000] };
  const hours = times(berlin, { ...AWAY, beforeMs: DAY + DAY_MS }).map((timeMs) =>
    timeMs / HOUR_MS
  );
  assert.deepEqual(hours, [22, 23]);
});

Deno.test("far from any change there are ever fewer days, and never more than a month between", () => {
  const years = times(UTC, { lastMs: DAY, afterMs: DAY, beforeMs: DAY + 2_000 * DAY_MS });
  const days = years.filter((timeMs) => timeMs > 0 && timeMs % DAY_MS === 0).map((timeMs) =>
    timeMs / DAY_MS
  );
  assert.deepEqual(days.slice(0, 32), Array.from({ length: 32 }, (_, day) => day + 1));
  const gaps = days.slice(1).map((day, index) => day - (days[index] ?? 0));
  assert.ok(gaps.every((gap) => gap <= 32) && gaps.at(-1) === 32);
  assert.ok(days.length < 250, `${days.length} samples in five years`);
});

Deno.test("within a day after a change and before the next there is every step", () => {
  const changes = { lastMs: DAY + 1_800_000, nextMs: DAY + 5 * DAY_MS + 1_800_000 };
  const hours = times(UTC, { ...changes, beforeMs: changes.nextMs }).map((timeMs) =>
    timeMs / HOUR_MS
  );
  const whole = hours.filter(Number.isInteger);
  assert.deepEqual(whole, [
    ...Array.from({ length: 25 }, (_, hour) => hour),
    ...[48, 72, 96],
    ...Array.from({ length: 24 }, (_, hour) => 97 + hour),
  ]);
  assert.deepEqual(
    hours.filter((hour) => !Number.isInteger(hour)).map(Math.floor),
    [0, 24, 120],
    "and a moment after each midnight within a day of a change",
  );
});

Deno.test("steps begin a day before the next change, also in the middle of a day", () => {
  const nextMs = DAY + 2 * DAY_MS + 10 * HOUR_MS;
  const lastMs = DAY - 20 * HOUR_MS;
  const hours = times(UTC, { afterMs: DAY + 5 * HOUR_MS, lastMs, nextMs, beforeMs: nextMs });
  assert.equal(hours[0], DAY_MS);
  assert.ok(hours.includes(DAY_MS + 10 * HOUR_MS) && !hours.includes(DAY_MS + 9 * HOUR_MS));
  const soon = times(UTC, {
    afterMs: DAY + 5 * HOUR_MS,
    lastMs,
    nextMs: nextMs - DAY_MS,
    beforeMs: nextMs,
  });
  assert.equal(soon[0], 10 * HOUR_MS);
});

Deno.test("times come in order, each once, between both ends", () => {
  const grid = { stepMs: 420_000, offsetsMs: [19_800_000, -12_600_000] };
  for (
    const [lastMs, nextMs] of [[DAY, DAY + 9 * DAY_MS], [DAY - 7_000, DAY + 3 * DAY_MS]] as const
  ) {
    const afterMs = DAY + 17_000;
    const beforeMs = DAY + 4 * DAY_MS;
    const all = times(grid, { afterMs, beforeMs, lastMs, nextMs }).map((timeMs) => timeMs + DAY);
    assert.deepEqual(all, [...new Set(all)].sort((a, b) => a - b));
    assert.ok(all.every((timeMs) => timeMs > afterMs && timeMs < beforeMs));
    for (let dayMs = DAY + DAY_MS; dayMs < beforeMs; dayMs += DAY_MS) {
      for (const offsetMs of grid.offsetsMs) assert.ok(all.includes(dayMs - offsetMs));
    }
  }
});

Deno.test("a zone has one offset or two", () => {
  const atMs = Date.UTC(2026, 6, 1);
  assert.deepEqual(offsetsOf("UTC", atMs), [0]);
  assert.deepEqual(offsetsOf("Europe/Berlin", atMs), [7_200_000, 3_600_000]);
  assert.deepEqual(offsetsOf("Asia/Kolkata", atMs), [19_800_000]);
  assert.deepEqual(offsetsOf("America/St_Johns", atMs), [-9_000_000, -12_600_000]);
});

/** Counters of the past as lines. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { DAY_MS } from "../../../src/history/sample_times.ts";
import { CounterWriter, type Span } from "../../../src/history/series.ts";

const HOUR_MS = 3_600_000;
const DAY = 20_000 * DAY_MS;
const SPAN: Span = {
  grid: { stepMs: HOUR_MS, offsetsMs: [0] },
  fromMs: -Infinity,
  untilMs: DAY + 30 * DAY_MS,
};

type Sample = readonly [timeMs: number, value: number];

/** The samples of one series with these increments, by time. */
function write(
  increments: readonly (readonly [atMs: number, amount: number])[],
  span: Span = SPAN,
): Sample[] {
  const writer = new CounterWriter(span);
  let text = "";
  for (const [atMs, amount] of increments) text += writer.add("a{}", atMs, amount);
  text += [...writer.end()].join("");
  return text.split("\n").filter((line) => line !== "").map((line) => {
    const [name, value, timeMs] = line.split(" ");
    assert.equal(name, "a{}");
    return [Math.round(Number(timeMs) * 1000), Number(value)] as const;
  });
}

function at(samples: readonly Sample[], timeMs: number): number | undefined {
  return samples.find(([sampledMs]) => sampledMs === timeMs)?.[1];
}

Deno.test("a series is 0 for a day before its first increment, then has what it grew by", () => {
  const viewedMs = DAY + 10 * HOUR_MS + 5_000;
  const samples = write([[viewedMs, 1], [viewedMs + 60_000, 1]]);
  assert.deepEqual(samples[0], [DAY - 13 * HOUR_MS, 0]);
  assert.equal(at(samples, DAY + 10 * HOUR_MS), 0);
  assert.equal(at(samples, DAY + 11 * HOUR_MS), 2);
  assert.deepEqual(samples.at(-1), [SPAN.untilMs - 1, 2]);
});

Deno.test("an increment on a step is in the sample of that step", () => {
  const samples = write([[DAY + HOUR_MS, 1]]);
  assert.deepEqual([at(samples, DAY), at(samples, DAY + HOUR_MS)], [0, 1]);
});

Deno.test("increments before the span are in its first sample, those after it are left out", () => {
  const span = { ...SPAN, fromMs: DAY + DAY_MS, untilMs: DAY + 2 * DAY_MS };
  const samples = write(
    [[DAY, 3], [DAY + 5, 1], [span.fromMs + 1_800_000, 1], [span.untilMs + 1, 9]],
    span,
  );
  assert.deepEqual(samples[0], [span.fromMs, 4]);
  assert.deepEqual(samples.at(-1), [span.untilMs - 1, 5]);
});

Deno.test("a series that grows only after the span has no samples", () => {
  assert.deepEqual(write([[SPAN.untilMs + 1, 1]]), []);
});

const arbitraryIncrements = fc.array(
  fc.tuple(fc.integer({ min: DAY, max: SPAN.untilMs - 1 }), fc.integer({ min: 1, max: 3 })),
  { minLength: 1, maxLength: 30 },
);

Deno.test("samples come in order, never fall, and are what had been counted by their time", () => {
  fc.assert(
    fc.property(
      arbitraryIncrements,
      fc.constantFrom(300_000, HOUR_MS, DAY_MS),
      (drafts, stepMs) => {
        const increments = drafts.toSorted(([a], [b]) => a - b);
        const samples = write(increments, {
          ...SPAN,
          grid: { stepMs, offsetsMs: [3_600_000, 7_200_000] },
        });
        let beforeMs = -Infinity;
        for (const [timeMs, value] of samples) {
          assert.ok(timeMs > beforeMs);
          beforeMs = timeMs;
          const counted = increments.filter(([atMs]) => atMs <= timeMs);
          assert.equal(value, counted.reduce((sum, [, amount]) => sum + amount, 0));
        }
      },
    ),
  );
});

Deno.test("an increment that comes out of order is counted at the time of the one before", () => {
  const samples = write([[DAY + 5 * HOUR_MS, 1], [DAY, 1]]);
  assert.deepEqual([at(samples, DAY + 4 * HOUR_MS), at(samples, DAY + 5 * HOUR_MS)], [0, 2]);
});

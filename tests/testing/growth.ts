/** Asserts that what a long run uses does not grow. */
import assert from "node:assert/strict";

/** A measure of a sample, and how much may be used later: `ratio` times as much, and `more`. */
export type Bound<Name extends string> = readonly [name: Name, ratio: number, more: number];

/**
 * Throws if a measure has grown from the first half of the samples to the second. The first quarter
 * is ignored: until the viewers have played everything once, new series are expected.
 */
export function assertBounded<Name extends string>(
  samples: readonly Readonly<Record<Name, number>>[],
  bounds: readonly Bound<Name>[],
): void {
  const settled = samples.slice(Math.floor(samples.length / 4));
  const early = settled.slice(0, Math.ceil(settled.length / 2));
  const late = settled.slice(early.length);
  for (const [name, ratio, more] of bounds) {
    const [before = NaN, after = NaN] = [early, late].map((half) =>
      Math.max(...half.map((sample) => sample[name]))
    );
    assert.ok(after <= before * ratio + more, `${name} grew from ${before} to ${after}`);
  }
}

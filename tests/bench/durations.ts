/** Describes measured durations for docs/benchmarks.md. */

/** Median, 95th percentile and maximum of durations in ms. */
export function describeDurations(timesMs: readonly number[]): string {
  const sorted = timesMs.toSorted((a, b) => a - b);
  const at = (share: number) => (sorted[Math.floor(share * (sorted.length - 1))] ?? NaN).toFixed(1);
  return `median ${at(0.5)} ms, 95 % ${at(0.95)} ms, maximum ${at(1)} ms`;
}

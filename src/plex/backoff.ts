/** How long to wait after failures in a row: doubling, bounded, and never in step with others. */

/** First wait, before the jitter. */
const FIRST_MS = 1_000;

/** Longest wait in ms, before the jitter; nor is a server heeded that asks for a longer one. */
export const LONGEST_MS = 60_000;

/** Share of the wait by which it is longer or shorter at random. */
const JITTER = 0.2;

/** Milliseconds to wait after the `failures`-th failure in a row; `random` gives 0 to 1. */
export function backoffMs(failures: number, random: () => number): number {
  const plain = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.max(0, Math.min(failures, 16) - 1));
  return Math.round(plain * (1 - JITTER + 2 * JITTER * random()));
}

/** How long to wait after failures in a row: doubling, bounded, and with jitter. */
import { BACKOFF_FIRST_MS, BACKOFF_JITTER, BACKOFF_LONGEST_MS } from "./schedule.ts";

/** Milliseconds to wait after the `failures`-th failure in a row; `random` returns 0 to 1. */
export function backoffMs(failures: number, random: () => number): number {
  const exponent = Math.max(0, Math.min(failures, 16) - 1);
  const waitMs = Math.min(BACKOFF_LONGEST_MS, BACKOFF_FIRST_MS * 2 ** exponent);
  return Math.round(waitMs * (1 - BACKOFF_JITTER + 2 * BACKOFF_JITTER * random()));
}

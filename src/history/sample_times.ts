/**
 * Where a counter of the past needs samples so that `increase()` over a day and longer is right,
 * and where it does not: `increase()` extrapolates to the edges of its window, so there has to be a
 * sample near each edge of every window in which the counter grows.
 */

/** A day without a change of the clock. */
export const DAY_MS = 86_400_000;

/** The regular times of samples. */
export interface Grid {
  /** Milliseconds between samples within a day of a change. */
  readonly stepMs: number;
  /**
   * Offsets of the local time from UTC, in milliseconds. Days begin by each of them: Grafana cuts a
   * range that spans summer and winter by the offset of its end.
   */
  readonly offsetsMs: readonly number[];
}

/**
 * How long after the beginning of a day near a change there is a second sample. Prometheus 3 leaves
 * the sample at the left edge of a window out; this one lies within. Views have whole seconds.
 */
const EDGE_MS = 500;

/** Limit of the days between two samples, however long ago the last change was. */
const MAX_DAYS_BETWEEN = 32;

/**
 * How far from a change a window of a month may begin or end; over a month, every view is to count.
 */
const FAR_MS = 32 * DAY_MS;

/**
 * The times after `afterMs` and before `beforeMs` at which a counter needs samples that last
 * changed at `lastMs` and changes next at `nextMs`. Within a day of a change that is every step,
 * otherwise the beginning of every day; far from any change, of every second, fourth or eighth day
 * and so on. The farther the edge of a window is from the changes in it, the longer the window is,
 * and the less a gap near its edge matters.
 */
export function* sampleTimes(
  grid: Grid,
  { afterMs, beforeMs, lastMs, nextMs }: {
    readonly afterMs: number;
    readonly beforeMs: number;
    readonly lastMs: number;
    readonly nextMs: number;
  },
): Generator<number> {
  const distanceMs = (timeMs: number) => Math.min(timeMs - lastMs, nextMs - timeMs);
  let timeMs = afterMs;
  for (;;) {
    let onStepMs = nextOf(timeMs, grid.stepMs, 0);
    if (distanceMs(onStepMs) > DAY_MS) onStepMs = nextOf(nextMs - DAY_MS - 1, grid.stepMs, 0);
    timeMs = Math.min(onStepMs, nextDay(grid, timeMs, distanceMs));
    if (!(timeMs < beforeMs)) return;
    yield timeMs;
  }
}

/** The next beginning of a day that needs a sample. */
function nextDay(
  { offsetsMs }: Grid,
  afterMs: number,
  distanceMs: (timeMs: number) => number,
): number {
  const isNear = distanceMs(afterMs) <= DAY_MS;
  let firstMs = Infinity;
  for (const offsetMs of offsetsMs) {
    const edgeMs = isNear ? nextOf(afterMs, DAY_MS, EDGE_MS - offsetMs) : Infinity;
    let dayMs = nextOf(afterMs, DAY_MS, -offsetMs);
    while ((dayMs + offsetMs) / DAY_MS % daysBetween(distanceMs(dayMs)) !== 0) dayMs += DAY_MS;
    firstMs = Math.min(firstMs, edgeMs, dayMs);
  }
  return firstMs;
}

/** How many days lie between two samples that are so far from any change: a power of two. */
function daysBetween(distanceMs: number): number {
  if (distanceMs < FAR_MS) return 1;
  return Math.min(MAX_DAYS_BETWEEN, 2 ** Math.floor(Math.log2(distanceMs / FAR_MS)));
}

/** The first time after `afterMs` that is `phaseMs` plus a multiple of `periodMs`. */
function nextOf(afterMs: number, periodMs: number, phaseMs: number): number {
  return (Math.floor((afterMs - phaseMs) / periodMs) + 1) * periodMs + phaseMs;
}

/**
 * The offsets of a zone from UTC in the half year that ends at `atMs`: one, or two with summer
 * time.
 */
export function offsetsOf(zone: string, atMs: number): readonly number[] {
  const halfYearMs = 182 * DAY_MS;
  return [...new Set([atMs, atMs - halfYearMs].map((timeMs) => offsetOf(zone, timeMs)))];
}

function offsetOf(zone: string, atMs: number): number {
  const parts = new Intl.DateTimeFormat("en-US", { timeZone: zone, timeZoneName: "longOffset" })
    .formatToParts(atMs);
  const name = parts.find(({ type }) => type === "timeZoneName")?.value ?? "";
  const [, sign, hours = "0", minutes = "0", seconds = "0"] =
    /([+-])(\d+):(\d+)(?::(\d+))?/.exec(name) ?? [];
  const offsetMs = (Number(hours) * 3_600 + Number(minutes) * 60 + Number(seconds)) * 1000;
  return sign === "-" ? -offsetMs : offsetMs;
}

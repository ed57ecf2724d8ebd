/** The counters of a page, without the name of their server, which may change. */
import type { Page } from "./harness.ts";

/** By name: `library_duration_total` of the Go exporter and others are gauges. */
const COUNTER = /^(?!library_)\w+_(total|bucket|sum|count)(\{|$)/;

/** Counters whose series end with their play. */
const MAY_END = /^(plays_total|play_seconds_total)\{/;

/** A series without the name of its server. */
function unnamed(series: string): string {
  return series.replace(/([{,])server="(?:[^"\\]|\\.)*"/, "$1server");
}

/** All counters of a page. */
export function countersOf(page: Page): ReadonlyMap<string, number> {
  return new Map(
    [...page].filter(([series]) => COUNTER.test(series))
      .map(([series, value]) => [unnamed(series), value]),
  );
}

/** The counters of a page that must not fall while the exporter runs. */
export function lastingCounters(page: Page): ReadonlyMap<string, number> {
  return new Map([...countersOf(page)].filter(([series]) => !MAY_END.test(series)));
}

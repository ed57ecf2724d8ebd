/** Evaluates the alerts of `alerts.yml` on a span: their expressions and `for`. */
import type { Snapshot } from "../../testing/tsdb_snapshot.ts";
import { seconds } from "../grafana.ts";
import { readRules } from "../load.ts";
import type { Truth } from "../simulation/truth.ts";

/** The default evaluation interval of Prometheus. */
const EVERY_S = 60;

/** Names of the alerts that fire at some time in the span, sorted. */
export async function firing(snapshot: Snapshot, { from, to }: Truth): Promise<string[]> {
  const fired: string[] = [];
  for (const { kind, name, expr, for: held = "0s" } of readRules()) {
    if (kind === "record") continue;
    const heldMs = seconds(held) * 1000;
    // From the first scrape on, because before it there is no target.
    const range = { from: from + 120_000, to, stepS: EVERY_S };
    const series = await snapshot.ask({ query: expr, at: to, range });
    const lasts = series.some(({ points }) => {
      let since = NaN;
      let last = NaN;
      return points.some(([at]) => {
        if (at - last !== EVERY_S * 1000) since = at;
        last = at;
        return at - since >= heldMs;
      });
    });
    if (lasts) fired.push(name);
  }
  return fired.sort();
}

/** Compares the stat panels of streams with Plex's lists. */
import assert from "node:assert/strict";
import type { Snapshot } from "../../testing/tsdb_snapshot.ts";
import { panelQuery } from "../grafana.ts";
import type { Truth } from "../simulation/truth.ts";
import { findPanel } from "./panels.ts";

/** Stat panels of streams, each with the key of a stream "state/decision". */
const STAT_PANELS = [
  ["Plex / Overview", "Streams", () => ""],
  ["Plex / Overview", "Streams by state", (stream: string) => stream.split("/")[0] ?? ""],
  ["Plex / Overview", "Streams by delivery", (stream: string) => stream.split("/")[1] ?? ""],
  ["Plex / Now playing", "Playing", (stream: string) => /^playing/.test(stream) ? "" : undefined],
] as const;

/** Sums by key as one text, without zeros. */
function tally(keys: Iterable<readonly [key: string, count: number]>): string {
  const sums = new Map<string, number>();
  for (const [key, count] of keys) sums.set(key, (sums.get(key) ?? 0) + count);
  return [...sums].filter(([, count]) => count > 0).map(([key, count]) => `${key} ${count}`)
    .toSorted().join(", ");
}

/** Compares the stat panels of streams with the lists, at some times of the span. */
export async function assertStatPanels(
  snapshot: Snapshot,
  { lists, everyS }: Truth,
): Promise<void> {
  let busy = 0;
  // An interval that does not divide an hour.
  for (let index = 10; index < lists.length; index += Math.ceil(lists.length / 97)) {
    const { at, listed } = lists[index] ?? { at: 0, listed: [] };
    if (listed.some((text) => text !== "")) busy += 1;
    for (const [dashboard, title, keyOf] of STAT_PANELS) {
      const panel = findPanel(dashboard, title, "stat");
      const [target] = panel.targets ?? [];
      assert.ok(target, title);
      const series = await snapshot.ask(
        panelQuery(panel, target, { from: at - 86_400_000, to: at, scrapeS: everyS }),
      );
      // There are no series while the exporter is stopped.
      if (series.length === 0) continue;
      const shownStreams = tally(
        series.map(({ labels: { state, decision }, points }) =>
          [state ?? decision ?? "", points[0]?.[1] ?? NaN] as const
        ),
      );
      const real = listed.map((text) =>
        tally(
          text.split(" ").filter((stream) => stream !== "").flatMap((stream) => {
            const key = keyOf(stream);
            return key === undefined ? [] : [[key, 1] as const];
          }),
        )
      );
      const when = new Date(at).toISOString();
      assert.ok(
        real.includes(shownStreams),
        `${title} at ${when}: "${shownStreams}", not "${real.join('", "')}"`,
      );
    }
  }
  assert.ok(busy > 10, `${busy} busy moments`);
}

/** Compares the panel of transcodes with the ground truth. */
import assert from "node:assert/strict";
import type { Snapshot } from "../../testing/tsdb_snapshot.ts";
import { transcodedBy } from "../simulation/sums.ts";
import type { Truth } from "../simulation/truth.ts";
import { assertClose, shown } from "./panels.ts";

/** Compares the time transcoded by stream and hardware with that of the whole span. */
export async function assertTranscodes(snapshot: Snapshot, truth: Truth): Promise<void> {
  const { from, to } = truth;
  const panel = ["Plex / Users and titles", "Time transcoded"] as const;
  const figures = await shown(snapshot, truth, panel, ["stream", "hardware"], from);
  const played = transcodedBy(truth, { from, to });
  assert.ok(played.size > 2, `${[...played.keys()]} are transcoded`);
  for (const name of new Set([...figures.keys(), ...played.keys()])) {
    assertClose(`${panel[1]}, ${name}`, figures.get(name) ?? 0, played.get(name) ?? 0);
  }
}

/** Compares the panels of recordings and tuners with the recorders of the simulated servers. */
import assert from "node:assert/strict";
import type { Snapshot } from "../../testing/tsdb_snapshot.ts";
import type { Truth } from "../simulation/truth.ts";
import { shown } from "./panels.ts";

const OVERVIEW = "Plex / Overview";

/** The value of `status` by Plex's status of a grab. */
const STATUSES: Readonly<Record<string, string>> = {
  scheduled: "scheduled",
  inprogress: "recording",
  postprocessing: "recording",
  complete: "complete",
  error: "failed",
};

/** Compares both panels at the end of the span, when no recording has just begun or ended. */
export async function assertTelevision(snapshot: Snapshot, truth: Truth): Promise<void> {
  const { from, servers } = truth;
  const listed = servers.flatMap(({ recordings = [] }) => recordings)
    .map((status) => STATUSES[status] ?? "other");
  assert.ok(listed.length > 0);
  const expected = Object.fromEntries(
    ["scheduled", "recording", "complete", "failed", "other"].map((label) => [
      label,
      listed.filter((status) => status === label).length,
    ]),
  );
  const recordings = await shown(snapshot, truth, [OVERVIEW, "Recordings"], ["status"], from);
  assert.deepEqual(Object.fromEntries(recordings), expected);

  const tuners = await shown(snapshot, truth, [OVERVIEW, "Tuners"], ["state"], from);
  assert.deepEqual([...tuners.keys()].sort(), ["idle", "in_use", "offline"]);
  assert.equal(tuners.get("offline"), 0);
  const online = servers.reduce((sum, server) => sum + server.tuners, 0);
  assert.equal((tuners.get("in_use") ?? NaN) + (tuners.get("idle") ?? NaN), online);
}

/** Wire to domain for the television recorder: tuners and recordings. */
import { NO_RECORDINGS, type Recordings, type Tuners } from "../../core/dvr.ts";
import { recordingStatus } from "../../core/normalize.ts";
import type { WireRecorders, WireSubscription } from "../dvr_schema.ts";

/** Values of a device that cannot be used: words, and numbers in old answers. */
const OFFLINE: readonly (string | undefined)[] = ["dead", "disabled", "0"];

/**
 * The tuners of all recorders, of which several may share a device; `undefined` without a recorder.
 * A device that does not say how many it has counts as one (docs/plex/api.md#tuners).
 */
export function mapTuners({ Dvr, DVR }: WireRecorders): Tuners | undefined {
  const recorders = [...Dvr, ...DVR];
  if (recorders.length === 0) return undefined;
  const devices = recorders.flatMap(({ Device }) => Device);
  const tuners = { online: 0, offline: 0 };
  for (
    const { status, state, tuners: count = 1 } of distinct(
      devices,
      ({ uuid, key }) => uuid ?? key,
    )
  ) {
    tuners[OFFLINE.includes(status) || OFFLINE.includes(state) ? "offline" : "online"] += count;
  }
  return tuners;
}

/**
 * The recordings of all subscriptions, each counted once. A rolling grab is live television that
 * somebody watches: it is no recording, but uses a tuner
 * (docs/plex/api.md#live-television-as-a-recording).
 */
export function mapRecordings(subscriptions: readonly WireSubscription[]): Recordings {
  const byStatus = { ...NO_RECORDINGS.byStatus };
  let [recordingTuners, liveTuners] = [0, 0];
  const grabs = subscriptions.flatMap(({ MediaGrabOperation }) => MediaGrabOperation);
  for (const { status = "", rolling } of distinct(grabs, ({ id, key }) => id ?? key)) {
    const usesTuner = status.toLowerCase() === "inprogress" ? 1 : 0;
    if (rolling) {
      liveTuners += usesTuner;
      continue;
    }
    recordingTuners += usesTuner;
    byStatus[recordingStatus(status)] += 1;
  }
  return { byStatus, recordingTuners, liveTuners };
}

/** The first entry of each id, and all entries without one. */
function distinct<T>(
  entries: readonly T[],
  idOf: (entry: T) => string | undefined,
): readonly T[] {
  const seen = new Set<string>();
  return entries.filter((entry) => {
    const id = idOf(entry);
    const isNew = id === undefined || !seen.has(id);
    if (id !== undefined) seen.add(id);
    return isNew;
  });
}

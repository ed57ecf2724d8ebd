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
  const seen = new Set<string>();
  const tuners = { online: 0, offline: 0 };
  for (const { uuid, key, status, state, tuners: count = 1 } of recorders.flatMap(devicesOf)) {
    const id = uuid ?? key;
    if (id !== undefined && seen.has(id)) continue;
    if (id !== undefined) seen.add(id);
    tuners[OFFLINE.includes(status) || OFFLINE.includes(state) ? "offline" : "online"] += count;
  }
  return tuners;
}

function devicesOf({ Device }: WireRecorders["Dvr"][number]) {
  return Device;
}

/**
 * The recordings of all subscriptions, each counted once. A rolling grab is live television that
 * somebody watches: it is no recording, but uses a tuner
 * (docs/plex/api.md#live-television-as-a-recording).
 */
export function mapRecordings(subscriptions: readonly WireSubscription[]): Recordings {
  const byStatus = { ...NO_RECORDINGS.byStatus };
  let [recordingTuners, liveTuners] = [0, 0];
  const seen = new Set<string>();
  for (const { id, key, status = "", rolling } of subscriptions.flatMap(grabsOf)) {
    const name = id ?? key;
    if (name !== undefined && seen.has(name)) continue;
    if (name !== undefined) seen.add(name);
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

function grabsOf({ MediaGrabOperation }: WireSubscription) {
  return MediaGrabOperation;
}

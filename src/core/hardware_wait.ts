/**
 * Holds back the stream time of a play until the hardware of its transcode is known, because a
 * counter cannot be corrected: it must not fall.
 */
import { addStreamTime } from "./play_counters.ts";
import type { PlayKeys } from "./play_keys.ts";
import { isHardwareUnknown, type Session } from "./session.ts";
import type { Play, ServerState } from "./state.ts";

/** Without hardware after this much playing time there is none: Plex names it within a second. */
const MAX_HELD_MS = 30_000;

/** Whether stream time of a play waits for the hardware of the session that a list shows. */
export function awaitsHardware(before: Play | undefined, session: Session): boolean {
  if (!isHardwareUnknown(session)) return false;
  if (before === undefined) return true;
  const { heldStreamMs } = before;
  const isNew = before.session.videoDecision !== "transcode" ||
    before.session.transcode?.key !== session.transcode?.key;
  return heldStreamMs === undefined ? isNew : heldStreamMs < MAX_HELD_MS;
}

/**
 * Counts the time that was held back, under the keys of a play whose hardware has become known. If
 * the play is no longer transcoded, the time is dropped: its hardware will not become known.
 */
export function countHeldTime(
  state: ServerState,
  { heldStreamMs = 0 }: Play,
  keys: PlayKeys,
  session: Session,
): ServerState {
  if (heldStreamMs === 0 || session.videoDecision !== "transcode") return state;
  return { ...state, playCounters: addStreamTime(state.playCounters, keys, heldStreamMs) };
}

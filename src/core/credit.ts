/**
 * Adds the confirmed time of a play to the counters, by what the play was doing then. Which time is
 * confirmed is decided in `confirmation`.
 */
import type { Confirmation } from "./confirmation.ts";
import { addBufferingTime, addPlayTime } from "./play_counters.ts";
import { LIMITS } from "./cardinality.ts";
import { keyText } from "./counter_vec.ts";
import type { Play, ServerState } from "./state.ts";

/** How long the compatible families still show a play that is over. */
export const ENDED_VISIBLE_MS = 90_000;

/** Credits what was confirmed of `before`, under its keys; returns the play as it is now. */
export function creditTime(
  state: ServerState,
  before: Play,
  { play, creditMs }: Confirmation,
): [ServerState, Play] {
  if (creditMs <= 0) return [state, play];
  const { keys, confirmedAt, session } = before;
  if (before.state === "buffering") {
    const playCounters = addBufferingTime(state.playCounters, keys, creditMs);
    return [{ ...state, playCounters }, play];
  }
  const bits = state.estimatedBits;
  const { playedMs, heldStreamMs } = play;
  return [
    {
      ...state,
      playCounters: addPlayTime(state.playCounters, keys, confirmedAt, creditMs, state.zone),
      // 1 kbit/s for 1 ms is 1 bit.
      estimatedBits: bits &&
        { ...bits, value: bits.value + (session.output.bitrateKbps ?? 0) * creditMs },
    },
    {
      ...play,
      playedMs: { ...playedMs, value: playedMs.value + creditMs },
      heldStreamMs: heldStreamMs === undefined ? undefined : heldStreamMs + creditMs,
    },
  ];
}

/** Keeps a play among the ended ones; the caller removes it from the live ones. */
export function endPlay(
  state: ServerState,
  play: Play,
  endedAt: number,
  byNotification: boolean,
): ServerState {
  const ended = { play, endedAt, byNotification };
  return { ...state, recentlyEnded: [...state.recentlyEnded, ended].slice(-LIMITS.sessions) };
}

/** Drops ended plays that have the key of one that begins: no two series may share it. */
export function dropEndedWithKey(state: ServerState, { legacy }: Play["keys"]): ServerState {
  const key = keyText(legacy);
  const ended = state.recentlyEnded.filter((over) => keyText(over.play.keys.legacy) !== key);
  return ended.length === state.recentlyEnded.length ? state : { ...state, recentlyEnded: ended };
}

/**
 * Adds the confirmed time of a play to the counters, by what the play was doing then. Which time is
 * confirmed is decided in `confirmation`.
 */
import type { Confirmation } from "./confirmation.ts";
import { addBufferingTime, addPlayTime } from "./play_counters.ts";
import type { Play, ServerState } from "./state.ts";

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

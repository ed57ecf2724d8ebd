/** Plays that have ended, kept while the compatible families still show them. */
import { LIMITS } from "./cardinality.ts";
import { keyText } from "./counter_vec.ts";
import type { Play, ServerState } from "./state.ts";

/** How long the compatible families still show a play after its end. */
export const ENDED_VISIBLE_MS = 90_000;

/** Adds a play to the ended ones; the caller removes it from the running ones. */
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
  const kept = state.recentlyEnded.filter(({ play }) => keyText(play.keys.legacy) !== key);
  return kept.length === state.recentlyEnded.length ? state : { ...state, recentlyEnded: kept };
}

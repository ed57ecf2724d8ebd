/**
 * What notifications say of plays while no list can be had, since Plex is down or the token is a
 * guest's: counters stand still meanwhile, so it is kept and heeded with the next list.
 */
import { keepUnlisted } from "./ahead.ts";
import type { Play, ServerState } from "./model.ts";
import { findPlay, formerOf, notifyPlayback } from "./playback.ts";
import type { Saying } from "./saying.ts";

/** Whether no list of sessions can be had, though the socket may go on speaking. */
export function isBlind({ contact, readings }: ServerState): boolean {
  return contact.status === "down" || readings.sessions.missing;
}

/** Takes a notification while counters stand still. */
export function notifyBlindly(state: ServerState, event: Saying): ServerState {
  const play = findPlay(state, event);
  if (play !== undefined) return keepChange(state, play, event);
  const former = formerOf(state, event);
  const rests = former && keepChange(state, former, {
    ...event,
    ratingKey: former.session.ratingKey,
    state: "paused",
  });
  return keepUnlisted(rests ?? state, event);
}

/** Takes what was notified meanwhile: time counts up to the first change, and from the last. */
export function heedChanges(state: ServerState): ServerState {
  let next: ServerState = { ...state, unheeded: new Map() };
  for (const [id, { first, last }] of state.unheeded) {
    next = notifyPlayback(next, first);
    const play = next.plays.get(id);
    if (play === undefined || last === first) continue;
    next = { ...next, plays: new Map(next.plays).set(id, { ...play, confirmedAt: last.at }) };
    next = notifyPlayback(next, last);
  }
  return next;
}

/**
 * Keeps a change of a known play for the time when counters may move again. What is between the
 * first and the last is not kept, lest an hour be counted at once.
 */
function keepChange(state: ServerState, play: Play, said: Saying): ServerState {
  const kept = state.unheeded.get(play.id);
  if ((kept?.last ?? play).state === said.state) return state;
  const changes = { first: kept?.first ?? said, last: said };
  return { ...state, unheeded: new Map(state.unheeded).set(play.id, changes) };
}

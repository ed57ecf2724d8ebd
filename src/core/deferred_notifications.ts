/**
 * What notifications say of plays while no list can be had, since Plex is down or the token is a
 * guest's: counters stand still meanwhile, so it is kept and heeded with the next list.
 */
import { holdNotification } from "./pending_notifications.ts";
import type { Play, ServerState } from "./state.ts";
import { applyNotification, findPlay, previousPlayOf } from "./playback.ts";
import type { PlaybackNotification } from "./playback_notification.ts";

/** Whether no list of sessions can be had, though the socket may go on speaking. */
export function isSessionListUnavailable(
  { availability, sources }: ServerState,
): boolean {
  return availability.status === "down" || sources.sessions.unavailable;
}

/** Takes a notification while counters stand still. */
export function deferNotification(state: ServerState, event: PlaybackNotification): ServerState {
  const play = findPlay(state, event);
  if (play !== undefined) return deferStateChange(state, play, event);
  const former = previousPlayOf(state, event);
  const rests = former && deferStateChange(state, former, {
    ...event,
    ratingKey: former.session.ratingKey,
    state: "paused",
  });
  return holdNotification(rests ?? state, event);
}

/** Takes what was notified meanwhile: time counts up to the first change, and from the last. */
export function applyDeferred(state: ServerState): ServerState {
  let next: ServerState = { ...state, deferredNotifications: new Map() };
  for (const [id, { first, last }] of state.deferredNotifications) {
    next = applyNotification(next, first);
    const play = next.plays.get(id);
    if (play === undefined || last === first) continue;
    next = { ...next, plays: new Map(next.plays).set(id, { ...play, confirmedAt: last.at }) };
    next = applyNotification(next, last);
  }
  return next;
}

/**
 * Keeps a change of a known play for the time when counters may move again. What is between the
 * first and the last is not kept, lest an hour be counted at once.
 */
function deferStateChange(state: ServerState, play: Play, said: PlaybackNotification): ServerState {
  const kept = state.deferredNotifications.get(play.id);
  if ((kept?.last ?? play).state === said.state) return state;
  const changes = { first: kept?.first ?? said, last: said };
  return {
    ...state,
    deferredNotifications: new Map(state.deferredNotifications).set(play.id, changes),
  };
}

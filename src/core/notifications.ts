/**
 * Playback notifications that cannot be applied yet. A notification of a play that no list has
 * shown waits for the next list. While no list can be had, a change of a known play waits too,
 * because counters do not advance then. This file credits no time.
 */
import { LIMITS } from "./cardinality.ts";
import type { Play, ServerState } from "./state.ts";
import type { PlaybackNotification, Session } from "./session.ts";

/** How far the session list may lag behind a notification (docs/plex/api.md#list-lag). */
export const LIST_LAG_MS = 2_000;

/** How long after its `stopped` a play may still be listed without being a new play. */
export const STOP_GRACE_MS = 10_000;

/** The fields of a notification that identify its play. */
type Subject = Pick<PlaybackNotification, "sessionKey" | "ratingKey" | "playerId">;

/**
 * Whether a notification can be about a session. Session keys begin at 1 again when Plex restarts,
 * so the player has to be the same where both say which it is. Live television has no other
 * identity; nor has a notification without a rating key (docs/plex/notifications.md#session-key).
 */
export function matchesSession(subject: Subject, session: Session): boolean {
  if (!isFromPlayer(subject, session)) return false;
  const { ratingKey } = subject;
  return session.live || ratingKey === "" || ratingKey === "0" || session.ratingKey === ratingKey;
}

/** Whether a notification has the session's key and comes from its player. */
function isFromPlayer({ sessionKey, playerId }: Subject, session: Session): boolean {
  if (session.sessionKey !== sessionKey) return false;
  return playerId === "" || session.player.id === "" || session.player.id === playerId;
}

/** The live play that a notification is about. */
export function findPlay(state: ServerState, subject: Subject): Play | undefined {
  return state.plays.values().find(({ session }) => matchesSession(subject, session));
}

/** The play that a player has left for another item under the same session key. */
export function previousPlayOf(state: ServerState, said: PlaybackNotification): Play | undefined {
  if (said.state === "stopped") return undefined;
  return state.plays.values().find(({ session }) => isFromPlayer(said, session));
}

/** Keeps the last notification of a session key whose play no list has shown yet. */
export function holdNotification(state: ServerState, said: PlaybackNotification): ServerState {
  const pending = new Map(state.pendingNotifications);
  const before = pending.get(said.sessionKey)?.notification;
  const isFirst = before?.ratingKey !== said.ratingKey || before.playerId !== said.playerId;
  pending.delete(said.sessionKey);
  pending.set(said.sessionKey, { notification: said, isFirst });
  const [oldest] = pending.keys();
  if (pending.size > LIMITS.sessions && oldest !== undefined) pending.delete(oldest);
  return { ...state, pendingNotifications: pending };
}

/**
 * The notification of a session that a list shows for the first time, if the list of `at` may lag
 * behind it. A play begins by buffering: a list does not lag behind that where it is all there was.
 */
export function pendingFor(
  state: ServerState,
  session: Session,
  at: number,
): PlaybackNotification | undefined {
  const { notification, isFirst } = state.pendingNotifications.get(session.sessionKey) ?? {};
  if (notification === undefined || !matchesSession(notification, session)) return undefined;
  if (isFirst && notification.state === "buffering") return undefined;
  const validMs = notification.state === "stopped" ? STOP_GRACE_MS : LIST_LAG_MS;
  return at - notification.at < validMs ? notification : undefined;
}

/** Drops notifications so long before `at` that no list lags behind them any more. */
export function expirePending(state: ServerState, at: number): ServerState {
  const pending = new Map(
    [...state.pendingNotifications].filter(([, { notification }]) =>
      at - notification.at < STOP_GRACE_MS
    ),
  );
  return pending.size === state.pendingNotifications.size
    ? state
    : { ...state, pendingNotifications: pending };
}

/**
 * Whether a notification repeats that a play is over, as Plex does
 * (docs/plex/notifications.md#quirk-10-duplicates).
 */
export function isRepeatedStop(
  { recentlyEnded, pendingNotifications }: ServerState,
  said: PlaybackNotification,
): boolean {
  const lastAt = pendingNotifications.get(said.sessionKey)?.notification.at ?? -Infinity;
  return said.state === "stopped" &&
    recentlyEnded.some(({ play, endedAt, byNotification }) =>
      byNotification && endedAt > lastAt && matchesSession(said, play.session)
    );
}

/**
 * Whether no session list can be had although the socket may be open: Plex is down, or the token is
 * not the owner's.
 */
export function isSessionListUnavailable({ availability, sources }: ServerState): boolean {
  return availability.status === "down" || sources.sessions.unavailable;
}

/** Keeps a notification that arrives while no session list can be had, if it changes something. */
export function deferNotification(state: ServerState, said: PlaybackNotification): ServerState {
  const play = findPlay(state, said);
  if (play !== undefined) return deferChange(state, play, said);
  const previous = previousPlayOf(state, said);
  if (previous === undefined) return holdNotification(state, said);
  const { ratingKey } = previous.session;
  // Of a play that its player has left no position is known.
  const left = { ...said, ratingKey, state: "paused", positionMs: undefined } as const;
  return holdNotification(deferChange(state, previous, left), said);
}

/**
 * Keeps the first and the last change of a play. What is between them is dropped: else an outage of
 * an hour would add an hour to the counters at once.
 */
function deferChange(state: ServerState, play: Play, said: PlaybackNotification): ServerState {
  const kept = state.deferredNotifications.get(play.id);
  if ((kept?.last ?? play).state === said.state) return state;
  const changes = { first: kept?.first ?? said, last: said };
  return {
    ...state,
    deferredNotifications: new Map(state.deferredNotifications).set(play.id, changes),
  };
}

/**
 * Playback notifications that cannot be applied yet. A notification of a play that no list has
 * shown is held until the next list. While no list is available, a change of a known play is held
 * too, because counters do not advance then. This file credits no time.
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
 * so the player must be the same if both name it. The rating key must be the same, too, except for
 * live television and in a notification without one (docs/plex/notifications.md#session-key).
 */
export function matchesSession(subject: Subject, session: Session): boolean {
  if (!isFromPlayer(subject, session)) return false;
  const { ratingKey } = subject;
  return session.live || ratingKey === "" || session.ratingKey === ratingKey;
}

/** Whether a notification has the session's key and comes from its player. */
function isFromPlayer({ sessionKey, playerId }: Subject, session: Session): boolean {
  if (session.sessionKey !== sessionKey) return false;
  return playerId === "" || session.player.id === "" || session.player.id === playerId;
}

/** The running play that a notification is about. */
export function findPlay(state: ServerState, subject: Subject): Play | undefined {
  return state.plays.values().find(({ session }) => matchesSession(subject, session));
}

/** The play that the player of a notification has switched from, under the same session key. */
export function previousPlayOf(
  state: ServerState,
  notification: PlaybackNotification,
): Play | undefined {
  if (notification.state === "stopped") return undefined;
  return state.plays.values().find(({ session }) => isFromPlayer(notification, session));
}

/** Keeps the last notification of a session key whose play no list has shown yet. */
export function holdNotification(
  state: ServerState,
  notification: PlaybackNotification,
): ServerState {
  const pending = new Map(state.pendingNotifications);
  const before = pending.get(notification.sessionKey)?.notification;
  const isFirst = before?.ratingKey !== notification.ratingKey ||
    before.playerId !== notification.playerId;
  pending.delete(notification.sessionKey);
  pending.set(notification.sessionKey, { notification, isFirst });
  const [oldest] = pending.keys();
  if (pending.size > LIMITS.sessions && oldest !== undefined) pending.delete(oldest);
  return { ...state, pendingNotifications: pending };
}

/**
 * The pending notification of a session that a list shows for the first time, if the list, which
 * was requested at `at`, may lag behind it. Every play begins by buffering: if that is the only
 * notification so far, the list does not lag behind it.
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

/** Drops notifications that are so old at `at` that no list can lag behind them. */
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
 * Whether a notification is a repeated `stopped`, which Plex sends
 * (docs/plex/notifications.md#quirk-10-duplicates).
 */
export function isRepeatedStop(
  { recentlyEnded, pendingNotifications }: ServerState,
  notification: PlaybackNotification,
): boolean {
  const lastAt = pendingNotifications.get(notification.sessionKey)?.notification.at ?? -Infinity;
  return notification.state === "stopped" &&
    recentlyEnded.some(({ play, endedAt, byNotification }) =>
      byNotification && endedAt > lastAt && matchesSession(notification, play.session)
    );
}

/**
 * Whether the session list is unavailable although the socket may be open: Plex is down, or the
 * token is not the owner's.
 */
export function isSessionListUnavailable({ availability, sources }: ServerState): boolean {
  return availability.status === "down" || sources.sessions.unavailable;
}

/**
 * Keeps a notification that arrives while the session list is unavailable. Of a known play, only
 * changes of its state are kept.
 */
export function deferNotification(
  state: ServerState,
  notification: PlaybackNotification,
): ServerState {
  const play = findPlay(state, notification);
  if (play !== undefined) return deferChange(state, play, notification);
  const previous = previousPlayOf(state, notification);
  if (previous === undefined) return holdNotification(state, notification);
  const { ratingKey } = previous.session;
  // The position is that of the next item; where the player left this one is unknown.
  const left = { ...notification, ratingKey, state: "paused", positionMs: undefined } as const;
  return holdNotification(deferChange(state, previous, left), notification);
}

/**
 * Keeps the first and the last change of a play and drops those between them: otherwise an outage
 * of an hour would add an hour to the counters at once.
 */
function deferChange(
  state: ServerState,
  play: Play,
  notification: PlaybackNotification,
): ServerState {
  const kept = state.deferredNotifications.get(play.id);
  if ((kept?.last ?? play).state === notification.state) return state;
  const changes = { first: kept?.first ?? notification, last: notification };
  return {
    ...state,
    deferredNotifications: new Map(state.deferredNotifications).set(play.id, changes),
  };
}

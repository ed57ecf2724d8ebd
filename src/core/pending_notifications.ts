/**
 * What notifications say of plays that no list has shown yet, and how far they are ahead of it. It
 * credits no time.
 */
import { LIMITS } from "./cardinality.ts";
import type { ServerState } from "./state.ts";
import type { PlaybackNotification } from "./playback_notification.ts";
import type { Session } from "./session.ts";

/** How far a notification may be ahead of the list (Plex notification notes §5.1). */
export const LIST_LAG_MS = 2_000;

/** How long after its `stopped` a play may still be listed without being played anew. */
export const STOP_GRACE_MS = 10_000;

/**
 * Whether a notification can be about a session. Live television is known by its session key
 * alone; so is a notification without a rating key (Plex notification notes §3).
 */
export function matchesSession(
  { sessionKey, ratingKey }: Pick<PlaybackNotification, "sessionKey" | "ratingKey">,
  session: Session,
): boolean {
  if (session.sessionKey !== sessionKey) return false;
  return session.live || ratingKey === "" || ratingKey === "0" || session.ratingKey === ratingKey;
}

/** Keeps what was said of a play that no list has shown yet: the last of each session key. */
export function holdNotification(state: ServerState, said: PlaybackNotification): ServerState {
  const pending = new Map(state.pendingNotifications);
  const isFirst = pending.get(said.sessionKey)?.notification.ratingKey !== said.ratingKey;
  pending.delete(said.sessionKey);
  pending.set(said.sessionKey, { notification: said, isFirst });
  const [oldest] = pending.keys();
  if (pending.size > LIMITS.sessions && oldest !== undefined) pending.delete(oldest);
  return { ...state, pendingNotifications: pending };
}

/**
 * What was said of a session just before a list showed it at `at`, if the list may be behind it.
 * By buffering a play begins: no list is behind that where it is all that was said.
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

/** Forgets what was said so long before `at` that no list is behind it any more. */
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

/** Whether it says again that a play is over, as notifications may (Plex notes §5.10). */
export function isRepeatedStop(
  { recentlyEnded, pendingNotifications }: ServerState,
  event: PlaybackNotification,
): boolean {
  const saidAt = pendingNotifications.get(event.sessionKey)?.notification.at ?? -Infinity;
  return event.state === "stopped" &&
    recentlyEnded.some(({ play, endedAt, byNotification }) =>
      byNotification && endedAt > saidAt && matchesSession(event, play.session)
    );
}

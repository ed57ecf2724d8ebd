/**
 * What notifications say of plays that no list has shown yet, and how far they are ahead of it. It
 * credits no time.
 */
import { CAPS } from "./history.ts";
import type { ServerState } from "./model.ts";
import type { Saying } from "./saying.ts";
import type { Session } from "./session.ts";

/** How far a notification may be ahead of the list (Plex notification notes §5.1). */
export const NOTIFICATION_LEAD_MS = 2_000;

/** How long after its `stopped` a play may still be listed without being played anew. */
export const REVIVAL_GUARD_MS = 10_000;

/**
 * Whether a notification can be about a session. Live television is known by its session key
 * alone; so is a notification without a rating key (Plex notification notes §3).
 */
export function concerns(
  { sessionKey, ratingKey }: Pick<Saying, "sessionKey" | "ratingKey">,
  session: Session,
): boolean {
  if (session.sessionKey !== sessionKey) return false;
  return session.live || ratingKey === "" || ratingKey === "0" || session.ratingKey === ratingKey;
}

/** Keeps what was said of a play that no list has shown yet: the last of each session key. */
export function keepUnlisted(state: ServerState, said: Saying): ServerState {
  const unlisted = new Map(state.unlisted);
  const isFirst = unlisted.get(said.sessionKey)?.said.ratingKey !== said.ratingKey;
  unlisted.delete(said.sessionKey);
  unlisted.set(said.sessionKey, { said, isFirst });
  const [oldest] = unlisted.keys();
  if (unlisted.size > CAPS.sessions && oldest !== undefined) unlisted.delete(oldest);
  return { ...state, unlisted };
}

/**
 * What was said of a session just before a list showed it at `at`, if the list may be behind it.
 * By buffering a play begins: no list is behind that where it is all that was said.
 */
export function saidOf(
  state: ServerState,
  session: Session,
  at: number,
): Saying | undefined {
  const { said, isFirst } = state.unlisted.get(session.sessionKey) ?? {};
  if (said === undefined || !concerns(said, session)) return undefined;
  if (isFirst && said.state === "buffering") return undefined;
  const validMs = said.state === "stopped" ? REVIVAL_GUARD_MS : NOTIFICATION_LEAD_MS;
  return at - said.at < validMs ? said : undefined;
}

/** Forgets what was said so long before `at` that no list is behind it any more. */
export function forgetUnlisted(state: ServerState, at: number): ServerState {
  const unlisted = new Map(
    [...state.unlisted].filter(([, { said }]) => at - said.at < REVIVAL_GUARD_MS),
  );
  return unlisted.size === state.unlisted.size ? state : { ...state, unlisted };
}

/**
 * How things stand with Plex: reachable or not, the token accepted or not, and which of its
 * sources are fresh enough to be shown. It keeps none of what they say.
 */
import type { ServerEvent } from "./event.ts";
import type { Availability, ServerState, SourceStatus } from "./state.ts";
import { DATA_SOURCES, type DataSource, type Failure } from "./enums.ts";

/**
 * How long the last good values of a source stay while it cannot be read: three times the interval
 * at which it is read. Libraries stay until they are read again.
 */
export const STALE_AFTER_MS: Readonly<Record<Exclude<DataSource, "libraries">, number>> = {
  sessions: 60_000,
  server: 180_000,
  resources: 60_000,
  bandwidth: 60_000,
  activities: 180_000,
  history: 900_000,
};

/** The same for a source that is read more rarely than usual, in intervals. */
const STALE_AFTER_INTERVALS = 3;

/** Failed polls in a row after which Plex is down: one may be an accident. */
const DOWN_AFTER_FAILURES = 2;

export const INITIAL_AVAILABILITY: Availability = {
  status: "unknown",
  since: 0,
  failuresInARow: 0,
  reasons: [],
};

/** Nothing read yet. */
export const INITIAL_SOURCES: Readonly<Record<DataSource, SourceStatus>> = Object.fromEntries(
  DATA_SOURCES.map((source) => [source, { unavailable: false }]),
) as Record<DataSource, SourceStatus>;

/** Plex answered the poll with what was asked; `owner` tells whose token it accepted. */
export function pollSucceeded(contact: Availability, at: number, owner: boolean): Availability {
  return {
    status: "up",
    since: contact.status === "up" ? contact.since : at,
    answeredAt: Math.max(at, contact.answeredAt ?? at),
    failuresInARow: 0,
    reasons: [],
    tokenValid: true,
    tokenOwner: owner,
  };
}

/** The poll failed. Before the first good one, or at the second in a row, Plex is down. */
export function pollFailed(
  contact: Availability,
  { at, detail, failure, retryAt }: Extract<ServerEvent, { type: "poll_failed" }>,
): Availability {
  const failuresInARow = contact.failuresInARow + 1;
  const down = contact.status !== "up" || failuresInARow >= DOWN_AFTER_FAILURES;
  const status = down ? "down" : contact.status;
  return {
    ...contact,
    status,
    since: status === contact.status ? contact.since : at,
    failuresInARow,
    reasons: down ? addReason(contact.reasons, failure, detail) : [],
    failure,
    detail,
    retryAt,
    tokenValid: down && failure === "unauthorized" ? false : contact.tokenValid,
  };
}

/** More than that, and the sentences are different each time. */
const MAX_REASONS = 10;

/** `other` is many things: there it is the sentence that tells them apart. */
function addReason(
  reasons: readonly string[],
  failure: Failure,
  detail: string | undefined,
): readonly string[] {
  const reason = failure === "other" ? detail ?? failure : failure;
  const isKnown = reasons.includes(reason) || reasons.length >= MAX_REASONS;
  return isKnown ? reasons : [...reasons, reason];
}

/** The sources with a good one of `source`; older than the last it changes nothing. */
export function markRead(
  sources: ServerState["sources"],
  source: DataSource,
  at: number,
  everyMs?: number,
): ServerState["sources"] {
  const readAt = Math.max(at, sources[source].readAt ?? -Infinity);
  return { ...sources, [source]: { readAt, unavailable: false, everyMs } };
}

/** The sources after Plex said that it has no such source. */
export function markUnavailable(
  sources: ServerState["sources"],
  source: DataSource,
): ServerState["sources"] {
  return { ...sources, [source]: { ...sources[source], unavailable: true } };
}

/** Whether Plex answers. */
export function isUp(state: ServerState): boolean {
  return state.availability.status === "up";
}

/**
 * Whether what was last read of a source may still be shown at `at`: Plex is up, has the source,
 * and was read lately enough. Libraries stay until they are read again.
 */
export function isFresh(state: ServerState, source: DataSource, at: number): boolean {
  const { readAt, unavailable, everyMs } = state.sources[source];
  if (!isUp(state) || unavailable || readAt === undefined) return false;
  if (source === "libraries") return true;
  const staleAfterMs = Math.max(STALE_AFTER_MS[source], STALE_AFTER_INTERVALS * (everyMs ?? 0));
  return at - readAt <= staleAfterMs;
}

/** The parts of the state that come from a source each. */
const SOURCE_OF_FIELD = {
  plays: "sessions",
  server: "server",
  resources: "resources",
  libraries: "libraries",
  activities: "activities",
  viewHistory: "history",
} as const satisfies Partial<Record<keyof ServerState, DataSource>>;

/** A part of the state, if it may be shown at `at`. */
export function currentValue<Part extends keyof typeof SOURCE_OF_FIELD>(
  state: ServerState,
  part: Part,
  at: number,
): ServerState[Part] | undefined {
  return isFresh(state, SOURCE_OF_FIELD[part], at) ? state[part] : undefined;
}

/**
 * Whether Plex is up, whether it accepts the token, and which of its data sources are fresh enough
 * to be shown.
 */
import { DATA_SOURCES, type DataSource, type Failure } from "./enums.ts";
import type { ServerEvent } from "./event.ts";
import type { ServerState } from "./state.ts";

/** What polls have shown of Plex so far. */
export interface Availability {
  /** `unknown` until the first poll has succeeded or failed. */
  readonly status: "unknown" | "up" | "down";
  /** When the status last changed. */
  readonly since: number;
  /** When the last successful poll was sent. */
  readonly polledAt?: number | undefined;
  readonly failuresInARow: number;
  /** The distinct reasons of the current outage, oldest first; empty unless Plex is down. */
  readonly reasons: readonly string[];
  /** Why the last poll failed; `undefined` if it succeeded. */
  readonly failure?: Failure | undefined;
  /** The cause of that failure as a sentence without secrets, where more is known about it. */
  readonly detail?: string | undefined;
  /** When the next poll is due after a failed one. */
  readonly retryAt?: number | undefined;
  /** Whether Plex accepts the token for any endpoint; `undefined` until it is known. */
  readonly tokenValid?: boolean | undefined;
  /** Whether the token belongs to the server owner. Plex shows sessions to no one else. */
  readonly tokenOwner?: boolean | undefined;
}

/** When a data source was last read, or that Plex does not offer it. */
export interface SourceStatus {
  /** When the last successful request for it was sent. */
  readonly readAt?: number | undefined;
  /** Whether Plex does not offer it: without Plex Pass, or to this token. */
  readonly unavailable: boolean;
  /** The interval at which it is read, if not the usual one. */
  readonly intervalMs?: number | undefined;
}

/**
 * How long the last good values of a source stay fresh while it cannot be read: three times the
 * interval at which it is read. Libraries stay fresh while Plex is up.
 */
export const STALE_AFTER_MS: Readonly<Record<Exclude<DataSource, "libraries">, number>> = {
  sessions: 60_000,
  server: 360_000,
  resources: 30_000,
  bandwidth: 60_000,
  activities: 180_000,
  jobs: 900_000,
  history: 900_000,
  dvr: 900_000,
};

/** The same for a source that is read less often than usual, as a multiple of its interval. */
const STALE_AFTER_INTERVALS = 3;

/** Failed polls in a row after which Plex is down. A single failure may be transient. */
const DOWN_AFTER_FAILURES = 2;

/** Reasons kept per outage: those of `other` may differ every time. */
const MAX_REASONS = 10;

/** Before the first poll. */
export const INITIAL_AVAILABILITY: Availability = {
  status: "unknown",
  since: 0,
  failuresInARow: 0,
  reasons: [],
};

/** Before the first reading of any source. */
export const INITIAL_SOURCES: Readonly<Record<DataSource, SourceStatus>> = Object.fromEntries(
  DATA_SOURCES.map((source) => [source, { unavailable: false }]),
) as Record<DataSource, SourceStatus>;

/** Records that a poll sent at `at` has succeeded, and whether with the owner's token. */
export function pollSucceeded(
  availability: Availability,
  at: number,
  tokenOwner: boolean,
): Availability {
  return {
    status: "up",
    since: availability.status === "up" ? availability.since : at,
    polledAt: Math.max(at, availability.polledAt ?? at),
    failuresInARow: 0,
    reasons: [],
    tokenValid: true,
    tokenOwner,
  };
}

/** Records a failed poll. Plex is down if no poll has succeeded yet, or at the second failure. */
export function pollFailed(
  availability: Availability,
  { at, detail, failure, retryAt }: Extract<ServerEvent, { type: "poll_failed" }>,
): Availability {
  const failuresInARow = availability.failuresInARow + 1;
  const isDown = availability.status !== "up" || failuresInARow >= DOWN_AFTER_FAILURES;
  const status = isDown ? "down" : availability.status;
  return {
    ...availability,
    status,
    since: status === availability.status ? availability.since : at,
    failuresInARow,
    reasons: isDown ? addReason(availability.reasons, failure, detail) : [],
    failure,
    detail,
    retryAt,
    tokenValid: isDown && failure === "unauthorized" ? false : availability.tokenValid,
  };
}

/** The reason is the failure; `other` stands for many, which their detail distinguishes. */
function addReason(
  reasons: readonly string[],
  failure: Failure,
  detail: string | undefined,
): readonly string[] {
  const reason = failure === "other" ? detail ?? failure : failure;
  if (reasons.includes(reason) || reasons.length >= MAX_REASONS) return reasons;
  return [...reasons, reason];
}

/** Records that a source was read by a request sent at `at`. */
export function markRead(
  state: ServerState,
  source: DataSource,
  at: number,
  intervalMs?: number,
): ServerState {
  const readAt = Math.max(at, state.sources[source].readAt ?? -Infinity);
  const status: SourceStatus = { readAt, unavailable: false, intervalMs };
  return { ...state, sources: { ...state.sources, [source]: status } };
}

/** Records that Plex does not offer a source. */
export function markUnavailable(state: ServerState, source: DataSource): ServerState {
  const status: SourceStatus = { ...state.sources[source], unavailable: true };
  return { ...state, sources: { ...state.sources, [source]: status } };
}

/** Whether Plex is up; false until the first poll has succeeded. */
export function isUp(state: ServerState): boolean {
  return state.availability.status === "up";
}

/**
 * Whether a source may be shown at `at`: Plex is up, offers it, and it was read recently enough.
 * Libraries do not become stale while Plex is up.
 */
export function isFresh(state: ServerState, source: DataSource, at: number): boolean {
  const { readAt, unavailable, intervalMs } = state.sources[source];
  if (!isUp(state) || unavailable || readAt === undefined) return false;
  if (source === "libraries") return true;
  const staleAfterMs = Math.max(STALE_AFTER_MS[source], STALE_AFTER_INTERVALS * (intervalMs ?? 0));
  return at - readAt <= staleAfterMs;
}

/** The source of each part of the state that is shown only while it is fresh. */
const SOURCE_OF = {
  plays: "sessions",
  server: "server",
  resources: "resources",
  libraries: "libraries",
  activities: "activities",
  jobs: "jobs",
  viewHistory: "history",
  dvr: "dvr",
} as const satisfies Partial<Record<keyof ServerState, DataSource>>;

/** A part of the state if its source is fresh at `at`, else `undefined`. */
export function currentValue<Part extends keyof typeof SOURCE_OF>(
  state: ServerState,
  part: Part,
  at: number,
): ServerState[Part] | undefined {
  return isFresh(state, SOURCE_OF[part], at) ? state[part] : undefined;
}

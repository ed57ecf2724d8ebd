/**
 * How things stand with Plex: reachable or not, the token accepted or not, and which of its
 * sources are fresh enough to be shown. It keeps none of what they say.
 */
import type { ServerEvent } from "./event.ts";
import type { Contact, Reading, ServerState } from "./model.ts";
import { type Failure, type Source, SOURCES } from "./vocabulary.ts";

/** How often each source is read at the least while Plex is up, in ms. Libraries: see below. */
export const INTERVALS_MS: Readonly<Record<Exclude<Source, "libraries">, number>> = {
  sessions: 20_000,
  server: 60_000,
  resources: 20_000,
  bandwidth: 20_000,
  activities: 60_000,
};

/** Intervals for which the last good values of a failing source stay. */
const GRACE = 3;

/** Failed polls in a row after which Plex is down: one may be an accident. */
const POLLS_TO_DOWN = 2;

export const NO_CONTACT: Contact = {
  status: "unknown",
  since: 0,
  failuresInARow: 0,
  reasons: [],
};

/** Nothing read yet. */
export const NO_READINGS: Readonly<Record<Source, Reading>> = Object.fromEntries(
  SOURCES.map((source) => [source, { missing: false }]),
) as Record<Source, Reading>;

/** Plex answered the poll with what was asked; `owner` tells whose token it accepted. */
export function answered(contact: Contact, at: number, owner: boolean): Contact {
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
export function failed(
  contact: Contact,
  { at, detail, failure, retryAt }: Extract<ServerEvent, { type: "poll_failed" }>,
): Contact {
  const failuresInARow = contact.failuresInARow + 1;
  const down = contact.status !== "up" || failuresInARow >= POLLS_TO_DOWN;
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
const MOST_REASONS = 10;

/** `other` is many things: there it is the sentence that tells them apart. */
function addReason(
  reasons: readonly string[],
  failure: Failure,
  detail: string | undefined,
): readonly string[] {
  const reason = failure === "other" ? detail ?? failure : failure;
  const isKnown = reasons.includes(reason) || reasons.length >= MOST_REASONS;
  return isKnown ? reasons : [...reasons, reason];
}

/** The readings with a good one of `source`; older than the last it changes nothing. */
export function readSource(
  readings: ServerState["readings"],
  source: Source,
  at: number,
  everyMs?: number,
): ServerState["readings"] {
  const readAt = Math.max(at, readings[source].readAt ?? -Infinity);
  return { ...readings, [source]: { readAt, missing: false, everyMs } };
}

/** The readings after Plex said that it has no such source. */
export function missSource(
  readings: ServerState["readings"],
  source: Source,
): ServerState["readings"] {
  return { ...readings, [source]: { ...readings[source], missing: true } };
}

/** Whether Plex answers. */
export function isUp(state: ServerState): boolean {
  return state.contact.status === "up";
}

/**
 * Whether what was last read of a source may still be shown at `at`: Plex is up, has the source,
 * and was read lately enough. Libraries stay until they are read again.
 */
export function isFresh(state: ServerState, source: Source, at: number): boolean {
  const { readAt, missing, everyMs } = state.readings[source];
  if (!isUp(state) || missing || readAt === undefined) return false;
  return source === "libraries" || at - readAt <= GRACE * (everyMs ?? INTERVALS_MS[source]);
}

/** The parts of the state that come from a source each. */
const SOURCE_OF = {
  plays: "sessions",
  server: "server",
  resources: "resources",
  libraries: "libraries",
  activities: "activities",
} as const satisfies Partial<Record<keyof ServerState, Source>>;

/** A part of the state, if it may be shown at `at`. */
export function fresh<Part extends keyof typeof SOURCE_OF>(
  state: ServerState,
  part: Part,
  at: number,
): ServerState[Part] | undefined {
  return isFresh(state, SOURCE_OF[part], at) ? state[part] : undefined;
}

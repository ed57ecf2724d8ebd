/**
 * The log messages about a server: what an operator wants to know when one state becomes another.
 * Every change is reported once, at the transition. Writing the log is up to the caller.
 */
import type { Failure } from "./enums.ts";
import type { Availability } from "./availability.ts";
import type { ServerState } from "./state.ts";

/** A message, to be logged with these fields. */
export interface LogMessage {
  readonly level: "info" | "warn";
  readonly message: string;
  readonly fields?: Readonly<Record<string, string | number>>;
}

/** What each failure means and what to do about it. */
export const FAILURE_MESSAGES: Readonly<Record<Failure, string>> = {
  unauthorized: "Plex rejects the token: check PLEX_TOKEN or its file",
  not_found: "no Plex server at this address: check PLEX_SERVER and its path prefix",
  unavailable: "Plex is starting or busy",
  timeout: "Plex did not respond within the timeout",
  refused: "cannot connect: check that Plex is running and that PLEX_SERVER is correct",
  malformed: "the response is not from Plex: check for a proxy or a login page in between",
  other: "the request failed",
};

const NOT_OWNER: LogMessage = {
  level: "warn",
  message:
    "The token does not belong to the server owner: Plex does not give it sessions and statistics",
};

/** The messages for the transition from one state to the next, the most important first. */
export function describeChanges(before: ServerState, after: ServerState): readonly LogMessage[] {
  if (before === after) return [];
  return [
    ...availabilityChanges(before.availability, after.availability),
    ...serverChanges(before, after),
    ...plexPassChanges(before, after),
    ...libraryChanges(before, after),
    ...clockChanges(before, after),
    ...historyChanges(before, after),
    ...walkChanges(before, after),
  ];
}

function availabilityChanges(before: Availability, after: Availability): LogMessage[] {
  const { status, failure = "other", detail, tokenOwner } = after;
  if (status === "up" && before.status !== "up") {
    const fields = before.status === "down"
      ? { downForSeconds: Math.round((after.since - before.since) / 1000) }
      : {};
    return [info("Plex is up", fields), ...(tokenOwner ? [] : [NOT_OWNER])];
  }
  // Each reason is logged once per outage, even if several alternate.
  if (status === "down" && after.reasons.length > before.reasons.length) {
    const message = `Plex is down: ${FAILURE_MESSAGES[failure]}`;
    const fields = { reason: failure, ...(detail === undefined ? {} : { detail }) };
    // A Plex that starts after an outage needs no second warning.
    const isReturning = before.status === "down" && failure === "unavailable";
    return [isReturning ? info(message, fields) : warn(message, fields)];
  }
  if (before.tokenOwner !== false && tokenOwner === false) return [NOT_OWNER];
  if (before.tokenOwner === false && tokenOwner) {
    return [info("The token now belongs to the server owner")];
  }
  return [];
}

function serverChanges(
  { server: before }: ServerState,
  { server: after }: ServerState,
): LogMessage[] {
  if (after === undefined) return [];
  const { id, name, version, platform } = after;
  if (before === undefined) return [info("Connected to Plex", { name, version, platform })];
  const messages: LogMessage[] = [];
  if (before.id !== id) messages.push(warn("A different server answers at this address"));
  if (before.name !== name) {
    messages.push(info("Server renamed", { from: before.name, to: name }));
  }
  if (before.version !== version) {
    messages.push(info("Server version changed", { from: before.version, to: version }));
  }
  return messages;
}

/** Only for the owner's token: Plex denies others the statistics in any case. */
function plexPassChanges(before: ServerState, after: ServerState): LogMessage[] {
  const [had, has] = [before, after].map(({ sources }) => !sources.resources.unavailable);
  if (had === has || !after.availability.tokenOwner) return [];
  return [
    has
      ? info("CPU, memory and bandwidth statistics are now available")
      : info("CPU, memory and bandwidth statistics are not available: they need Plex Pass"),
  ];
}

function libraryChanges(
  { libraries: before }: ServerState,
  { libraries: after }: ServerState,
): LogMessage[] {
  if (before === after || after === undefined) return [];
  if (before === undefined) return [info("Libraries read", { libraries: after.size })];
  const removed = [...before.values()].filter(({ id }) => !after.has(id))
    .map(({ title }) => info("Library removed", { library: title }));
  const changed = [...after.values()].flatMap(({ id, title }) => {
    const known = before.get(id);
    if (known === undefined) return [info("Library added", { library: title })];
    if (known.title === title) return [];
    return [info("Library renamed", { from: known.title, to: title })];
  });
  return [...removed, ...changed];
}

function clockChanges(before: ServerState, after: ServerState): LogMessage[] {
  if (before.server?.id !== after.server?.id) return [];
  if (before.bandwidth.watermarkS === undefined) return [];
  if (after.bandwidth.watermarkS !== undefined) return [];
  return [warn("Plex's clock was set back: bytes are counted from its current time on")];
}

function historyChanges(before: ServerState, after: ServerState): LogMessage[] {
  const { viewHistory: known } = before;
  const { viewHistory: history } = after;
  if (known === history || before.server?.id !== after.server?.id) return [];
  if (history === undefined) {
    return [warn("Plex's watch history was cleared: the view counters restart")];
  }
  return known === undefined ? [info("Watch history read", { views: history.rows })] : [];
}

/** Once for each library, until a walk agrees with Plex again. */
function walkChanges(before: ServerState, after: ServerState): LogMessage[] {
  if (before.walks === after.walks) return [];
  return [...after.walks].flatMap(([id, { mismatch }]): LogMessage[] => {
    if (mismatch === undefined || before.walks.get(id)?.mismatch !== undefined) return [];
    const library = after.libraries?.get(id)?.title ?? id;
    const message = "The size of a library's files differs from the size that Plex reports";
    return [info(message, { library, ...mismatch })];
  });
}

function info(message: string, fields?: LogMessage["fields"]): LogMessage {
  return { level: "info", message, ...(fields === undefined ? {} : { fields }) };
}

function warn(message: string, fields?: LogMessage["fields"]): LogMessage {
  return { level: "warn", message, ...(fields === undefined ? {} : { fields }) };
}

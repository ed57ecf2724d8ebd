/**
 * What is worth a line in the log: the differences between two states in words, each said once,
 * when it comes about. It writes nothing.
 */
import type { Availability, ServerState } from "./state.ts";
import type { Failure } from "./enums.ts";

export interface LogMessage {
  readonly level: "info" | "warn";
  readonly message: string;
  readonly fields?: Readonly<Record<string, string | number>>;
}

/** What a failure means for the person who runs the exporter, and what to do about it. */
export const FAILURE_MESSAGES: Readonly<Record<Failure, string>> = {
  unauthorized: "Plex rejects the token: check PLEX_TOKEN or its file",
  not_found: "there is no Plex at this address: check PLEX_SERVER and its path prefix",
  unavailable: "Plex is starting or busy",
  timeout: "Plex does not answer in time",
  refused: "no connection: is Plex running, and PLEX_SERVER right?",
  malformed: "the answer is not Plex's: is a proxy or a login page in between?",
  other: "the request failed",
};

/** The changes from one state to the next, the most important first. */
export function describeChanges(before: ServerState, after: ServerState): readonly LogMessage[] {
  if (before === after) return [];
  return [
    ...availabilityChanges(before.availability, after.availability),
    ...serverChanges(before, after),
    ...plexPassChanges(before, after),
    ...libraryChanges(before, after),
    ...clockChanges(before, after),
    ...historyChanges(before, after),
  ];
}

function availabilityChanges(before: Availability, after: Availability): LogMessage[] {
  const { status, failure, detail, tokenOwner } = after;
  if (status === "up" && before.status !== "up") {
    const away = before.status === "down"
      ? { downForSeconds: Math.round((after.since - before.since) / 1000) }
      : {};
    const up: LogMessage = { level: "info", message: "Plex is up", fields: away };
    return tokenOwner ? [up] : [up, NOT_OWNER_MESSAGE];
  }
  // Each reason once, however often they take turns.
  if (status === "down" && after.reasons.length > before.reasons.length) {
    // Who was gone and is starting is on the way back, which is no new trouble.
    const isReturning = before.status === "down" && failure === "unavailable";
    return [{
      level: isReturning ? "info" : "warn",
      message: `Plex is down: ${FAILURE_MESSAGES[failure ?? "other"]}`,
      fields: { reason: failure ?? "other", ...(detail === undefined ? {} : { detail }) },
    }];
  }
  if (before.tokenOwner !== false && tokenOwner === false) return [NOT_OWNER_MESSAGE];
  if (before.tokenOwner === false && tokenOwner) {
    return [{ level: "info", message: "The token is the server owner's now" }];
  }
  return [];
}

const NOT_OWNER_MESSAGE: LogMessage = {
  level: "warn",
  message: "The token is not the server owner's: Plex shows it no sessions and no statistics",
};

function serverChanges(
  { server: before }: ServerState,
  { server: after }: ServerState,
): LogMessage[] {
  if (after === undefined) return [];
  if (before === undefined) {
    const { name, version, platform } = after;
    return [{ level: "info", message: "Connected to Plex", fields: { name, version, platform } }];
  }
  const changed: LogMessage[] = [];
  if (before.id !== after.id) {
    changed.push({ level: "warn", message: "Another server answers at this address" });
  }
  if (before.name !== after.name) {
    changed.push({
      level: "info",
      message: "Server renamed",
      fields: { from: before.name, to: after.name },
    });
  }
  if (before.version !== after.version) {
    changed.push({
      level: "info",
      message: "Server changed its version",
      fields: { from: before.version, to: after.version },
    });
  }
  return changed;
}

/** What needs Plex Pass, if it is the owner who asks: a guest is refused it anyway. */
function plexPassChanges(before: ServerState, after: ServerState): LogMessage[] {
  const [had, has] = [before, after].map(({ sources }) => !sources.resources.unavailable);
  if (had === has || !after.availability.tokenOwner) return [];
  return [{
    level: "info",
    message: has
      ? "Plex gives CPU, memory and bytes sent now"
      : "Plex gives no CPU, memory and bytes sent: they need Plex Pass",
  }];
}

function libraryChanges({ libraries: before }: ServerState, { libraries: after }: ServerState) {
  if (before === after || after === undefined) return [];
  const changed: LogMessage[] = [];
  if (before === undefined) {
    return [
      { level: "info", message: "Libraries read", fields: { libraries: after.size } } as const,
    ];
  }
  for (const { id, title } of before.values()) {
    if (!after.has(id)) {
      changed.push({ level: "info", message: "Library gone", fields: { library: title } });
    }
  }
  for (const { id, title } of after.values()) {
    const known = before.get(id);
    if (known === undefined) {
      changed.push({ level: "info", message: "Library added", fields: { library: title } });
    } else if (known.title !== title) {
      const fields = { from: known.title, to: title };
      changed.push({ level: "info", message: "Library renamed", fields });
    }
  }
  return changed;
}

function clockChanges({ bandwidth: before }: ServerState, { bandwidth: after }: ServerState) {
  if (before.watermarkS === undefined || after.watermarkS !== undefined) return [];
  return [
    {
      level: "warn",
      message: "Plex's clock went back: bytes are counted anew from its present time",
    } as const,
  ];
}

function historyChanges(before: ServerState, after: ServerState): LogMessage[] {
  const { viewHistory: known } = before;
  if (known === after.viewHistory || before.server?.id !== after.server?.id) return [];
  if (after.viewHistory === undefined) {
    const message =
      "Plex's history was cleared: its views are counted anew, a reset of the counters";
    return [{ level: "warn", message }];
  }
  if (known !== undefined) return [];
  return [{
    level: "info",
    message: "Plex's history of views read",
    fields: { views: after.viewHistory.rows },
  }];
}

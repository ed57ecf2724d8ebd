/**
 * What is worth a line in the log: the differences between two states in words, each said once,
 * when it comes about. It writes nothing.
 */
import type { Contact, ServerState } from "./model.ts";
import type { Failure } from "./vocabulary.ts";

export interface Change {
  readonly level: "info" | "warn";
  readonly message: string;
  readonly fields?: Readonly<Record<string, string | number>>;
}

/** What a failure means for the person who runs the exporter, and what to do about it. */
export const REASONS: Readonly<Record<Failure, string>> = {
  unauthorized: "Plex rejects the token: check PLEX_TOKEN or its file",
  not_found: "there is no Plex at this address: check PLEX_SERVER and its path prefix",
  unavailable: "Plex is starting or busy",
  timeout: "Plex does not answer in time",
  refused: "no connection: is Plex running, and PLEX_SERVER right?",
  malformed: "the answer is not Plex's: is a proxy or a login page in between?",
  other: "the request failed",
};

/** The changes from one state to the next, the most important first. */
export function changes(before: ServerState, after: ServerState): readonly Change[] {
  if (before === after) return [];
  return [
    ...contactChanges(before.contact, after.contact),
    ...serverChanges(before, after),
    ...paidChanges(before, after),
    ...libraryChanges(before, after),
    ...clockChanges(before, after),
  ];
}

function contactChanges(before: Contact, after: Contact): Change[] {
  const { status, failure, detail, tokenOwner } = after;
  if (status === "up" && before.status !== "up") {
    const away = before.status === "down"
      ? { downForSeconds: Math.round((after.since - before.since) / 1000) }
      : {};
    const up: Change = { level: "info", message: "Plex is up", fields: away };
    return tokenOwner ? [up] : [up, GUEST];
  }
  // Each reason once, however often they take turns.
  if (status === "down" && after.reasons.length > before.reasons.length) {
    // Who was gone and is starting is on the way back, which is no new trouble.
    const isReturning = before.status === "down" && failure === "unavailable";
    return [{
      level: isReturning ? "info" : "warn",
      message: `Plex is down: ${REASONS[failure ?? "other"]}`,
      fields: { reason: failure ?? "other", ...(detail === undefined ? {} : { detail }) },
    }];
  }
  if (before.tokenOwner !== false && tokenOwner === false) return [GUEST];
  if (before.tokenOwner === false && tokenOwner) {
    return [{ level: "info", message: "The token is the server owner's now" }];
  }
  return [];
}

const GUEST: Change = {
  level: "warn",
  message: "The token is not the server owner's: Plex shows it no sessions and no statistics",
};

function serverChanges({ server: before }: ServerState, { server: after }: ServerState): Change[] {
  if (after === undefined) return [];
  if (before === undefined) {
    const { name, version, platform } = after;
    return [{ level: "info", message: "Connected to Plex", fields: { name, version, platform } }];
  }
  const changed: Change[] = [];
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
function paidChanges(before: ServerState, after: ServerState): Change[] {
  const [had, has] = [before, after].map(({ readings }) => !readings.resources.missing);
  if (had === has || !after.contact.tokenOwner) return [];
  return [{
    level: "info",
    message: has
      ? "Plex gives CPU, memory and bytes sent now"
      : "Plex gives no CPU, memory and bytes sent: they need Plex Pass",
  }];
}

function libraryChanges({ libraries: before }: ServerState, { libraries: after }: ServerState) {
  if (before === after || after === undefined) return [];
  const changed: Change[] = [];
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

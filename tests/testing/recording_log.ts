/** Logs for tests: one that drops its records, and one that keeps them. */
import { createLog, type Fields, type Level, type Log } from "../../src/log/mod.ts";

/** A log that drops everything. */
export const silentLog: Log = createLog(() => {});

/** A record, neither redacted nor formatted. */
export interface LogEntry {
  readonly level: Level;
  readonly message: string;
  readonly fields: Fields;
}

/** A log that keeps all records, of any level, in `entries`. */
export function recordingLog(): Log & { readonly entries: readonly LogEntry[] } {
  const entries: LogEntry[] = [];
  return {
    ...createLog((level, message, fields) => entries.push({ level, message, fields })),
    entries,
  };
}

/** Logs a condition once until it changes, however often it is reported. */
import type { Fields, Level, Log } from "./mod.ts";

/** A condition that lasts, such as a source that cannot be read. */
export interface LogOnce {
  /**
   * Logs the condition, unless the last report had the same `key`, which by default all have.
   * Returns whether it was logged.
   */
  report(level: Level, message: string, fields?: Fields, key?: string): boolean;
  /** Ends the condition: the next report is logged. Returns whether there was one to end. */
  clear(): boolean;
}

/** Reports conditions to `log`, one at a time. */
export function createLogOnce(log: Log): LogOnce {
  let lastKey: string | undefined;
  return {
    report(level, message, fields = {}, key = "") {
      if (key === lastKey) return false;
      lastKey = key;
      log[level](message, fields);
      return true;
    },
    clear() {
      const wasReported = lastKey !== undefined;
      lastKey = undefined;
      return wasReported;
    },
  };
}

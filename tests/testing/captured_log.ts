/** Logs whose lines are captured, for the tests of the log. */
import { type Fields, type LogOptions, type OpenLog, openLog } from "../../src/log/mod.ts";

/** All formats of the log. */
export const FORMATS = ["json", "logfmt", "console"] as const;

/** A log at a fixed time in Berlin, and the lines written to it. */
export function captureLog(
  options: Partial<LogOptions> = {},
): { readonly log: OpenLog; readonly lines: readonly string[] } {
  const lines: string[] = [];
  const log = openLog({
    level: "info",
    format: "json",
    zone: "Europe/Berlin",
    colors: false,
    now: () => Date.UTC(2026, 6, 1, 10, 20, 30, 456),
    write: (line) => lines.push(line),
    ...options,
  });
  return { log, lines };
}

/** The fields of a line as JSON, without time, level and message. */
export function loggedFields(fields: Fields, options: Partial<LogOptions> = {}): Fields {
  const { log, lines } = captureLog(options);
  log.error("it", fields);
  const { time: _time, level: _level, msg: _msg, ...rest } = JSON.parse(lines[0] ?? "");
  return rest;
}

/**
 * The log: one line on standard error per record, with secrets redacted.
 *
 * LogTape's `configure` is global to the process, so tests would share it. Its parts are used
 * without it: a record passes through redaction and a formatter into `write`, all of which belong
 * to one `openLog`.
 */
import { redactByField, redactByPattern, type RedactionPattern } from "@logtape/redaction";
import { createFormatter, type FormatOptions } from "./format.ts";
import { anyEncodingOf, REDACTED, SECRET_FIELDS, SECRET_PATTERNS } from "./secrets.ts";
import { type Fields, serializeFields } from "./serialize.ts";

export type { Fields };

/** A log to write to. */
export interface Log {
  debug(message: string, fields?: Fields): void;
  info(message: string, fields?: Fields): void;
  warn(message: string, fields?: Fields): void;
  error(message: string, fields?: Fields): void;
  /** Returns a log that adds `fields` to every line, such as `{ server: "home" }`. */
  with(fields: Fields): Log;
}

/** The log of the process, with secrets that it must never show. */
export interface OpenLog extends Log {
  /** Redacts `secret` in all further lines, also in those of logs that `with` has returned. */
  redact(secret: string): void;
}

/** Severity of a line. */
export type Level = "debug" | "info" | "warn" | "error";

/** Options of a log. */
export interface LogOptions extends Pick<FormatOptions, "format" | "zone"> {
  /** Lines below this level are dropped. With `debug`, errors are written with their stacks. */
  readonly level: Level;
  /** Receives a line without its line break. By default it is written to standard error. */
  readonly write?: (line: string) => void;
  /** Whether `console` is coloured; by default on a terminal, unless NO_COLOR is set. */
  readonly colors?: boolean;
  /** Milliseconds since the epoch, by the wall clock: times are compared with other logs. */
  readonly now?: () => number;
}

/** Maximum length of one value. The beginning of an HTML page sent instead of JSON is enough. */
const MAX_TEXT_LENGTH = 8_000;

const LEVELS: readonly Level[] = ["debug", "info", "warn", "error"];

/** Opens a log. Throws a `TypeError` if `zone` is unknown to `Intl`. */
export function openLog(options: LogOptions): OpenLog {
  const { level: minLevel, write = writeToStderr, now = Date.now } = options;
  const usesTerminal = options.write === undefined && Deno.stderr.isTerminal();
  const secrets = new Set<string>();
  // The formatter keeps a reference to this array, so later additions take effect.
  const known: RedactionPattern[] = [];
  const redactText = (text: string) => {
    const clean = [...known, ...SECRET_PATTERNS].reduce(
      (rest, { pattern, replacement }) => rest.replaceAll(pattern, String(replacement)),
      text,
    );
    return clean.length > MAX_TEXT_LENGTH ? `${clean.slice(0, MAX_TEXT_LENGTH)}…` : clean;
  };
  // Values are redacted before formatting, while they are in one piece, and known secrets once more
  // after it, in case formatting joins the parts of one.
  const format = redactByPattern(
    createFormatter({ ...options, colors: options.colors ?? (usesTerminal && !Deno.noColor) }),
    known,
  );
  const sink = redactByField((record) => write(format(record).slice(0, -1)), {
    fieldPatterns: SECRET_FIELDS,
    action: (value) => typeof value === "boolean" || value === null ? value : REDACTED,
  });

  const log = createLog((level, message, fields) => {
    if (LEVELS.indexOf(level) < LEVELS.indexOf(minLevel)) return;
    const text = redactText(message);
    sink({
      category: [],
      level: level === "warn" ? "warning" : level,
      message: [text],
      rawMessage: text,
      timestamp: now(),
      properties: serializeFields(fields, redactText, minLevel === "debug"),
    });
  });
  return {
    ...log,
    redact(secret) {
      // Redacting a part of the mark itself would produce more marks.
      if (REDACTED.includes(secret)) return;
      secrets.add(secret);
      // Longest first, so that a secret that contains another is redacted as a whole.
      const longestFirst = [...secrets].sort((a, b) => b.length - a.length);
      const pattern = new RegExp(longestFirst.map(anyEncodingOf).join("|"), "gu");
      known.splice(0, 1, { pattern, replacement: REDACTED });
    },
  };
}

const encoder = new TextEncoder();

/** Writes synchronously, so that the last line before an exit is not lost. */
function writeToStderr(line: string): void {
  try {
    let rest = encoder.encode(`${line}\n`);
    while (rest.length > 0) rest = rest.subarray(Deno.stderr.writeSync(rest));
  } catch {
    // Standard error is closed. Metrics are served without a log.
  }
}

/** A log that passes every record, of any level and with all its fields, to `write`. */
export function createLog(
  write: (level: Level, message: string, fields: Fields) => void,
  inherited: Fields = {},
): Log {
  const writeAt = (level: Level): Log[Level] => (message, fields) =>
    write(level, message, { ...inherited, ...fields });
  return {
    debug: writeAt("debug"),
    info: writeAt("info"),
    warn: writeAt("warn"),
    error: writeAt("error"),
    with: (fields) => createLog(write, { ...inherited, ...fields }),
  };
}

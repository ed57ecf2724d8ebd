/**
 * The log: a line on standard error for each thing worth knowing, with everything secret taken out
 * of it. It does not decide what is worth knowing.
 *
 * LogTape's `configure` is one configuration for the whole process, which tests would share and
 * two servers could not tell apart. So its parts are used without it: a record is made here, and
 * passes through the redaction and a formatter into `write`, all of which belong to one `openLog`.
 */
import { redactByField, redactByPattern, type RedactionPattern } from "@logtape/redaction";
import { type Fields, plainFields } from "./serialize.ts";
import { formatterOf } from "./format.ts";
import { hidden, inAnyEncoding, secretFields, secretShapes } from "./secrets.ts";

export type { Fields };

/** What the rest of the program writes to. */
export interface Log {
  debug(message: string, fields?: Fields): void;
  info(message: string, fields?: Fields): void;
  warn(message: string, fields?: Fields): void;
  error(message: string, fields?: Fields): void;
  /** A log that adds `fields` to every line, such as `{ server: "home" }`. */
  with(fields: Fields): Log;
}

/** The log of the process, which also has to be told what it must never show. */
export interface OpenLog extends Log {
  /** Hides `secret` in all lines from now on, also in those of logs made by `with` before. */
  redact(secret: string): void;
}

/** How urgent a line is. */
export type Level = "debug" | "info" | "warn" | "error";

/** What is asked of a log. */
export interface LogOptions {
  /** Less urgent lines are dropped. With `debug` errors are written with their stacks. */
  readonly level: Level;
  readonly format: "json" | "logfmt" | "console";
  /** The zone of the times, a name that `Intl` knows. */
  readonly zone: string;
  /** Takes a line without its end. By default it goes to standard error before the call returns. */
  readonly write?: (line: string) => void;
  /** Colours in `console`; by default if that is a terminal whose user has not set NO_COLOR. */
  readonly colours?: boolean;
  /** Milliseconds since the epoch: the wall's clock, for a reader compares it with other logs. */
  readonly now?: () => number;
}

/** Characters of one value: a page of HTML in place of an answer is worth its beginning. */
const longestText = 8_000;
const levels: readonly Level[] = ["debug", "info", "warn", "error"];

/** Opens a log. Throws a `TypeError` if `zone` is unknown. */
export function openLog(options: LogOptions): OpenLog {
  const { level, write = writeToStderr, now = Date.now } = options;
  const isTerminal = options.write === undefined && Deno.stderr.isTerminal() && !Deno.noColor;
  const secrets = new Set<string>();
  // The formatter keeps this array, so what is put into it later counts.
  const known: RedactionPattern[] = [];
  const scrub = (text: string) => {
    const clean = [...known, ...secretShapes].reduce(
      (rest, { pattern, replacement }) => rest.replaceAll(pattern, String(replacement)),
      text,
    );
    return clean.length > longestText ? `${clean.slice(0, longestText)}…` : clean;
  };
  // Values are scrubbed before they are formatted, when they are still in one piece; the known
  // secrets once more after, should a formatter ever put one together.
  const format = redactByPattern(
    formatterOf({ ...options, colours: options.colours ?? isTerminal }),
    known,
  );
  const sink = redactByField((record) => write(format(record).slice(0, -1)), {
    fieldPatterns: secretFields,
    action: (value) => typeof value === "boolean" || value === null ? value : hidden,
  });

  const log = logInto((own, message, fields) => {
    if (levels.indexOf(own) < levels.indexOf(level)) return;
    const text = scrub(message);
    sink({
      category: [],
      level: own === "warn" ? "warning" : own,
      message: [text],
      rawMessage: text,
      timestamp: now(),
      properties: plainFields(fields, scrub, level === "debug"),
    });
  });
  return {
    ...log,
    redact(secret) {
      // Hiding a part of the mark itself would only make more of it.
      if (hidden.includes(secret)) return;
      secrets.add(secret);
      // The longest first, so that one which contains another goes as a whole.
      const longestFirst = [...secrets].sort((one, other) => other.length - one.length);
      const pattern = new RegExp(longestFirst.map(inAnyEncoding).join("|"), "gu");
      known.splice(0, 1, { pattern, replacement: hidden });
    },
  };
}

const encoder = new TextEncoder();

/** Synchronous, so that the last line before an exit is not lost. */
function writeToStderr(line: string): void {
  try {
    let rest = encoder.encode(`${line}\n`);
    while (rest.length > 0) rest = rest.subarray(Deno.stderr.writeSync(rest));
  } catch {
    // Nobody reads any more; that is no reason to stop serving metrics.
  }
}

/** A log that gives every line, with all its fields, to `take`. */
function logInto(
  take: (level: Level, message: string, fields: Fields) => void,
  inherited: Fields = {},
): Log {
  const at = (level: Level): Log[Level] => (message, fields) =>
    take(level, message, { ...inherited, ...fields });
  return {
    debug: at("debug"),
    info: at("info"),
    warn: at("warn"),
    error: at("error"),
    with: (fields) => logInto(take, { ...inherited, ...fields }),
  };
}

/** A log that drops everything. */
export const silentLog: Log = logInto(() => {});

/** A line as it was given to a {@link recordingLog}: nothing is hidden, nothing is formatted. */
export interface LogEntry {
  readonly level: Level;
  readonly message: string;
  readonly fields: Fields;
}

/** A log for tests that keeps what it is given, whatever the level, in `entries`. */
export function recordingLog(): Log & { readonly entries: readonly LogEntry[] } {
  const entries: LogEntry[] = [];
  return {
    ...logInto((level, message, fields) => entries.push({ level, message, fields })),
    entries,
  };
}

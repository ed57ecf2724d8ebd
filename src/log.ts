/**
 * The log: a line on standard error for each thing worth knowing, with everything secret taken out
 * of it. It does not decide what is worth knowing.
 *
 * LogTape's `configure` is one configuration for the whole process, which tests would share and
 * two servers could not tell apart. So its parts are used without it: a record is made here, and
 * passes through the redaction and a formatter into `write`, all of which belong to one `openLog`.
 */
import {
  getAnsiColorFormatter,
  getTextFormatter,
  type LogLevel,
  type TextFormatter,
} from "@logtape/logtape";
import {
  JWT_PATTERN,
  redactByField,
  redactByPattern,
  type RedactionPattern,
} from "@logtape/redaction";

/** What is known beside the message. An `Error` is written with its causes, undefined left out. */
export type Fields = Readonly<Record<string, unknown>>;

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

const hidden = "[redacted]";
/** Characters of one value: a page of HTML in place of an answer is worth its beginning. */
const longestText = 8_000;
/** Entries of one list, and values in one line: a mistake is seen, and can't do harm. */
const [mostEntries, mostValues] = [100, 500];
const levels: readonly Level[] = ["debug", "info", "warn", "error"];

/** Fields whose value is secret by their name, unless that names a file. */
const secretFields = [
  /(?:token|password|passwd|secret|credential|authorization|cookie)(?!.*file)/i,
];

/** Secrets that can be told by what stands around them. */
const secretShapes: readonly RedactionPattern[] = [
  // Plex' newer tokens are JWTs.
  { pattern: JWT_PATTERN.pattern, replacement: hidden },
  // X-Plex-Token=… in a query, authToken="…" in XML, PLEX_TOKEN=… in a command.
  {
    pattern: /((?:token|password|passwd|secret)(?:=|%3D))(?:\\*"[^"]*"|\\*'[^']*'|[^\s"'&<>\\]+)/gi,
    replacement: `$1${hidden}`,
  },
  // X-Plex-Token: … in a header, "authToken": "…" in JSON.
  {
    pattern:
      /((?:x-plex-token|(?:token|password|passwd|secret)\\*["'])\s*:\s*)(?:\\*"[^"]*"|\\*'[^']*'|[^\s"'&<>\\,}]+)/gi,
    replacement: `$1${hidden}`,
  },
  {
    pattern: /(authorization\\*["']?\s*[:=]\s*\\*["']?)(?:(?:basic|bearer)\s+)?[^\s"'\\,]+/gi,
    replacement: `$1${hidden}`,
  },
  // The user and password of a URL.
  { pattern: /((?:\\?\/){2})[^\s/?#"'<>\\]+@/g, replacement: `$1${hidden}@` },
];

/** Opens a log. Throws a `TypeError` if `zone` is unknown. */
export function openLog(options: LogOptions): OpenLog {
  const { level, write = writeToStderr, now = Date.now } = options;
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
  const format = redactByPattern(formatterOf(options), known);
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

/** The source of an expression for `secret` as it is, escaped for JSON, or percent-encoded. */
function inAnyEncoding(secret: string): string {
  const hex = (code: number, digits: number) =>
    code.toString(16).padStart(digits, "0").replace(/[a-f]/g, (c) => `[${c}${c.toUpperCase()}]`);
  // Backslashes are counted as a run: one by one they would match in too many ways.
  return [...secret.matchAll(/(\\)\\*|[^\\]/gsu)].map(([piece, backslash]) => {
    const one = backslash ?? piece;
    const percent = Array.from(new TextEncoder().encode(one), (byte) => `%(?:25)*${hex(byte, 2)}`);
    const unicode = Array.from(one, (_, at) => `\\\\{1,3}u${hex(one.charCodeAt(at), 4)}`);
    const itself = `${one === '"' ? "\\\\{0,3}" : ""}\\u{${one.codePointAt(0)?.toString(16)}}`;
    const any = `(?:${itself}|${percent.join("")}|${unicode.join("")})`;
    return backslash === undefined ? any : `${any}{${piece.length},${4 * piece.length}}`;
  }).join("");
}

/** Names that every line has; a field of that name gets an underscore. */
const ownNames = ["time", "level", "msg"];

/** Fields as plain data that any formatter can write, scrubbed, bounded and without cycles. */
function plainFields(
  fields: Fields,
  scrub: (text: string) => string,
  stacks: boolean,
): Record<string, unknown> {
  let left = mostValues;
  const above = new Set<object>();
  const spell = (value: unknown): string => {
    const clean = plain(value);
    return typeof clean === "string" ? clean : JSON.stringify(clean) ?? "";
  };
  const errorText = (error: Error): string => {
    let text = stacks && error.stack ? error.stack : `${error.name}: ${error.message}`;
    if (error instanceof AggregateError) text += ` (errors: ${spell(error.errors)})`;
    return error.cause === undefined ? text : `${text} (cause: ${spell(error.cause)})`;
  };
  const pairs = (entries: Iterable<readonly [unknown, unknown]>): Record<string, unknown> =>
    Object.fromEntries(
      [...entries].slice(0, mostEntries)
        .map(([key, value]) => [scrub(String(key)), plain(value)] as const)
        .filter(([, value]) => value !== undefined),
    );
  const plain = (value: unknown): unknown => {
    if (left-- <= 0) return "[too much]";
    if (typeof value === "string") return scrub(value);
    if (typeof value === "number" || typeof value === "bigint") {
      const text = scrub(String(value));
      return text === String(value) && Number.isFinite(value) ? value : text;
    }
    if (typeof value === "function" || typeof value === "symbol") return `[${typeof value}]`;
    if (typeof value !== "object" || value === null) return value;
    if (above.has(value)) return "[circular]";
    above.add(value);
    try {
      if (value instanceof Error) return scrub(errorText(value));
      if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
      if (Array.isArray(value) || value instanceof Set) {
        return [...value].slice(0, mostEntries).map(plain);
      }
      if (value instanceof Map || value instanceof Headers || value instanceof URLSearchParams) {
        return pairs(value);
      }
      if ("toJSON" in value && typeof value.toJSON === "function") return plain(value.toJSON());
      return pairs(Object.entries(value));
    } catch {
      return "[unreadable]";
    } finally {
      above.delete(value);
    }
  };
  return pairs(
    Object.entries(fields).map(([key, value]) => [ownNames.includes(key) ? `${key}_` : key, value]),
  );
}

/** Characters that would end a line, move the cursor or turn the direction of writing. */
const unprintable = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu;

/** `text` with such characters as escapes, which JSON reads back. */
function printable(text: string): string {
  return text.replace(unprintable, (character) => {
    const short = JSON.stringify(character).slice(1, -1);
    if (short !== character) return short;
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}

/** LogTape's formatters, for their times and colours, around the layouts of this program. */
function formatterOf({ format, zone, write, colours }: LogOptions): TextFormatter {
  const level = (own: LogLevel) => own === "warning" ? "warn" : own;
  if (format === "console") {
    const terminal = write === undefined && Deno.stderr.isTerminal() && !Deno.noColor;
    const coloured = colours ?? terminal ? getAnsiColorFormatter : getTextFormatter;
    return coloured({
      timestamp: "date-time",
      timeZone: zone,
      level: (own) => level(own).toUpperCase().padEnd(5),
      format: ({ timestamp, level, record: { message, properties } }) => {
        const { server, ...fields } = properties;
        const source = server === undefined ? "" : `[${spellValue(server)}] `;
        return `${timestamp} ${level} ${source}${printable(String(message[0]))}${logfmt(fields)}`;
      },
    });
  }
  return getTextFormatter({
    timestamp: "rfc3339",
    timeZone: zone,
    level,
    format: ({ timestamp, level, record: { message, properties } }) => {
      const line = { time: timestamp, level, msg: message[0], ...properties };
      return format === "json" ? printable(JSON.stringify(line)) : logfmt(line).slice(1);
    },
  });
}

/** ` key=value` for each field. */
function logfmt(fields: Fields): string {
  return Object.entries(fields)
    .map(([key, value]) => ` ${printable(key).replace(/[\s="]/g, "_")}=${spellValue(value)}`)
    .join("");
}

function spellValue(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return printable(text === "" || /[\s="\\\p{Cc}]/u.test(text) ? JSON.stringify(text) : text);
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

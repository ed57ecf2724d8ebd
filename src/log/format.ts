/** The formats of a log line: JSON, logfmt, and one for a terminal. */
import {
  getAnsiColorFormatter,
  getTextFormatter,
  type LogLevel,
  type TextFormatter,
} from "@logtape/logtape";
import type { Fields } from "./serialize.ts";

/** How lines are formatted. */
export interface FormatOptions {
  readonly format: "json" | "logfmt" | "console";
  /** The zone of timestamps, a name that `Intl` knows. */
  readonly zone: string;
  /** Whether `console` is coloured. */
  readonly colors: boolean;
}

/** Characters that end a line, move the cursor or change the direction of text. */
const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu;

/** `text` with such characters as JSON escapes. */
function escapeUnprintable(text: string): string {
  return text.replace(UNPRINTABLE, (character) => {
    const short = JSON.stringify(character).slice(1, -1);
    if (short !== character) return short;
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}

/** A LogTape formatter, which adds times and colours to the line formats of this program. */
export function createFormatter({ format, zone, colors }: FormatOptions): TextFormatter {
  if (format === "console") {
    const getFormatter = colors ? getAnsiColorFormatter : getTextFormatter;
    return getFormatter({
      timestamp: "date-time",
      timeZone: zone,
      level: (level) => levelName(level).toUpperCase().padEnd(5),
      format: ({ timestamp, level, record: { message, properties } }) => {
        const { server, ...fields } = properties;
        const source = server === undefined ? "" : `[${formatValue(server)}] `;
        return `${timestamp} ${level} ${source}${escapeUnprintable(String(message[0]))}${
          logfmt(fields)
        }`;
      },
    });
  }
  return getTextFormatter({
    timestamp: "rfc3339",
    timeZone: zone,
    level: levelName,
    format: ({ timestamp, level, record: { message, properties } }) => {
      const line = { time: timestamp, level, msg: message[0], ...properties };
      return format === "json" ? escapeUnprintable(JSON.stringify(line)) : logfmt(line).slice(1);
    },
  });
}

function levelName(level: LogLevel): string {
  return level === "warning" ? "warn" : level;
}

/** ` key=value` for each field. */
function logfmt(fields: Fields): string {
  return Object.entries(fields)
    .map(([key, value]) =>
      ` ${escapeUnprintable(key).replace(/[\s="]/g, "_")}=${formatValue(value)}`
    )
    .join("");
}

function formatValue(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return escapeUnprintable(
    text === "" || /[\s="\\\p{Cc}]/u.test(text) ? JSON.stringify(text) : text,
  );
}

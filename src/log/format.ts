/** The three formats of a line: JSON, logfmt, and one for people. It writes nothing. */
import {
  getAnsiColorFormatter,
  getTextFormatter,
  type LogLevel,
  type TextFormatter,
} from "@logtape/logtape";
import type { Fields } from "./serialize.ts";

/** How lines are to look. */
export interface Layout {
  readonly format: "json" | "logfmt" | "console";
  /** The zone of the times, a name that `Intl` knows. */
  readonly zone: string;
  /** Colours in `console`. */
  readonly colours: boolean;
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
export function formatterOf({ format, zone, colours }: Layout): TextFormatter {
  const level = (own: LogLevel) => own === "warning" ? "warn" : own;
  if (format === "console") {
    const coloured = colours ? getAnsiColorFormatter : getTextFormatter;
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

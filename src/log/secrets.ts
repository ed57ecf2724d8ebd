/** Patterns of secrets: by field name, by surrounding text, and by known value in any encoding. */
import { JWT_PATTERN, type RedactionPattern } from "@logtape/redaction";

/** The replacement of a secret. */
export const REDACTED = "[redacted]";

/** Names of fields whose values are secret, unless they name a file. */
export const SECRET_FIELDS = [
  /(?:token|password|passwd|secret|credential|authorization|cookie)(?!.*file)/i,
];

/** Secrets that are recognised by the surrounding text. */
export const SECRET_PATTERNS: readonly RedactionPattern[] = [
  // Newer Plex tokens are JWTs.
  { pattern: JWT_PATTERN.pattern, replacement: REDACTED },
  // X-Plex-Token=… in a query, authToken="…" in XML, PLEX_TOKEN=… in a command.
  {
    pattern: /((?:token|password|passwd|secret)(?:=|%3D))(?:\\*"[^"]*"|\\*'[^']*'|[^\s"'&<>\\]+)/gi,
    replacement: `$1${REDACTED}`,
  },
  // X-Plex-Token: … in a header, "authToken": "…" in JSON.
  {
    pattern:
      /((?:x-plex-token|(?:token|password|passwd|secret)\\*["'])\s*:\s*)(?:\\*"[^"]*"|\\*'[^']*'|[^\s"'&<>\\,}]+)/gi,
    replacement: `$1${REDACTED}`,
  },
  {
    pattern: /(authorization\\*["']?\s*[:=]\s*\\*["']?)(?:(?:basic|bearer)\s+)?[^\s"'\\,]+/gi,
    replacement: `$1${REDACTED}`,
  },
  // The user and password of a URL.
  { pattern: /((?:\\?\/){2})[^\s/?#"'<>\\]+@/g, replacement: `$1${REDACTED}@` },
];

/** The source of a regular expression for `secret`: verbatim, JSON-escaped or percent-encoded. */
export function anyEncodingOf(secret: string): string {
  const hex = (code: number, digits: number) =>
    code.toString(16).padStart(digits, "0").replace(/[a-f]/g, (c) => `[${c}${c.toUpperCase()}]`);
  // A run of backslashes is matched at once: one by one, it would backtrack exponentially.
  return [...secret.matchAll(/(\\)\\*|[^\\]/gsu)].map(([piece, backslash]) => {
    const character = backslash ?? piece;
    const percent = Array.from(
      new TextEncoder().encode(character),
      (byte) => `%(?:25)*${hex(byte, 2)}`,
    );
    const unicode = Array.from(
      character,
      (_, at) => `\\\\{1,3}u${hex(character.charCodeAt(at), 4)}`,
    );
    const verbatim = `${character === '"' ? "\\\\{0,3}" : ""}\\u{${
      character.codePointAt(0)?.toString(16)
    }}`;
    const any = `(?:${verbatim}|${percent.join("")}|${unicode.join("")})`;
    return backslash === undefined ? any : `${any}{${piece.length},${4 * piece.length}}`;
  }).join("");
}

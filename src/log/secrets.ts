/**
 * What must never be shown: the shapes and names by which secrets are told, and the expressions that
 * find a known one however it is written. It hides nothing itself.
 */
import { JWT_PATTERN, type RedactionPattern } from "@logtape/redaction";

/** What stands in the place of a secret. */
export const hidden = "[redacted]";

/** Fields whose value is secret by their name, unless that names a file. */
export const secretFields = [
  /(?:token|password|passwd|secret|credential|authorization|cookie)(?!.*file)/i,
];

/** Secrets that can be told by what stands around them. */
export const secretShapes: readonly RedactionPattern[] = [
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

/** The source of an expression for `secret` as it is, escaped for JSON, or percent-encoded. */
export function inAnyEncoding(secret: string): string {
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

/**
 * Schemas for values that are written as text: switches, durations, addresses, lists of words.
 * It knows nothing of which setting uses them, nor of Plex.
 */
import * as z from "zod";

/** A text that becomes a `T`. What is wrong with it reads on after the setting's name. */
export type TextSchema<T> = z.ZodPipe<z.ZodString, z.ZodTransform<Awaited<T>, string>>;

/** A schema from a function that reads the text or returns `fail(what is wrong)`. */
export function fromText<T>(
  read: (text: string, fail: (message: string) => never) => T,
): TextSchema<T> {
  return z.string().transform((text, issues) => {
    const fail = (message: string): never => {
      issues.addIssue(message);
      return z.NEVER;
    };
    return read(text, fail);
  });
}

/** What may be a token that was written into the wrong variable. */
const TOKENS: readonly RegExp[] = [
  // What is called one.
  /(?<=token["']?\s*[=:]\s*)[^\s&]+/gi,
  // A signed one, whose dots part it.
  /\beyJ[\w.-]+/g,
  // Letters of both kinds, or letters and digits, in one long piece.
  /(?<![\w-])(?=[\w-]*[a-z])(?=[\w-]*[A-Z\d])[\w-]{16,}/g,
];

/** `text` without what may be a token in it. */
export function hideTokens(text: string): string {
  return TOKENS.reduce((shown, token) => shown.replace(token, "…"), text);
}

/**
 * `text` in quotes and short enough for one line, with control characters escaped and without what
 * may be a token.
 */
export function quote(text: string): string {
  const shown = hideTokens(text);
  return JSON.stringify(shown.length > 60 ? `${shown.slice(0, 60)}…` : shown);
}

/** What is wrong with a value that still has its quotes or brackets; undefined if it has none. */
export function quotesProblem(text: string): string | undefined {
  return /^["'`“”‘’<]|["'`“”‘’>]$/.test(text)
    ? "stands in quotes or brackets; leave them out"
    : undefined;
}

/**
 * The word of `known` that `word` was most likely meant to be, or undefined if none is near: at
 * most two edits away, and at most a third of its letters, rounded up. Case does not count.
 */
export function closest(word: string, known: readonly string[]): string | undefined {
  const ranked = known
    .map((candidate) => ({ candidate, edits: editDistance(word, candidate) }))
    .sort((one, other) => one.edits - other.edits);
  const best = ranked[0];
  const limit = Math.min(2, Math.ceil(word.length / 3));
  return best !== undefined && best.edits <= limit ? best.candidate : undefined;
}

/** Levenshtein's distance, one row of the table at a time. */
function editDistance(one: string, other: string): number {
  const [a, b] = [one.toUpperCase(), other.toUpperCase()];
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let line = 1; line <= a.length; line++) {
    const next = [line];
    for (let column = 1; column <= b.length; column++) {
      const replaced = (row[column - 1] ?? 0) + (a[line - 1] === b[column - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

const boolWords = new Map([
  ["true", true],
  ["1", true],
  ["yes", true],
  ["false", false],
  ["0", false],
  ["no", false],
]);

/** true, 1, yes or false, 0, no, in any case. */
export const bool: TextSchema<boolean> = fromText((text, fail) =>
  boolWords.get(text.toLowerCase()) ?? fail(`is ${quote(text)}; write true or false`)
);

/** One of `words`, in any case. */
export function oneOf<const W extends string>(words: readonly W[]): TextSchema<W> {
  return fromText((text, fail) =>
    words.find((word) => word === text.toLowerCase()) ?? fail(unknownWord(text, words))
  );
}

/** Any of `words`, by commas, in any case, each once and in the order of `words`. */
export function anyOf<const W extends string>(words: readonly W[]): TextSchema<readonly W[]> {
  return fromText((text, fail) => {
    const named = text.split(",").map((word) => word.trim());
    const unknown = named.find((word) => !words.some((known) => known === word.toLowerCase()));
    if (unknown !== undefined) return fail(unknownWord(unknown, words));
    return words.filter((word) => named.some((name) => name.toLowerCase() === word));
  });
}

function unknownWord(word: string, words: readonly string[]): string {
  const meant = closest(word, words);
  const hint = meant === undefined ? "" : `; did you mean ${meant}?`;
  return `has ${quote(word)}, which is none of ${words.join(", ")}${hint}`;
}

const unitMs = { s: 1_000, m: 60_000, h: 3_600_000 };

/** A span of time, bare numbers being `unit`; the result is in milliseconds, within the bounds. */
export function duration(
  { unit, minMs, maxMs }: { unit: "s" | "m"; minMs: number; maxMs: number },
): TextSchema<number> {
  const [few, unitName] = unit === "m" ? ["15", "minutes"] : ["10", "seconds"];
  return fromText((text, fail) => {
    const parts = /^(\d+(?:\.\d+)?)\s*([smh]?)$/i.exec(text);
    if (parts === null) {
      return fail(
        `is ${quote(text)}; write a number of ${unitName} such as ${few}, or 90s, 2m, 1h`,
      );
    }
    const written = parts[2]?.toLowerCase();
    const ms = Number(parts[1]) *
      unitMs[written === "s" || written === "m" || written === "h" ? written : unit];
    const [least, most] = [minMs / unitMs[unit], maxMs / unitMs[unit]];
    if (ms < minMs || ms > maxMs) {
      return fail(`is ${quote(text)}; write a time from ${least} to ${most} ${unitName}`);
    }
    return Math.round(ms);
  });
}

/** A name of the time zone database, or an offset such as +02:00; the result is spelled properly. */
export const timeZone: TextSchema<string> = fromText((text, fail) => {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: text }).resolvedOptions().timeZone;
  } catch {
    return fail(`is ${quote(text)}, which is no known time zone; write one such as Europe/Berlin`);
  }
});

/** Where to listen. Without a host: every address of the machine. Port 0: any free one. */
export interface ListenAddress {
  readonly hostname: string | undefined;
  readonly port: number;
}

/** `host:port`, `:port` or `[IPv6]:port`. */
export const listenAddress: TextSchema<ListenAddress> = fromText((text, fail) => {
  if (/^\d+$/.test(text)) return fail(`is ${quote(text)}; a port alone needs a colon: ":${text}"`);
  if (text.includes("/")) {
    return fail(`is ${quote(text)}; write host:port without a scheme or a path, such as ":9000"`);
  }
  const parts = /^(?:\[(?<six>[^\]]+)\]|(?<name>[^:\s[\]]*)):(?<port>\d+)$/.exec(text)?.groups;
  if (parts === undefined) {
    const hint = /^[^[]*:.*:/.test(text)
      ? 'an IPv6 address stands in brackets: "[::1]:9000"'
      : 'write host:port, such as ":9000" or "127.0.0.1:9000"';
    return fail(`is ${quote(text)}; ${hint}`);
  }
  const port = Number(parts.port);
  if (port > 65_535) return fail(`has port ${parts.port}; write one from 0 to 65535`);
  const host = parts.six === undefined ? parts.name ?? "" : `[${parts.six}]`;
  if (host !== "" && !URL.canParse(`http://${host}`)) {
    return fail(`has ${quote(host)}, which is neither a host name nor an address`);
  }
  return Object.freeze({ hostname: (parts.six ?? parts.name) || undefined, port });
});

/** Paths that are spoken for; what is under `/dashboards` is as well. */
const reservedPaths = ["/healthz", "/alerts.yml", "/dashboards"];

/** The path of a URL, without a slash at its end, that is none of the exporter's other pages. */
export const metricsPath: TextSchema<string> = fromText((text, fail) => {
  if (!text.startsWith("/")) {
    return fail(`is ${quote(text)}; a path starts with a slash, such as /metrics`);
  }
  const path = text.replace(/\/+$/, "");
  if (path === "") return fail("is /, where the status page is; write another, such as /metrics");
  // A URL changes what it does not take as a path: `?`, `#`, white space, `..`, `//`.
  const host = "http://exporter";
  if (
    path.includes("//") || !URL.canParse(host + path) || new URL(host + path).href !== host + path
  ) {
    return fail(`is ${quote(text)}; write a plain path such as /metrics, without ?, # or spaces`);
  }
  // What is escaped could be read as another page's path.
  if (path.includes("%")) return fail(`is ${quote(text)}; write a path without %`);
  if (/[?#]/.test(path)) {
    return fail(`is ${quote(text)}; write a path without a query or a fragment`);
  }
  if (reservedPaths.includes(path) || path.startsWith("/dashboards/")) {
    return fail(`is ${path}, which is taken by another page; write another, such as /metrics`);
  }
  return path;
});

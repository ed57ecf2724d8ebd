/**
 * Plex tokens: what one may look like, and a box that keeps it from being printed by accident.
 * It does not know whether Plex accepts them.
 */
import * as z from "zod";
import { problemsOf, readFileValue, type ReadText } from "./env.ts";
import { fromText, quote, quotesProblem } from "./value_schemas.ts";

const inspectInDeno = Symbol.for("Deno.customInspect");
const inspectInNode = Symbol.for("nodejs.util.inspect.custom");

/** A value that is only given out on request: printing or serialising it shows `[redacted]`. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
    Object.freeze(this);
  }

  /** The value itself, for the place that sends it and for the log, which must know what to hide. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return "[redacted]";
  }

  toJSON(): string {
    return "[redacted]";
  }

  [inspectInDeno](): string {
    return "[redacted]";
  }

  [inspectInNode](): string {
    return "[redacted]";
  }
}

/** What is wrong with a token, without a letter of it; undefined if it can be sent in a header. */
function problemOf(token: string): string | undefined {
  if (token === "") return "is empty: there is a comma too many";
  const quotes = quotesProblem(token);
  if (quotes !== undefined) return quotes;
  if (/^https?:\/\//i.test(token)) {
    return "is a URL; write only the token, and the URL of the server in PLEX_SERVER";
  }
  if (/^X-Plex-Token\b/i.test(token)) {
    return "starts with the name X-Plex-Token; write only what follows it";
  }
  if (/\s/.test(token)) return "has white space inside; write the token in one piece";
  if (!/^[\x21-\x7e]+$/.test(token)) {
    return "has a character that cannot be sent in a header; write letters, digits, - and _";
  }
  return undefined;
}

const token = fromText((text, fail) => {
  const fault = problemOf(text);
  return fault === undefined ? new Secret(text) : fail(fault);
});

/** One token or several, by commas or lines. No message repeats any part of them. */
export const tokens = z.string()
  .transform((text) => text.trim().split(/\s*[,\n]\s*/))
  .pipe(z.array(token));

/** A token for each server, in the order of the servers, or what stands in the way. */
export type TokenResult =
  | { readonly tokens: readonly Secret[]; readonly problems?: undefined }
  | { readonly problems: readonly string[]; readonly tokens?: undefined };

/**
 * Gives each of `count` servers its token: one serves them all, else there must be as many. With
 * no server known there is nothing to give and nothing wrong. `name` is the setting in messages.
 */
export function assignTokens(name: string, list: readonly Secret[], count: number): TokenResult {
  const [first] = list;
  if (list.length === 1 && first !== undefined) {
    return { tokens: Array.from({ length: count }, () => first) };
  }
  if (list.length === count || count === 0) return { tokens: list.slice(0, count) };
  const servers = count === 1 ? "1 server" : `${count} servers`;
  const right = count === 1 ? "give one" : "give one for all, or one for each in the same order";
  return { problems: [`${name} has ${list.length} tokens for ${servers}; ${right}`] };
}

/**
 * The tokens in the file of PLEX_TOKEN_FILE, for `count` servers. It is asked at the start and
 * again when Plex rejects a token; a file that is missing, empty or wrong gives problems.
 */
export function readTokenFile(path: string, count: number, readText: ReadText): TokenResult {
  const name = "PLEX_TOKEN_FILE";
  const file = readFileValue(name, path, readText);
  if (file.problem !== undefined) return { problems: [file.problem] };
  if (file.text.trim() === "") {
    return { problems: [`${name} names ${quote(path)}, which is empty`] };
  }
  const { data, error } = tokens.safeParse(file.text);
  if (error !== undefined) return { problems: problemsOf(name, file.text, error.issues) };
  return assignTokens(name, data, count);
}

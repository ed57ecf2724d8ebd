/** Plex tokens: their syntax, the file they are read from, and which server gets which. */
import * as z from "zod";
import { problemsOf, readFileValue, type ReadText } from "./env.ts";
import { quote, quotesProblem } from "./quote.ts";
import type { Result } from "./result.ts";
import { Secret } from "./secret.ts";
import { fromText } from "./value_schemas.ts";

/** The problem of a token, without any part of it; undefined if it can be sent in a header. */
function tokenProblem(token: string): string | undefined {
  if (token === "") return "is empty; remove the extra comma";
  const quotes = quotesProblem(token);
  if (quotes !== undefined) return quotes;
  if (/^https?:\/\//i.test(token)) {
    return "is a URL; write only the token, and the URL of the server in PLEX_SERVER";
  }
  if (/^X-Plex-Token\b/i.test(token)) {
    return "starts with the name X-Plex-Token; write only what follows it";
  }
  if (/\s/.test(token)) return "contains white space; write the token as one word";
  if (!/^[\x21-\x7e]+$/.test(token)) {
    return "contains a character that cannot be sent in a header; write letters, digits, - and _";
  }
  return undefined;
}

const token = fromText((text, fail) => {
  const problem = tokenProblem(text);
  return problem === undefined ? new Secret(text) : fail(problem);
});

/** One or several tokens, separated by commas or lines. No message repeats any part of them. */
export const tokens = z.string()
  .transform((text) => text.trim().split(/\s*[,\n]\s*/))
  .pipe(z.array(token));

/** A token for each server, in the order of the servers. */
export type TokenResult = Result<readonly Secret[]>;

/**
 * Assigns a token to each of `count` servers: one token serves all servers, otherwise there must be
 * one for each. Without servers there is nothing to assign and no problem. `name` is the setting.
 */
export function assignTokens(name: string, list: readonly Secret[], count: number): TokenResult {
  const [first] = list;
  if (list.length === 1 && first !== undefined) {
    return { value: Array.from({ length: count }, () => first) };
  }
  if (list.length === count || count === 0) return { value: list.slice(0, count) };
  const servers = count === 1 ? "1 server" : `${count} servers`;
  const expected = count === 1
    ? "write one"
    : "write one for all, or one for each in the same order";
  return { problems: [`${name} has ${list.length} tokens for ${servers}; ${expected}`] };
}

/**
 * Reads the tokens of `count` servers from the file of PLEX_TOKEN_FILE, at start and again when Plex
 * rejects a token. A file that is missing, empty or malformed is a problem. It never throws.
 */
export function readTokenFile(path: string, count: number, readText: ReadText): TokenResult {
  const name = "PLEX_TOKEN_FILE";
  const { text, problem } = readFileValue(name, path, readText);
  if (problem !== undefined) return { problems: [problem] };
  if (text.trim() === "") return { problems: [`${name}: the file ${quote(path)} is empty`] };
  const { data, error } = tokens.safeParse(text);
  if (error !== undefined) return { problems: problemsOf(name, text, error.issues) };
  return assignTokens(name, data, count);
}

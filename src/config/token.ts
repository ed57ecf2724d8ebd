/** The values of PLEX_TOKEN and PLEX_TOKEN_FILE: syntax, and which server gets which token. */
import { readFile, type ReadText } from "./file.ts";
import { quote } from "./quote.ts";
import type { ReadResult } from "./read_result.ts";
import { Secret } from "./secret.ts";
import type { SettingValues } from "./settings.ts";
import { fromText, listOf, parseText } from "./value_schemas.ts";

/** What a token is not, with messages that repeat no part of it. */
const MISTAKES: readonly (readonly [RegExp, string])[] = [
  [
    /^https?:\/\//i,
    "is a URL; write only the token, and the URL of the server in PLEX_SERVER",
  ],
  [/^X-Plex-Token\b/i, "starts with the name X-Plex-Token; write only what follows it"],
  [/\s/, "contains white space; write the token as one word"],
  [
    /[^\x21-\x7e]/,
    "contains a character that cannot be sent in a header; write letters, digits, - and _",
  ],
];

/** One or several tokens. */
const tokens = listOf(fromText((text, fail) => {
  const [, problem] = MISTAKES.find(([pattern]) => pattern.test(text)) ?? [];
  return problem === undefined ? new Secret(text) : fail(problem);
}));

/** A token for each server, in the order of the servers. */
export type TokenResult = ReadResult<readonly Secret[]>;

/** Reads the tokens of `count` servers, from PLEX_TOKEN or the file of PLEX_TOKEN_FILE. */
export function readTokens(
  { PLEX_TOKEN: text, PLEX_TOKEN_FILE: path }: SettingValues,
  count: number,
  readText: ReadText,
): TokenResult {
  if (text !== undefined && path !== undefined) {
    return { problems: ["PLEX_TOKEN and PLEX_TOKEN_FILE are both set; keep one of them"] };
  }
  if (path !== undefined) return readTokenFile(path, count, readText);
  if (text !== undefined) return parseTokens("PLEX_TOKEN", text, count);
  const problem = "PLEX_TOKEN is not set; set it, or PLEX_TOKEN_FILE to the token's file, or run " +
    "login, which gets one";
  return { problems: [problem] };
}

/**
 * Reads the tokens of `count` servers from the file of PLEX_TOKEN_FILE, at start and again when
 * Plex rejects a token. A file that is missing, empty or malformed is a problem. It never throws.
 */
export function readTokenFile(path: string, count: number, readText: ReadText): TokenResult {
  const name = "PLEX_TOKEN_FILE";
  const { value: text, problems } = readFile(name, path, readText);
  if (problems !== undefined) return { problems };
  if (text.trim() === "") return { problems: [`${name}: the file ${quote(path)} is empty`] };
  return parseTokens(name, text, count);
}

/** One token is for all servers, otherwise there must be one for each; for 0 servers any number. */
function parseTokens(name: string, text: string, count: number): TokenResult {
  const { value: list, problems } = parseText(name, text, tokens);
  if (problems !== undefined) return { problems };
  const [first, second] = list;
  if (first !== undefined && second === undefined) {
    return { value: new Array<Secret>(count).fill(first) };
  }
  if (list.length === count || count === 0) return { value: list };
  const expected = count === 1
    ? "1 server; write one"
    : `${count} servers; write one for all, or one for each in the same order`;
  return { problems: [`${name} has ${list.length} tokens for ${expected}`] };
}

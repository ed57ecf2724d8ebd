/** Where the text of settings comes from: the environment, the `.env` file and files they name. */
import { parseEnv } from "node:util";
import type * as z from "zod";
import { quote, redactTokens } from "./quote.ts";
import { didYouMean } from "./suggest.ts";

/** Reads a text file; throws if it cannot. */
export type ReadText = (path: string) => string;

/** Where settings come from. */
export interface ConfigSources {
  /** Returns an environment variable. Called for the names of settings only. */
  readonly environment: (name: string) => string | undefined;
  /** The text of the `.env` file, if there is one. The environment has precedence. */
  readonly dotenv?: string | undefined;
  /** Values of all `PLEX_*` settings, in place of the environment and the `.env` file. */
  readonly plex?: Readonly<Record<string, string>> | undefined;
  /** Defaults that replace those of the settings table. */
  readonly defaults?: Readonly<Record<string, string>> | undefined;
  readonly readText: ReadText;
}

/** The variables of a `.env` file. Malformed lines are skipped. */
export function parseDotenv(text: string): Readonly<Record<string, string | undefined>> {
  // A byte order mark, which editors on Windows write, would become part of the first name.
  return parseEnv(text.replace(/^\uFEFF/, ""));
}

/** A warning for each line of a `.env` file that is neither an assignment nor a comment. */
export function malformedDotenvLines(text: string): string[] {
  const values = Object.values(parseDotenv(text));
  // A multi-line value may contain anything.
  if (values.some((value) => value?.includes("\n"))) return [];
  return text.split("\n").flatMap((line, index) =>
    /^\s*(#|$)|=/.test(line) ? [] : `line ${index + 1} of .env is not NAME=value; it is ignored`
  );
}

/** A warning for each of `names` that is not `known`, with a suggestion if one is close. */
export function unknownNames(names: readonly string[], known: readonly string[]): string[] {
  return names.filter((name) => !known.includes(name)).map((name) =>
    `${quote(name).slice(1, -1)} in .env is not a setting${didYouMean(name, known)}`
  );
}

/**
 * The issues of a schema as sentences that start with the name of the setting; if `text` is a list,
 * with the number of the entry as well.
 */
export function problemsOf(
  name: string,
  text: string,
  issues: readonly z.core.$ZodIssue[],
): string[] {
  const isList = /[,\n]/.test(text.trim());
  return issues.map(({ path: [index], message }) =>
    isList && typeof index === "number"
      ? `${name} (entry ${index + 1}) ${message}`
      : `${name} ${message}`
  );
}

/** The text of the file that setting `name` points to, or a sentence that says why it has none. */
export function readFileValue(
  name: string,
  path: string,
  readText: ReadText,
):
  | { readonly text: string; readonly problem?: undefined }
  | { readonly problem: string; readonly text?: undefined } {
  try {
    return { text: readText(path) };
  } catch (error) {
    // Deno's message repeats the path, which may be a token by mistake.
    const [reason = ""] = (error instanceof Error ? error.message : String(error))
      .split(": readfile ");
    return {
      problem: `${name}: cannot read the file ${quote(path)}: ${redactTokens(reason)}`,
    };
  }
}

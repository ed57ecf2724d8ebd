/**
 * Where the texts of settings come from: environment, `.env`, files; and how a fault in one of them
 * is worded. It does not know what the texts mean.
 */
import { parseEnv } from "node:util";
import type * as z from "zod";
import { closest, hideTokens, quote } from "./value_schemas.ts";

/** Reads a file of text; throws where it can't. */
export type ReadText = (path: string) => string;

/** Where settings come from. */
export interface ConfigSources {
  /** A variable of the environment. Only the names of settings are asked for. */
  readonly environment: (name: string) => string | undefined;
  /** The text of the `.env` file, if there is one. The environment wins over it. */
  readonly dotenv?: string | undefined;
  /** What the settings about Plex are, whatever is said of them elsewhere. */
  readonly plex?: Readonly<Record<string, string>> | undefined;
  /** What others are that nothing else sets. */
  readonly defaults?: Readonly<Record<string, string>> | undefined;
  readonly readText: ReadText;
}

/** The variables of a `.env` file. Lines that are none are passed over. */
export function parseDotenv(text: string): Readonly<Record<string, string | undefined>> {
  // Editors on Windows put a byte order mark in front, which would become part of the first name.
  return parseEnv(text.replace(/^\uFEFF/, ""));
}

/** A warning for each line of a `.env` file that sets nothing and says nothing. */
export function malformedDotenvLines(text: string): string[] {
  const values = Object.values(parseDotenv(text));
  // Within a value of several lines anything may stand.
  if (values.some((value) => value?.includes("\n"))) return [];
  return text.split("\n").flatMap((line, index) =>
    /^\s*(#|$)|=/.test(line) ? [] : `line ${index + 1} of .env is no NAME=value and has no effect`
  );
}

/** A warning for each of `names` that is not `known`, with the one that was probably meant. */
export function unknownNames(names: readonly string[], known: readonly string[]): string[] {
  return names.filter((name) => !known.includes(name)).map((name) => {
    const meant = closest(name, known);
    const hint = meant === undefined ? "" : `; did you mean ${meant}?`;
    return `${quote(name).slice(1, -1)} in .env is not a setting${hint}`;
  });
}

/**
 * The issues that a schema found in `text`, as sentences that start with the setting's name, and
 * say which entry they mean where there are several.
 */
export function problemsOf(
  name: string,
  text: string,
  issues: readonly z.core.$ZodIssue[],
): string[] {
  const several = /[,\n]/.test(text.trim());
  return issues.map(({ path: [index], message }) =>
    several && typeof index === "number"
      ? `${name} (entry ${index + 1}) ${message}`
      : `${name} ${message}`
  );
}

/** The text of a file that a setting names, or a sentence about why there is none. */
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
    // Deno repeats the path, which may be a token by mistake.
    const [reason = ""] = (error instanceof Error ? error.message : String(error))
      .split(": readfile ");
    const why = hideTokens(reason);
    return { problem: `${name} names ${quote(path)}, which cannot be read: ${why}` };
  }
}

/** Where the text of settings comes from: the environment and the `.env` file. */
import { parseEnv } from "node:util";
import type { ReadText } from "./file.ts";
import { quote } from "./quote.ts";
import { didYouMean } from "./suggest.ts";

/** What settings are read from. */
export interface ConfigSources {
  /** Returns an environment variable. Called for the names of settings only. */
  readonly environment: (name: string) => string | undefined;
  /** The text of the `.env` file, if there is one. The environment has precedence. */
  readonly dotenv?: string | undefined;
  /**
   * Values of `PLEX_*` and `STATE_FILE` instead of all other sources: for the demo, and for commands
   * that do not contact Plex.
   */
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

/** Warnings of lines of a `.env` file that have no effect, and of names that are not `known`. */
export function dotenvWarnings(text: string, known: readonly string[]): string[] {
  const variables = parseDotenv(text);
  // A multi-line value may contain anything.
  const isMultiLine = Object.values(variables).some((value) => value?.includes("\n"));
  const malformed = isMultiLine
    ? []
    : text.split("\n").flatMap((line, index) =>
      /^\s*(#|$)|=/.test(line) ? [] : `line ${index + 1} of .env is not NAME=value; it is ignored`
    );
  const unknown = Object.keys(variables).filter((name) => !known.includes(name)).map((name) =>
    `${quote(name).slice(1, -1)} in .env is not a setting${didYouMean(name, known)}`
  );
  return [...malformed, ...unknown];
}

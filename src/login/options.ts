/** The options of the `login` command. */
import { parseArgs } from "node:util";
import type { ReadResult } from "../config/read_result.ts";

export interface LoginOptions {
  /** The file to write the settings to; absent: stdout. */
  readonly file: string | undefined;
  /** Replaces the file if there is one. */
  readonly force: boolean;
}

/** Reads the arguments after `login`. */
export function readOptions(args: readonly string[]): ReadResult<LoginOptions> {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { write: { type: "string" }, force: { type: "boolean" } },
    });
    const { force = false, write: file } = values;
    if (file === "") return { problems: ["--write needs the name of a file, such as .env"] };
    if (force && file === undefined) {
      return { problems: ["--force is for --write, which names the file to replace"] };
    }
    return { value: { file, force } };
  } catch (error) {
    return { problems: [error instanceof Error ? error.message : String(error)] };
  }
}

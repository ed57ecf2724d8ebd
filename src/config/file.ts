/** Reads the files that settings name. */
import { quote, redactTokens } from "./quote.ts";
import type { ReadResult } from "./read_result.ts";

/** Reads a text file; throws if it cannot. */
export type ReadText = (path: string) => string;

/** The text of the file that setting `name` points to. It never throws. */
export function readFile(name: string, path: string, readText: ReadText): ReadResult<string> {
  try {
    return { value: readText(path) };
  } catch (error) {
    // Deno's message repeats the path, which may be a token by mistake.
    const [reason = ""] = (error instanceof Error ? error.message : String(error))
      .split(": readfile ");
    return { problems: [`${name}: cannot read the file ${quote(path)}: ${redactTokens(reason)}`] };
  }
}

/** The text of the sources, to look for messages that the documents quote. */
import { projectFiles, ROOT } from "./markdown.ts";

/** All sources in one text, with string literals that are broken over lines joined. */
export function readSources(): string {
  return projectFiles("src/").map((path) =>
    Deno.readTextFileSync(new URL(path, ROOT)).replace(/" \+\n\s*"/g, "")
  ).join("\n");
}

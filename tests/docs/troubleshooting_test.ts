/** The page on troubleshooting quotes what the program says. */
import assert from "node:assert/strict";
import { readDocument } from "./markdown.ts";
import { readSources } from "./sources.ts";

/** The messages that the page quotes: in lines that name where they appear, and in its table. */
function quotedMessages(text: string): readonly string[] {
  const lines = text.split("\n").flatMap((line) => {
    const [, where] = /^- ((?:Page|Log|`check`)[^:]*:.*)$/.exec(line) ?? [];
    const [, cell] = /^\| (`[^`]+`)/.exec(line) ?? [];
    return where === undefined ? cell ?? [] : where.replace(/^[^:]*:/, "");
  });
  return lines.flatMap((line) =>
    [...line.matchAll(/`([^`]+)`/g)].map(([, message = ""]) => message)
  );
}

Deno.test("every message that the page on troubleshooting quotes is one of the program's", () => {
  const messages = quotedMessages(readDocument("docs/troubleshooting.md").text);
  assert.ok(messages.length > 20);
  const sources = readSources();
  assert.deepEqual(messages.filter((message) => !sources.includes(message)), []);
});

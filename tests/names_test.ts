/**
 * Every numbered statement of the documents has a test whose name begins with its number: the
 * invariants, the quirks of Plex's notifications and the statuses of its answers.
 */
import assert from "node:assert/strict";
import { readDocument, ROOT } from "./docs/markdown.ts";

/** The numbers that `pattern` finds in a document. */
function numbersIn(path: string, pattern: RegExp): readonly number[] {
  return [...readDocument(path).text.matchAll(pattern)].map(([, number]) => Number(number));
}

/** What the names begin with, and the numbers there are. */
const NUMBERS: Readonly<Record<string, readonly number[]>> = {
  invariant: numbersIn("docs/architecture.md", /^\| (\d+) +\| /gm),
  quirk: numbersIn("docs/plex/notifications.md", /^### Quirk (\d+):/gm),
  error: numbersIn("docs/plex/api.md", /^\| (\d{3}) /gm),
};

/** The text of all tests that need nothing but Deno. */
function readTests(folder = "tests/"): string {
  return [...Deno.readDirSync(new URL(folder, ROOT))].map(({ name, isDirectory }) => {
    const path = folder + name;
    if (isDirectory) return name === "real" ? "" : readTests(`${path}/`);
    return name.endsWith("_test.ts") ? Deno.readTextFileSync(new URL(path, ROOT)) : "";
  }).join("\n");
}

for (const [kind, numbers] of Object.entries(NUMBERS)) {
  Deno.test(`every ${kind} has a test that is named after it`, () => {
    assert.ok(numbers.length > 8);
    const names = readTests().matchAll(new RegExp(`["\`]${kind}s? ([\\d, and]+): \\S`, "g"));
    const named = new Set([...names].flatMap(([, list = ""]) => list.match(/\d+/g)?.map(Number)));
    assert.deepEqual(numbers.filter((number) => !named.has(number)), []);
  });
}

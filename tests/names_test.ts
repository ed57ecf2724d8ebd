/**
 * That there is a test for each numbered promise: the invariants of the design, the quirks of Plex's
 * notifications and its error answers. A test's name begins with the number that it proves.
 */
import assert from "node:assert/strict";
import { ROOT } from "./docs/markdown.ts";

const range = (last: number) => Array.from({ length: last }, (_, index) => index + 1);

/** What the names begin with, and the numbers there are. */
const NUMBERS: Readonly<Record<string, readonly number[]>> = {
  // The design's: from what the core imports to what stopping leaves.
  invariant: range(13),
  // §5 of the notes on notifications.
  quirk: range(12),
  // §0 of the notes on the API: the statuses, those of a page in place of an answer included.
  error: [200, 400, 401, 403, 404, 429, 500, 502, 503],
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
    const names = readTests().matchAll(new RegExp(`["\`]${kind}s? ([\\d, and]+): \\S`, "g"));
    const named = new Set([...names].flatMap(([, list = ""]) => list.match(/\d+/g)?.map(Number)));
    assert.deepEqual(numbers.filter((number) => !named.has(number)), []);
  });
}

/** The recipes in CONTRIBUTING: short, complete for their example, and its code runs. */
import assert from "node:assert/strict";
import { startPlex } from "../../src/simulator/plex.ts";
import { DrivenClock } from "../testing/driven_clock.ts";
import { codeBlocks, projectFiles, readDocument, ROOT, sections } from "./markdown.ts";

const DOCUMENT = readDocument("CONTRIBUTING.md");

/** The text of a section. */
function section(name: string): string {
  const found = sections(DOCUMENT, 2).find(({ heading }) => heading === name);
  assert.ok(found, `CONTRIBUTING has no section "${name}"`);
  return found.text;
}

for (
  const [recipe, limit] of [
    ["Add a metric from known data", 4],
    ["Add a metric from a new endpoint", 8],
  ] as const
) {
  Deno.test(`the recipe "${recipe}" has at most ${limit} steps`, () => {
    const steps = section(recipe).match(/^\d+\. /gm) ?? [];
    assert.ok(steps.length > 0 && steps.length <= limit, `${steps.length} steps`);
  });
}

Deno.test("the recipe for a new endpoint names every file that its example is in", () => {
  const text = section("Add a metric from a new endpoint");
  const involved = projectFiles("src/")
    .filter((path) => !/^src\/(simulator|web)\//.test(path))
    .filter((path) => /releases|updater/i.test(Deno.readTextFileSync(new URL(path, ROOT))));
  assert.ok(involved.length > 8);
  assert.deepEqual(involved.filter((path) => !text.includes(path)), []);
});

Deno.test("the example of a scripted Plex runs", async () => {
  const [code = ""] = codeBlocks(DOCUMENT, "js");
  const AsyncFunction = (async () => {}).constructor as FunctionConstructor;
  await new AsyncFunction("assert", "DrivenClock", "startPlex", code)(
    assert,
    DrivenClock,
    startPlex,
  );
});

/** The parts of the documents that are printed from the code. */
import assert from "node:assert/strict";
import { readDocument } from "./markdown.ts";
import { PARTS, printParts } from "./print.ts";

for (const [path, parts] of Object.entries(PARTS)) {
  Deno.test(`invariant 11: the tables in ${path} are those of the code`, () => {
    const { text } = readDocument(path);
    assert.ok(text === printParts(text, parts), "print them again: deno task docs");
  });
}

Deno.test("tables are only printed into texts with the markers, each once", () => {
  const mark = "<!-- begin a: printed by deno task docs -->\n<!-- deno-fmt-ignore-start -->\n";
  const whole = `x\n${mark}old\n<!-- deno-fmt-ignore-end -->\n<!-- end a -->\ny\n`;
  const parts = { a: () => "new" };
  assert.match(printParts(whole, parts), /^x\n.*\n.*\n\nnew\n\n.*\n.*\ny\n$/);
  assert.equal(printParts(printParts(whole, parts), parts), printParts(whole, parts));
  for (const text of ["", mark, `${whole}${whole}`]) assert.throws(() => printParts(text, parts));
});

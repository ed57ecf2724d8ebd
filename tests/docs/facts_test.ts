/** The facts about Plex in docs/plex: each says where it comes from and how sure it is. */
import assert from "node:assert/strict";
import { readDocument, sections } from "./markdown.ts";

const PAGES = ["docs/plex/api.md", "docs/plex/notifications.md"];

/** The last lines of a fact: kinds of source in words, then the confidence. */
const GRADE =
  /\n\n_Source: [^_]*\b(recorded|documented|inferred)\b[^_]*\. Confidence: (high|medium|low)\b[^_]*\._\n*$/;

for (const path of PAGES) {
  Deno.test(`every fact in ${path} ends with its source and its confidence`, () => {
    const facts = sections(readDocument(path), 3);
    assert.ok(facts.length > 20);
    const ungraded = facts.filter(({ text }) => !GRADE.test(text)).map(({ heading }) => heading);
    assert.deepEqual(ungraded, []);
  });
}

Deno.test("a fact without a source, a confidence or an end is found", () => {
  const grade = (line: string) => GRADE.test(`Text.\n\n${line}\n`);
  assert.ok(
    grade("_Source: recorded (1.43.4), inferred for JSON. Confidence: high; low for JSON._"),
  );
  for (
    const line of [
      "_Source: recorded._",
      "_Source: hearsay. Confidence: high._",
      "_Source: recorded. Confidence: total._",
      "_Source: recorded. Confidence: high._\n\nMore.",
    ]
  ) assert.ok(!grade(line), line);
});

/** The form of the CHANGELOG. */
import assert from "node:assert/strict";
import { readDocument } from "./markdown.ts";

Deno.test("the CHANGELOG is in the form of Keep a Changelog", () => {
  const { text } = readDocument("CHANGELOG.md");
  assert.match(text, /^# Changelog\n/);
  assert.match(text, /^## \[Unreleased\]$/m);
  const kinds = ["Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"];
  for (const [, kind = ""] of text.matchAll(/^### (.+)$/gm)) assert.ok(kinds.includes(kind), kind);
});

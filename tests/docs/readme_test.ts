/** README and CONTRIBUTING stay short, and the README keeps its commands. */
import assert from "node:assert/strict";
import { codeBlocks, readDocument } from "./markdown.ts";

/** The most bytes that each may have. */
const LIMITS: Readonly<Record<string, number>> = { "README.md": 12_000, "CONTRIBUTING.md": 8_000 };

for (const [path, limit] of Object.entries(LIMITS)) {
  Deno.test(`${path} has at most ${limit} bytes`, () => {
    const { length } = new TextEncoder().encode(readDocument(path).text);
    assert.ok(length <= limit, `${length} bytes: move what only some readers need to docs/`);
  });
}

Deno.test("the README has the commands for the demo and the tests", () => {
  const commands = codeBlocks(readDocument("README.md"), "sh");
  for (const task of ["demo", "test"]) {
    assert.ok(commands.includes(`npx -y deno@2.9.6 task ${task}\n`), task);
  }
});

Deno.test("the README has the three ways to start on its first screen", () => {
  const lines = readDocument("README.md").text.split("\n").slice(0, 50).join("\n");
  for (const command of ["docker run ", "./prometheus-plex-exporter-", "task demo"]) {
    assert.ok(lines.includes(command), command);
  }
});

/** The text of `--help`. */
import assert from "node:assert/strict";
import { settingNames } from "../../src/config/mod.ts";
import { helpText } from "../../src/help.ts";

Deno.test("helpText() names every command and setting within 96 columns", () => {
  const text = helpText("1.2.3");
  for (
    const word of [
      "1.2.3",
      "serve",
      "login",
      "check",
      "history",
      "demo",
      "healthcheck",
      "--help",
      "--version",
    ]
  ) {
    assert.ok(text.includes(word), word);
  }
  for (const name of settingNames) assert.match(text, new RegExp(`^  ${name}  `, "m"));
  for (const line of text.split("\n")) {
    assert.ok(line.length <= 96 && line === line.trimEnd(), line);
  }
});

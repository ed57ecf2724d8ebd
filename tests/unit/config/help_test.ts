/** The text of `--help`. */
import assert from "node:assert/strict";
import { helpText, settingNames, settingsTable } from "../../../src/config/mod.ts";
import {} from "../../testing/config.ts";

Deno.test("helpText() names every command and setting within 96 columns", () => {
  const text = helpText("1.2.3");
  for (
    const word of [
      "1.2.3",
      "serve",
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

Deno.test("settingsTable() has a row for every setting, with its columns aligned", () => {
  const lines = settingsTable().trimEnd().split("\n");
  assert.equal(lines.length, settingNames.length + 2);
  assert.equal(new Set(lines.map((line) => line.length)).size, 1);
  settingNames.forEach((name, index) => assert.ok(lines[index + 2]?.startsWith(`| \`${name}\` `)));
});

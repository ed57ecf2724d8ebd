/** The texts of `--help`, and of errors about arguments. */
import assert from "node:assert/strict";
import { settingNames } from "../../src/config/mod.ts";
import { argumentError, helpText } from "../../src/help.ts";
import { readOptions as readHistoryOptions } from "../../src/history/options.ts";
import { readOptions as readLoginOptions } from "../../src/login/options.ts";

const COMMANDS = ["serve", "login", "check", "history", "demo", "healthcheck"];

/** The options that a text lists, as arguments, each with the placeholder of its value. */
function optionsIn(text: string): readonly (readonly string[])[] {
  return [...text.matchAll(/^ {2}(--[a-z]+)(?: ([A-Z=]+))? {2}/gm)]
    .map(([, name = "", value]) => value === undefined ? [name] : [name, value]);
}

/** The settings that a text lists. */
function settingsIn(text: string): readonly string[] {
  return [...text.matchAll(/^ {2}([A-Z_]+) {2}/gm)].map(([, name = ""]) => name);
}

function assertFits(text: string): void {
  for (const line of text.split("\n")) {
    assert.ok(line.length <= 96 && line === line.trimEnd(), line);
  }
}

Deno.test("helpText() names every command, option and setting within 96 columns", () => {
  const text = helpText("1.2.3");
  for (
    const word of ["1.2.3", ...COMMANDS, "--help", "--version", "--write FILE", "--since TIME"]
  ) {
    assert.ok(text.includes(word), word);
  }
  assert.deepEqual(settingsIn(text), settingNames);
  assertFits(text);
});

for (const command of COMMANDS) {
  Deno.test(`helpText() of ${command} has its usage, its options and an example, and no other command`, () => {
    const text = helpText("1.2.3", command);
    assert.match(text, new RegExp(`^Usage: prometheus-plex-exporter ${command} \\[`));
    assert.match(text, /^ {2}--help +print this text$/m);
    assert.match(text, new RegExp(`\nExample:\n {2}prometheus-plex-exporter ${command}\\b`));
    assert.doesNotMatch(text, /Commands:|--version/);
    assert.ok(settingsIn(text).length < settingNames.length / 2);
    assertFits(text);
    // The help of the program has every option of the command, too.
    const all = helpText("1.2.3");
    for (const line of text.split("\n").filter((line) => line.startsWith("  --"))) {
      const [name = ""] = line.trim().split(/ {2,}/);
      assert.ok(all.includes(`  ${name}  `), name);
    }
  });
}

Deno.test("helpText() lists the settings of history and of healthcheck, and none of login", () => {
  const names = settingsIn(helpText("1.2.3", "history"));
  assert.ok(names.includes("PLEX_TOKEN") && names.includes("TZ") && names.includes("HIDE_LABELS"));
  assert.ok(!names.includes("WALK_INTERVAL"));
  assert.deepEqual(settingsIn(helpText("1.2.3", "healthcheck")), [
    "LISTEN_ADDRESS",
    "WEB_CONFIG_FILE",
  ]);
  assert.doesNotMatch(helpText("1.2.3", "login"), /Settings/);
  assert.match(helpText("1.2.3", "check"), /\nSettings: all that .* --help lists\n/);
});

Deno.test("helpText() of login and history lists the options that they take", () => {
  const read = {
    login: (args: readonly string[]) => readLoginOptions(args),
    history: (args: readonly string[]) => readHistoryOptions(args, 0),
  };
  const counts = { login: 3, history: 6 };
  for (const command of ["login", "history"] as const) {
    const options = optionsIn(helpText("1.2.3", command));
    assert.equal(options.length, counts[command]);
    for (const option of options.filter(([name]) => name !== "--help")) {
      const { problems = [] } = read[command](option);
      assert.doesNotMatch(problems.join(), /Unknown option|argument missing/, option.join(" "));
    }
  }
});

Deno.test("helpText() of a command that is not there is that of the program", () => {
  for (const name of ["sevre", "constructor", ""]) {
    assert.equal(helpText("1.2.3", name), helpText("1.2.3"));
  }
});

Deno.test("argumentError() distinguishes a command, an option and an argument", () => {
  assert.equal(
    argumentError(["sevre"]),
    'there is no command "sevre"; see --help',
  );
  assert.equal(
    argumentError(["--port=1"]),
    'there is no option "--port=1"; see --help',
  );
  assert.equal(
    argumentError(["check", "twice", "--now"]),
    'check does not take "twice --now"; see check --help',
  );
});

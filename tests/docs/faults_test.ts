/** The table of faults is complete, and its log messages exist. */
import assert from "node:assert/strict";
import { SCENARIOS } from "../testing/fault_scenarios.ts";
import { STATE_FILE_FAULTS, type StateFileFault } from "../testing/state_file_faults.ts";
import { ROOT } from "./markdown.ts";
import { readSources } from "./sources.ts";

/** The part of a log message that stands in the sources: without a prefix or what is filled in. */
function sourceText(message: string): string {
  const description = /^Cannot read (.+)$/.exec(message)?.[1] ??
    /^Can read (.+) again$/.exec(message)?.[1];
  if (description !== undefined) return `description: "${description}"`;
  return message.replace(/^Plex is down: /, "");
}

Deno.test("log messages in the table of faults exist in the program", () => {
  const sources = readSources();
  const messages = SCENARIOS.flatMap(({ logged, loggedAfter, alsoLogged = [] }) =>
    [logged?.text, loggedAfter, ...alsoLogged].filter((text) => text !== undefined)
  );
  assert.ok(messages.length > SCENARIOS.length / 2);
  for (const message of messages) assert.ok(sources.includes(sourceText(message)), message);
});

Deno.test("every fault that the simulated Plex can be set to is on the list of faults", () => {
  const faults = Deno.readTextFileSync(new URL("src/simulator/faults.ts", ROOT));
  const kinds = [...faults.matchAll(/^ {2}\| \{ readonly kind: "([^"]+)"/gm)]
    .map(([, kind = ""]) => kind);
  assert.ok(kinds.length > 30);
  const played = new Set<string>(
    SCENARIOS.flatMap(({ faults = [] }) => faults.map(({ fault }) => fault.kind)),
  );
  assert.deepEqual(kinds.filter((kind) => !played.has(kind)), []);
});

Deno.test("every fault of the state file has a test, and its log message is the program's", () => {
  const sources = readSources();
  const tests = ["tests/e2e/state_file_test.ts", "tests/real/state_file_faults_test.ts"]
    .map((path) => Deno.readTextFileSync(new URL(path, ROOT))).join("\n");
  const faults: readonly (readonly [string, StateFileFault])[] = Object.entries(STATE_FILE_FAULTS);
  for (const [name, { logged = "" }] of faults) {
    assert.match(tests, new RegExp(`["\`](.*, )?${name}[":,]`), `${name} has no test`);
    for (const part of logged.split(": ")) assert.ok(sources.includes(part), `${name}: ${part}`);
  }
});

import assert from "node:assert/strict";
import { START } from "../../../testing/core_builders.ts";
import { pageOf, partOf, up } from "../../../testing/page_states.ts";
import type { StateFileStatus } from "../../../../src/web/page/state_file.ts";

function scrapesPart(stateFile?: StateFileStatus): string {
  return partOf(pageOf([up()], 20, { stateFile }), "scrapes");
}

Deno.test("the page has no line about a state file if there is none", () => {
  assert.doesNotMatch(scrapesPart(), /state file/i);
});

Deno.test("stateFileLine says when the state file was saved", () => {
  assert.match(
    scrapesPart({ savedAtMs: START + 13_000, isFailing: false }),
    / State file: saved 7 s ago\. Counters continue after a restart\.$/,
  );
  assert.match(
    scrapesPart({ savedAtMs: undefined, isFailing: false }),
    / State file: not saved yet/,
  );
});

Deno.test("stateFileLine says what it means that the state file cannot be written", () => {
  assert.match(
    scrapesPart({ savedAtMs: START - 40_000, isFailing: true }),
    / The state file cannot be written \(saved 60 s ago\): .* all counters begin at 0\. The log says why\.$/,
  );
  assert.match(scrapesPart({ savedAtMs: undefined, isFailing: true }), /\(not saved yet\)/);
});

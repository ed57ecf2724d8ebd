import assert from "node:assert/strict";
import type { Failure } from "../../../../src/core/enums.ts";
import type { Result } from "../../../../src/plex/request.ts";
import { createUnsupportedDetector } from "../../../../src/plex/collectors/unsupported.ts";
import { after, listed, START } from "../../../testing/core_builders.ts";

const failed = (failure: Failure): Result<unknown> => ({
  at: START,
  ok: false,
  failure,
  detail: failure,
});
const OK: Result<unknown> = { at: START, ok: true, value: [] };

const neverRead = after(listed(START));
const read = after(listed(START), { type: "activities_listed", at: START, activities: new Map() });

Deno.test("UnsupportedDetector needs one refusal if the source was never read", () => {
  for (const failure of ["not_found", "unauthorized"] as const) {
    const isUnsupported = createUnsupportedDetector(() => neverRead, "activities");
    assert.equal(isUnsupported(failed(failure)), true, failure);
  }
});

Deno.test("UnsupportedDetector needs two refusals in a row once the source was read", () => {
  const isUnsupported = createUnsupportedDetector(() => read, "activities");
  const answers = [failed("not_found"), OK, failed("not_found"), failed("unauthorized")];
  assert.deepEqual(answers.map(isUnsupported), [false, false, false, true]);
});

Deno.test("UnsupportedDetector ignores other failures", () => {
  const isUnsupported = createUnsupportedDetector(() => neverRead, "activities");
  for (const failure of ["timeout", "refused", "unavailable", "malformed", "other"] as const) {
    assert.equal(isUnsupported(failed(failure)), false, failure);
  }
});

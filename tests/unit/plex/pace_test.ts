import assert from "node:assert/strict";
import { restAfter } from "../../../src/plex/pace.ts";

Deno.test("restAfter is as long as the answer took, and half a second at least", () => {
  assert.deepEqual([0, 499, 501, 4_000].map(restAfter), [500, 500, 501, 4_000]);
});

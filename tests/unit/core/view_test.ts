import assert from "node:assert/strict";
import { laterView } from "../../../src/core/view.ts";

Deno.test("laterView returns the later of both, and the same object if nothing changes", () => {
  const known = { user: "bob", viewedS: 100 };
  assert.deepEqual(laterView(undefined, "bob", 5), { user: "bob", viewedS: 5 });
  assert.deepEqual(laterView(known, "bob", 101), { user: "bob", viewedS: 101 });
  assert.equal(laterView(known, "bob", 100), known);
  assert.equal(laterView(known, "bob", 99), known);
});

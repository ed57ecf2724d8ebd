import assert from "node:assert/strict";
import { laterView, recordItemViews } from "../../../src/core/view.ts";

Deno.test("laterView returns the later of both, and the same object if nothing changes", () => {
  const known = { user: "bob", viewedS: 100 };
  assert.deepEqual(laterView(undefined, "bob", 5), { user: "bob", viewedS: 5 });
  assert.deepEqual(laterView(known, "bob", 101), { user: "bob", viewedS: 101 });
  assert.equal(laterView(known, "bob", 100), known);
  assert.equal(laterView(known, "bob", 99), known);
});

Deno.test("recordItemViews keeps the last view of each item, in any order", () => {
  const lastItemViewS = new Map([[7, 200]]);
  recordItemViews(lastItemViewS, { ratingKeys: [7, 8], viewedS: 100 });
  recordItemViews(lastItemViewS, { ratingKeys: [8], viewedS: 300 });
  recordItemViews(lastItemViewS, { ratingKeys: [], viewedS: 400 });
  assert.deepEqual([...lastItemViewS], [[7, 200], [8, 300]]);
});

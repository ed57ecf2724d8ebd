import assert from "node:assert/strict";
import { LIMITS } from "../../../src/core/cardinality.ts";
import { HISTORY_OVERLAP_S } from "../../../src/core/view_tally.ts";
import { READ_S, tallyOf, view } from "../../testing/view_builders.ts";

function counts<Key extends object>(
  counts: ReadonlyMap<string, { readonly key: Key; readonly views: number }>,
): Record<string, number> {
  return Object.fromEntries(
    [...counts.values()].map(({ key, views }) => [Object.values(key).join("/"), views]),
  );
}

Deno.test("ViewTally counts by user, media type and library, and by title if there is one", () => {
  const tally = tallyOf([
    view(),
    view({ user: "eve" }),
    view(),
    view({ mediaType: "episode", library: "Series", title: "Harbour" }),
    view({ mediaType: "live_tv", library: "none", title: undefined, ratingKeys: [] }),
  ]);
  assert.equal(tally.rows, 5);
  assert.deepEqual(counts(tally.views), {
    "bob/movie/Films": 2,
    "eve/movie/Films": 1,
    "bob/episode/Series": 1,
    "bob/live_tv/none": 1,
  });
  assert.deepEqual(counts(tally.titleViews), {
    "movie/Films/The Long Road": 3,
    "episode/Series/Harbour": 1,
  });
});

Deno.test("ViewTally.add returns the same key object for equal keys", () => {
  const tally = tallyOf([]);
  assert.equal(tally.add(view()), tally.add(view()));
});

Deno.test("ViewTally has the last view of each user and item, whatever the order", () => {
  const tally = tallyOf([
    view({ viewedS: 300, ratingKeys: [7, 70] }),
    view({ viewedS: 100, ratingKeys: [8, 70] }),
    view({ viewedS: 200, user: "eve", ratingKeys: [9] }),
  ]);
  assert.deepEqual([...tally.lastViews.values()], [
    { user: "bob", viewedS: 300 },
    { user: "eve", viewedS: 200 },
  ]);
  assert.deepEqual([...tally.lastItemViewS], [[7, 300], [70, 300], [8, 100], [9, 200]]);
});

Deno.test("ViewTally keeps the rows of the overlap, and those in the future", () => {
  const old = Array.from({ length: 5_000 }, (_, index) => view({ viewedS: 1_000 + index }));
  const newest = view({ viewedS: READ_S - 60 });
  const edge = view({ viewedS: newest.viewedS - HISTORY_OVERLAP_S });
  const behind = view({ viewedS: edge.viewedS - 1 });
  const ahead = view({ viewedS: READ_S + 1e9 });
  const tally = tallyOf([...old, behind, edge, newest]);
  assert.deepEqual([...tally.recentRows.keys()], [edge.id, newest.id]);
  tally.add(ahead);
  assert.equal(tally.newestS, READ_S, "a time in the future is not used");
  assert.ok(tally.recentRows.has(newest.id) && tally.recentRows.has(ahead.id));
});

Deno.test("ViewTally counts users over the limit under other, and keeps the first ones", () => {
  const views = Array.from({ length: LIMITS.users + 3 }, (_, n) => view({ user: `user ${n}` }));
  const tally = tallyOf(views);
  const series = counts(tally.views);
  assert.equal(series["user 0/movie/Films"], 1);
  assert.equal(series["other/movie/Films"], 3);
  assert.equal(Object.keys(series).length, LIMITS.users + 1);
  assert.equal(tally.dropped.size, 3);
});

Deno.test("ViewTally counts keys over the limit under a key with other in every field", () => {
  const views = Array.from({ length: LIMITS.series + 5 }, (_, n) => view({ library: `L${n}` }));
  const tally = tallyOf(views);
  assert.equal(counts(tally.views)["other/other/other"], 5);
  assert.equal(tally.views.size, LIMITS.series + 1);
});

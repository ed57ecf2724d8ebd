import assert from "node:assert/strict";
import {
  countLibrary,
  type LibraryListing,
  mergeLibraries,
  sizeOf,
  topLevelItems,
} from "../../../src/core/libraries.ts";

function listing(changed: Partial<LibraryListing> = {}): LibraryListing {
  return {
    id: "1",
    title: "Series",
    type: "show",
    otherVideos: false,
    scanning: false,
    ...changed,
  };
}

const counted = (listings = [listing()]) =>
  countLibrary(mergeLibraries(undefined, listings, false), "1", "shows", 7);

Deno.test("mergeLibraries starts without counts and sizes, in the order of the list", () => {
  const libraries = mergeLibraries(undefined, [listing({ id: "2" }), listing()], false);
  assert.deepEqual([...libraries.keys()], ["2", "1"]);
  assert.deepEqual(libraries.get("1")?.counts, {});
  assert.equal(libraries.get("1")?.storageBytes, undefined);
});

Deno.test("mergeLibraries keeps counts, updates titles, and removes libraries that are not listed", () => {
  const before = counted([listing(), listing({ id: "2" })]);
  const now = mergeLibraries(before, [listing({ title: "Shows", scanning: true })], false);
  assert.deepEqual([...now.keys()], ["1"]);
  assert.deepEqual(now.get("1")?.counts, { shows: 7 });
  assert.equal(now.get("1")?.scanning, true);
  assert.equal(now.get("1")?.title, "Shows");
});

Deno.test("mergeLibraries drops the counts of a library whose type has changed", () => {
  const now = mergeLibraries(counted(), [listing({ type: "movie" })], false);
  assert.deepEqual(now.get("1")?.counts, {});
});

Deno.test("mergeLibraries changes sizes only by a list that has them", () => {
  const sizes = { storageBytes: 10, durationMs: 20 };
  const measured = mergeLibraries(counted(), [listing(sizes)], true);
  assert.equal(measured.get("1")?.storageBytes, 10);
  const kept = mergeLibraries(measured, [listing()], false);
  assert.equal(kept.get("1")?.durationMs, 20);
  // A library that was emptied has no sizes any more.
  const emptied = mergeLibraries(kept, [listing()], true);
  assert.equal(emptied.get("1")?.storageBytes, undefined);
});

Deno.test("countLibrary counts only in a listed library, and does not modify the old map", () => {
  const before = mergeLibraries(undefined, [listing()], false);
  const after = countLibrary(before, "1", "episodes", 120);
  assert.deepEqual(after?.get("1")?.counts, { episodes: 120 });
  assert.deepEqual(before.get("1")?.counts, {});
  assert.equal(countLibrary(before, "9", "episodes", 120), before);
  assert.equal(countLibrary(undefined, "1", "episodes", 120), undefined);
});

Deno.test("topLevelItems is the count of the type's first level, undefined until it is counted", () => {
  const library = counted()?.get("1");
  assert.ok(library);
  assert.equal(topLevelItems(library), 7);
  assert.equal(topLevelItems({ ...library, counts: { episodes: 3 } }), undefined);
});

Deno.test("sizeOf is 0 for a missing size in an empty library, else undefined", () => {
  const library = counted()?.get("1");
  assert.ok(library);
  assert.equal(sizeOf(library, "storageBytes"), undefined);
  assert.equal(sizeOf({ ...library, counts: { shows: 0 } }, "storageBytes"), 0);
  assert.equal(sizeOf({ ...library, counts: {} }, "durationMs"), undefined);
  assert.equal(sizeOf({ ...library, durationMs: 5, counts: { shows: 0 } }, "durationMs"), 5);
});

Deno.test("mergeLibraries takes sizes, and libraries that only it has, from the list with sizes", () => {
  const listing = (id: string, storageBytes?: number) => ({
    id,
    title: `Library ${id}`,
    type: "movie" as const,
    otherVideos: false,
    scanning: false,
    storageBytes,
  });
  const known = mergeLibraries(undefined, [listing("1"), listing("2")], false);
  const measured = mergeLibraries(known, [listing("2", 20), listing("3", 30)], true);
  assert.deepEqual([...measured.values()].map(({ id, storageBytes }) => [id, storageBytes]), [
    ["1", undefined],
    ["2", 20],
    ["3", 30],
  ]);
});

Deno.test("mergeLibraries keeps a library that the list with sizes alone has, until that lacks it", () => {
  const sized = (id: string, storageBytes: number) => listing({ id, storageBytes });
  const begun = mergeLibraries(undefined, [listing()], false);
  const both = countLibrary(
    mergeLibraries(begun, [sized("2", 20), sized("1", 10)], true),
    "2",
    "shows",
    5,
  );
  const kept = mergeLibraries(both, [listing()], false);
  assert.deepEqual([...kept.keys()], ["1", "2"]);
  assert.equal(kept.get("2")?.storageBytes, 20);
  assert.deepEqual(kept.get("2")?.counts, { shows: 5 });
  const grown = mergeLibraries(kept, [sized("1", 10), sized("2", 30)], true);
  assert.equal(grown.get("2")?.storageBytes, 30);
  assert.deepEqual(grown.get("2")?.counts, { shows: 5 });
  assert.deepEqual([...mergeLibraries(grown, [sized("1", 10)], true).keys()], ["1"]);
});

Deno.test("mergeLibraries removes a library that both lists had once the cheap list lacks it", () => {
  const begun = mergeLibraries(undefined, [listing()], false);
  const early = mergeLibraries(begun, [listing(), listing({ id: "2", storageBytes: 20 })], true);
  const listedTwice = mergeLibraries(early, [listing(), listing({ id: "2" })], false);
  assert.equal(listedTwice.get("2")?.storageBytes, 20);
  assert.deepEqual([...mergeLibraries(listedTwice, [listing()], false).keys()], ["1"]);
});

Deno.test("mergeLibraries drops the size of a library that the list with sizes lacks", () => {
  const sized = mergeLibraries(undefined, [listing({ storageBytes: 20 })], false);
  assert.equal(mergeLibraries(sized, [], true).get("1")?.storageBytes, undefined);
});

import assert from "node:assert/strict";
import { parseItemPage, readLibraryItem } from "../../../src/plex/item_schema.ts";

Deno.test("parseItemPage reads totals that are sent as text, and no item of a page", () => {
  const items = [{ ratingKey: 1 }, "lost"];
  const page = parseItemPage({ MediaContainer: { size: 2, totalSize: "9", Metadata: items } });
  assert.deepEqual(page, { size: 2, totalSize: 9, Metadata: items });
});

Deno.test("readLibraryItem reads numbers that are sent as text, and leaves out other fields", () => {
  const part = { id: 7, file: "/a.mkv", size: "12", container: "mkv" };
  const read = readLibraryItem({
    ratingKey: 20311,
    addedAt: "5",
    thumb: "/t",
    Media: { Part: part },
  });
  assert.deepEqual(read, {
    ratingKey: "20311",
    addedAt: 5,
    Media: [{ Part: [{ id: "7", file: "/a.mkv", size: 12 }] }],
  });
});

Deno.test("readLibraryItem reads nothing of what is not an object", () => {
  for (const entry of ["20311", 20_311, null, undefined]) {
    assert.equal(readLibraryItem(entry), undefined);
  }
});

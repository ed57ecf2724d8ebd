/** Pages of items. */
import assert from "node:assert/strict";
import { pageDocument, selectionOf } from "../../../../src/simulator/api/page.ts";
import { readQuery } from "../../../../src/simulator/api/query.ts";
import { asJson, FILM } from "../../../testing/simulator_builders.ts";

const items = ["1", "2", "3"].map((ratingKey) => ({ ...FILM, ratingKey }));

function read(query: string) {
  const made: string[] = [];
  const document = pageDocument(selectionOf(items), readQuery(query), ({ ratingKey = "" }) => {
    made.push(ratingKey);
    return { ratingKey };
  }, { title1: "Films" });
  return { made, ...asJson(document).MediaContainer };
}

Deno.test("a page has its items, the total and its beginning, and makes no other items", () => {
  const { made, size, totalSize, offset, title1, Metadata } = read(
    "X-Plex-Container-Start=1&X-Plex-Container-Size=1",
  );
  assert.deepEqual([made, size, totalSize, offset, title1], [["2"], 1, 3, 1, "Films"]);
  assert.deepEqual(Metadata, [{ ratingKey: "2" }]);
  const beyond = read("X-Plex-Container-Start=3&X-Plex-Container-Size=5");
  assert.deepEqual([beyond.size, beyond.totalSize, beyond.Metadata], [0, 3, undefined]);
});

Deno.test("without a page there are all items, and neither a total nor a beginning", () => {
  const { made, size, totalSize, offset } = read("");
  assert.deepEqual([made, size, totalSize, offset], [["1", "2", "3"], 3, undefined, undefined]);
});

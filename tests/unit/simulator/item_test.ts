/** Items and their files. */
import assert from "node:assert/strict";
import { ancestryOf, partsOf, sizeBytes, type Version } from "../../../src/simulator/item.ts";
import { FILM, VERSION } from "../../testing/simulator_builders.ts";

Deno.test("the files of a split version are in order, and all files of an item count", () => {
  const second = { partId: 99, file: "/media/second.mkv", sizeBytes: 70 };
  const split: Version = { ...VERSION, sizeBytes: 30, furtherParts: [second] };
  assert.deepEqual(partsOf(split).map(({ partId }) => partId), [VERSION.partId, 99]);
  assert.equal(sizeBytes({ versions: [split, { ...VERSION, sizeBytes: 900 }] }), 1_000);
  assert.equal(sizeBytes({ versions: [] }), 0);
});

Deno.test("an item is followed by what it belongs to, up to the top", () => {
  const show = { ...FILM, ratingKey: "1" };
  const season = { ...FILM, ratingKey: "2", parent: show };
  const episode = { ...FILM, ratingKey: "3", parent: season };
  assert.deepEqual(ancestryOf(episode), [episode, season, show]);
  assert.deepEqual(ancestryOf(show), [show]);
});

/** Items that are in no library (docs/plex/api.md). */
import assert from "node:assert/strict";
import { NonLibraryItems } from "../../../src/simulator/non_library_items.ts";
import { createRandom } from "../../../src/simulator/random.ts";

const NOW_S = 1_800_000_000;
const CHANNEL = { number: "5.1", callSign: "HBR", title: "Harbour One" };
const PATH = "/livetv/sessions/0b6e";

function open(): NonLibraryItems {
  let last = 0;
  return new NonLibraryItems(createRandom(1), () => ++last, () => NOW_S);
}

Deno.test("a broadcast is an episode on a channel, on air now, without library and duration", () => {
  const item = open().broadcast(CHANNEL, "The Late Weather", PATH);
  assert.deepEqual([item.type, item.title, item.libraryId], [
    "episode",
    "The Late Weather",
    undefined,
  ]);
  assert.ok(item.ratingKey && item.parent?.parent?.title);
  assert.ok(!("durationMs" in item));
  const { live } = item;
  assert.deepEqual([live?.path, live?.channel], [PATH, CHANNEL]);
  assert.ok((live?.beginsAtS ?? 0) < NOW_S && (live?.endsAtS ?? 0) > NOW_S);
});

Deno.test("programmes on one tuner have the same path and keys of their own", () => {
  const items = open();
  const programmes = [1, 2].map((nth) => items.broadcast(CHANNEL, `Programme ${nth}`, PATH));
  assert.deepEqual(new Set(programmes.map(({ live }) => live?.path)), new Set([PATH]));
  assert.equal(new Set(programmes.map(({ ratingKey }) => ratingKey)).size, 2);
});

Deno.test("the frames of every other programme have its rating key", () => {
  const items = open();
  const programmes = [1, 2, 3].map((nth) => items.broadcast(CHANNEL, `Programme ${nth}`, PATH));
  assert.deepEqual(
    programmes.map(({ live, ratingKey }) => live?.frameRatingKey === ratingKey),
    [false, true, false],
  );
});

Deno.test("live television of the old form is a clip without a rating key and a show", () => {
  const item = open().oldBroadcast(CHANNEL, PATH);
  assert.deepEqual([item.type, item.title], ["clip", "Live Session"]);
  assert.ok(!("ratingKey" in item || "parent" in item));
  assert.equal(item.live?.path, PATH);
});

Deno.test("prerolls, trailers and theme music are recognised by their guid", () => {
  const items = open();
  const [preroll, trailer, theme] = [items.preroll(), items.trailer(), items.themeMusic()];
  assert.match(preroll.guid, /^prerolls:\/\//);
  assert.deepEqual([preroll.type, preroll.libraryId], ["clip", "-2"]);
  assert.match(trailer.guid, /^iva:\/\//);
  assert.deepEqual([trailer.type, trailer.subtype, trailer.extraType], ["clip", "trailer", 1]);
  assert.match(theme.guid, /^library:\/\//);
  assert.deepEqual([theme.type, theme.versions[0]?.video], ["track", undefined]);
  for (const { durationMs, versions } of [preroll, trailer, theme]) {
    assert.equal(versions[0]?.durationMs, durationMs);
  }
});

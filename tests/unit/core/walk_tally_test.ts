import assert from "node:assert/strict";
import type { WalkedItem, WalkedVersion } from "../../../src/core/walked_item.ts";
import { MAX_FILE_KEYS, WalkTally, type WalkTallyOptions } from "../../../src/core/walk_tally.ts";

const NOW_S = 1_800_000_000;
const DAY_S = 86_400;

function version(changed: Partial<WalkedVersion> & { bytes?: number; path?: string } = {}) {
  const { bytes = 100, path = crypto.randomUUID(), ...rest } = changed;
  return { resolution: "1080", codec: "h264", files: [{ id: path, bytes }], ...rest };
}

function film(ratingKey: string, changed: Partial<WalkedItem> = {}): WalkedItem {
  const top = { ratingKey, title: `Film ${ratingKey}` };
  return { ratingKey, top, versions: [version()], ...changed };
}

function tallyOf(items: readonly WalkedItem[], options: Partial<WalkTallyOptions> = {}) {
  const tally = new WalkTally({ nowS: NOW_S, isFlat: true, ...options });
  for (const item of items) tally.add(item);
  return tally;
}

function files(tally: WalkTally): string[] {
  return tally.totals().files
    .map(({ key, files, bytes }) => `${key.resolution} ${key.codec}: ${files} files, ${bytes}`);
}

Deno.test("a tally sums up files by resolution and codec, those of split versions too", () => {
  const tally = tallyOf([
    film("1"),
    film("2", { versions: [version({ resolution: "4k", codec: "hevc", bytes: 900 })] }),
    film("3", { versions: [version({ files: [{ id: "a", bytes: 10 }, { id: "b", bytes: 20 }] })] }),
  ]);
  assert.deepEqual(files(tally), ["1080 h264: 3 files, 130", "4k hevc: 1 files, 900"]);
  assert.equal(tally.totals().items, 3);
});

Deno.test("an item that is listed again counts once, whatever it contains", () => {
  const tally = tallyOf([film("1"), film("2"), film("1", { versions: [version(), version()] })]);
  assert.deepEqual(files(tally), ["1080 h264: 2 files, 200"]);
  assert.equal(tally.items, 2);
  assert.equal(tally.has(film("1")), true);
  assert.equal(tally.has(film("3")), false);
});

Deno.test("a file that two items share counts once, with the item that came first", () => {
  const episode = (key: string) =>
    film(key, {
      top: { ratingKey: "50", title: "Harbour" },
      versions: [version({ path: "/double.mkv", bytes: 70 })],
    });
  const { largest, sharedBytes, ...totals } = tallyOf([episode("1"), episode("2")]).totals();
  assert.deepEqual(totals.files.map(({ bytes }) => bytes), [70]);
  assert.equal(largest[0]?.bytes, 70);
  assert.equal(sharedBytes, 70);
});

Deno.test("a file of unknown size is a file of 0 bytes, and is counted separately", () => {
  const { files, filesWithoutSize } = tallyOf([
    film("1", { versions: [version({ files: [{ id: "a" }] })] }),
    film("2", { versions: [version({ files: [{ id: "b", bytes: 0 }] })] }),
  ]).totals();
  assert.deepEqual(files.map(({ files, bytes }) => [files, bytes]), [[2, 0]]);
  assert.equal(filesWithoutSize, 1);
});

Deno.test("the versions beyond the largest are extra", () => {
  const { extraVersionBytes, multiVersionItems } = tallyOf([
    film("1"),
    film("2", { versions: [version({ bytes: 5 }), version({ bytes: 80 }), version({ bytes: 7 })] }),
    film("3", { versions: [] }),
  ]).totals();
  assert.equal(extraVersionBytes, 12);
  assert.equal(multiVersionItems, 1);
});

Deno.test("bytes are counted by the last view of the item, each period up to its last second", () => {
  const ages = { 1: 7, 2: 30, 3: 91, 4: 365 };
  const viewed = new Map(
    Object.entries(ages).flatMap(([key, days]) => [
      [key, NOW_S - days * DAY_S],
      [`${key}0`, NOW_S - days * DAY_S - 1],
    ]),
  );
  const items = [...viewed.keys(), "99"].map((key) => film(key));
  const tally = tallyOf(items, { lastViewS: (key) => viewed.get(key) });
  assert.deepEqual(tally.totals().bytesByLastView, {
    week: 100,
    month: 200,
    quarter: 200,
    year: 200,
    older: 100,
    never: 100,
  });
});

Deno.test("without the history nothing is summed up by last view", () => {
  const { bytesByLastView, largest } = tallyOf([film("1")]).totals();
  assert.equal(bytesByLastView, undefined);
  assert.equal(largest[0]?.lastView, "unknown");
});

Deno.test("the largest shows have the last view of any of their episodes", () => {
  const episodes = ["1", "2"].map((key) =>
    film(key, { top: { ratingKey: "50", title: "Harbour" } })
  );
  const viewed = new Map([["2", NOW_S - 9 * DAY_S], ["50", NOW_S - 9 * DAY_S]]);
  const { largest } = tallyOf(episodes, { isFlat: false, lastViewS: (key) => viewed.get(key) })
    .totals();
  assert.deepEqual(largest, [{ title: "Harbour", lastView: "month", bytes: 200 }]);
});

Deno.test("items are counted by when they were added, and a date far in the future is ignored", () => {
  const ages = [0, DAY_S, DAY_S + 1, 7 * DAY_S, 30 * DAY_S, 31 * DAY_S, -3_600, -40 * 365 * DAY_S];
  const items = ages.map((ageS, index) => film(String(index + 1), { addedS: NOW_S - ageS }));
  const { addedItems, newestS } = tallyOf([...items, film("100")]).totals();
  assert.deepEqual(addedItems, { day: 3, week: 5, month: 6 });
  assert.equal(newestS, NOW_S + 3_600);
  assert.equal(tallyOf([film("1")]).totals().newestS, undefined);
});

Deno.test("combinations of resolution and codec over the limit are counted as other", () => {
  const items = Array.from(
    { length: MAX_FILE_KEYS + 3 },
    (_, index) => film(String(index + 1), { versions: [version({ codec: `codec ${index}` })] }),
  );
  const tally = tallyOf(items);
  assert.equal(tally.totals().files.length, MAX_FILE_KEYS + 1);
  assert.equal(files(tally).at(-1), "other other: 3 files, 300");
  assert.equal(tally.dropped.size, 3);
});

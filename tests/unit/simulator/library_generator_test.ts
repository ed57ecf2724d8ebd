/** Libraries and their items as they are created. */
import assert from "node:assert/strict";
import type { Item } from "../../../src/simulator/item.ts";
import type { Library } from "../../../src/simulator/library.ts";
import { defaultLibraries, LibraryGenerator } from "../../../src/simulator/library_generator.ts";
import { createRandom } from "../../../src/simulator/random.ts";

const NOW_S = 1_800_000_000;

function open(seed = 1) {
  const generator = new LibraryGenerator(createRandom(seed), () => NOW_S);
  const libraries = defaultLibraries.map((options, index): Library => {
    const library = generator.library(String(index + 1), options);
    return { ...library, items: generator.fill(library) };
  });
  return { generator, libraries };
}

function countsOf(items: readonly Item[]): Record<string, number> {
  const byType = Map.groupBy(items, ({ type }) => type);
  return Object.fromEntries([...byType].map(([type, { length }]) => [type, length]));
}

const all = (libraries: readonly Library[]) => libraries.flatMap(({ items }) => items);

Deno.test("the default libraries are one of each type, and one of other videos", () => {
  const { libraries } = open();
  assert.deepEqual(
    libraries.map(({ type, agent }) => `${type}${agent.endsWith(".none") ? " none" : ""}`),
    ["movie", "show", "artist", "photo none", "movie none"],
  );
  assert.deepEqual(libraries.map(({ items }) => Object.keys(countsOf(items)).sort()), [
    ["movie"],
    ["episode", "season", "show"],
    ["album", "artist", "track"],
    ["clip", "photo", "photoalbum"],
    ["movie"],
  ]);
});

Deno.test("items have unique keys and files, and belong to what is in their library", () => {
  const { libraries } = open();
  const items = all(libraries);
  assert.equal(new Set(items.map(({ ratingKey }) => ratingKey)).size, items.length);
  const paths = items.flatMap(({ versions }) => versions.map(({ file }) => file));
  assert.equal(new Set(paths).size, paths.length);
  for (const library of libraries) {
    for (const item of library.items) {
      assert.equal(item.libraryId, library.id);
      assert.ok(item.parent === undefined || library.items.includes(item.parent), item.title);
      assert.ok(item.addedAtS >= library.createdAtS && item.addedAtS <= NOW_S);
    }
  }
});

Deno.test("only leaves have files, and films have several versions among them", () => {
  const items = all(open().libraries);
  const withFiles = Object.keys(countsOf(items.filter(({ versions }) => versions.length > 0)));
  assert.deepEqual(withFiles.sort(), ["clip", "episode", "movie", "photo", "track"]);
  assert.ok(items.every(({ type, versions }) => !withFiles.includes(type) || versions.length > 0));
  const films = items.filter(({ type }) => type === "movie");
  assert.ok(films.some(({ versions }) => versions.length > 1));
  assert.ok(films.some(({ versions }) => versions.some(({ optimized }) => optimized)));
  const ranges = new Set(
    films.flatMap(({ versions }) => versions.map(({ video }) => video?.range)),
  );
  assert.ok(ranges.has("sdr") && ranges.size > 1);
});

Deno.test("titles have the characters that break carelessly written formats", () => {
  const titles = all(open().libraries).map(({ title }) => title).join("|");
  for (const character of ['"', "\\", "\n", "'", "&", "🦊"]) {
    assert.ok(titles.includes(character), JSON.stringify(character));
  }
});

Deno.test("an addition is one more item with its children, and a new episode belongs to a known season", () => {
  const { generator, libraries } = open();
  const added = libraries.map((library) => generator.addition(library));
  assert.deepEqual(added.map(countsOf), [
    { movie: 1 },
    { episode: 1 },
    { artist: 1, album: 2, track: 14 },
    { photoalbum: 1, photo: 8, clip: 1 },
    { movie: 1 },
  ]);
  const [, shows] = libraries;
  assert.ok(shows?.items.some((item) => item === added[1]?.[0]?.parent));
  const known = new Set(all(libraries).map(({ ratingKey }) => ratingKey));
  assert.ok(added.flat().every(({ ratingKey }) => !known.has(ratingKey)));
});

Deno.test("generated items use keys that nothing else uses, and a photo library has none", () => {
  const { generator, libraries } = open();
  const [films, , , photos] = libraries;
  assert.ok(films && photos);
  const generated = generator.generate(films, 50);
  const last = Math.max(...all(libraries).map(({ ratingKey }) => Number(ratingKey)));
  assert.ok(Number(generated?.at("movie", 0).ratingKey) > last);
  const next = generator.addition(films)[0]?.ratingKey ?? "";
  assert.equal(generated?.find(next), undefined);
  assert.equal(generator.generate(films, 0), undefined);
  assert.equal(generator.generate(photos, 50), undefined);
});

Deno.test("the same seed gives the same libraries", () => {
  assert.deepEqual(open(4).libraries, open(4).libraries);
  assert.notDeepEqual(open(4).libraries, open(5).libraries);
});

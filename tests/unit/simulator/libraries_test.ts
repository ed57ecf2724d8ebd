/** The libraries of a simulated server. */
import assert from "node:assert/strict";
import { Libraries } from "../../../src/simulator/libraries.ts";
import { LibraryGenerator } from "../../../src/simulator/library_generator.ts";
import { createRandom } from "../../../src/simulator/random.ts";

const NOW_S = 1_800_000_000;

function open(...titles: readonly string[]): Libraries {
  const libraries = new Libraries(new LibraryGenerator(createRandom(1), () => NOW_S), () => NOW_S);
  for (const title of titles) libraries.add({ title, type: "movie" });
  return libraries;
}

const titlesOf = (libraries: Libraries) => [...libraries].map(({ title }) => title);

Deno.test("libraries are numbered from 1, and no number is used twice", () => {
  const libraries = open("One", "Two");
  libraries.remove("2");
  assert.equal(libraries.add({ title: "Three", type: "show" }).id, "3");
  assert.deepEqual(libraries.all.map(({ id }) => id), ["1", "3"]);
});

Deno.test("a library that is removed takes its items along, and both can be put back at their place", () => {
  const libraries = open("One", "Two", "Three");
  const { all } = libraries;
  const [item] = libraries.get("2").items;
  assert.ok(item?.ratingKey);
  const putBack = libraries.remove("2");
  assert.deepEqual(titlesOf(libraries), ["One", "Three"]);
  assert.equal(libraries.findItem(item.ratingKey), undefined);
  putBack();
  assert.deepEqual(titlesOf(libraries), ["One", "Two", "Three"]);
  assert.equal(libraries.findItem(item.ratingKey), item);
  assert.equal(libraries.all, all);
});

Deno.test("renaming a library sets the time of its last update", () => {
  const libraries = open("One");
  assert.notEqual(libraries.get("1").updatedAtS, NOW_S);
  libraries.rename("1", "Cinema");
  assert.deepEqual([libraries.find("1")?.title, libraries.find("1")?.updatedAtS], [
    "Cinema",
    NOW_S,
  ]);
});

Deno.test("an unknown library is not found, and cannot be read, removed or renamed", () => {
  const libraries = open("One");
  assert.equal(libraries.find("2"), undefined);
  assert.equal(libraries.find(undefined), undefined);
  for (
    const act of [
      () => libraries.get("2"),
      () => libraries.remove("2"),
      () => libraries.rename("2", "Cinema"),
    ]
  ) assert.throws(act, new RangeError("There is no library 2"));
});

Deno.test("items are found by type in one library or in all, and by key also if they are generated", () => {
  const libraries = open("One", "Two");
  const shows = libraries.add({ title: "Large", type: "show", generated: 20 });
  const [one, two] = [libraries.get("1"), libraries.get("2")];
  assert.deepEqual(libraries.itemsOf("movie"), [...one.items, ...two.items]);
  assert.deepEqual(libraries.itemsOf("movie", "2"), two.items);
  assert.deepEqual(libraries.itemsOf("track"), []);
  const generated = shows.generated?.at("episode", 19);
  assert.deepEqual(libraries.findItem(generated?.ratingKey ?? ""), generated);
  assert.deepEqual(libraries.totals().map(({ id, counts }) => [id, counts.movie]), [
    ["1", one.items.length],
    ["2", two.items.length],
    ["3", undefined],
  ]);
});

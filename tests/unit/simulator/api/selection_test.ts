/** What a query selects from a library. */
import assert from "node:assert/strict";
import { readQuery } from "../../../../src/simulator/api/query.ts";
import { allOfType, itemsOf, select } from "../../../../src/simulator/api/selection.ts";
import type { LibraryOptions } from "../../../../src/simulator/library_generator.ts";
import { Simulation } from "../../../../src/simulator/simulation.ts";
import { DrivenClock } from "../../../testing/driven_clock.ts";

const LARGE: LibraryOptions = { title: "Large", type: "show", generated: 1_000 };

function open(options: LibraryOptions) {
  const { libraries } = new Simulation({ clock: new DrivenClock(), libraries: [options] });
  const library = libraries.get("1");
  const find = (query: string, ignoreFilters = false) =>
    itemsOf(select(library, readQuery(query), ignoreFilters));
  return { library, find };
}

Deno.test("items are found by a part of their title, unless filters are ignored", () => {
  const { library, find } = open(LARGE);
  const all = allOfType(library, "episode");
  assert.equal(all.length, 1_096);
  const found = find("type=4&title=EPISODE%209");
  assert.deepEqual(found, all.filter(({ title }) => title.includes("episode 9")));
  assert.ok(found.length > 0);
  assert.deepEqual(find("type=4&title=EPISODE%209", true), all);
});

Deno.test("items are sorted by the first field that is known, in either direction", () => {
  const { library, find } = open(LARGE);
  const times = find("type=4&sort=episode.addedAt:desc,titleSort").map(({ addedAtS }) => addedAtS);
  assert.deepEqual(times, times.toSorted((a, b) => b - a));
  const titles = find("type=4&sort=unheardOf,titleSort").map(({ title }) => title.toLowerCase());
  assert.deepEqual(titles, titles.toSorted());
  assert.deepEqual(find("type=4&sort=unheardOf"), allOfType(library, "episode"));
});

Deno.test("items are restricted to those of one show", () => {
  const { library, find } = open(LARGE);
  const generated = library.generated?.at("show", 3).ratingKey;
  for (const [show, episodes] of [[generated, 50], [library.items[0]?.ratingKey, 16]] as const) {
    const found = find(`type=4&show.id=${show}`);
    assert.equal(found.length, episodes);
    assert.ok(found.every(({ parent }) => parent?.parent?.ratingKey === show));
    assert.equal(find(`type=4&show.id=${show}`, true).length, 1_096);
  }
});

Deno.test("photos and videos of a photo library are there when they are clustered", () => {
  const { library, find } = open({ title: "Photos", type: "photo" });
  const all = (...types: string[]) => library.items.filter(({ type }) => types.includes(type));
  assert.deepEqual(find("clusterZoomLevel=1"), all("photo", "clip"));
  assert.deepEqual(find("type=13&clusterZoomLevel=1"), all("photo"));
  assert.deepEqual(find("type=13"), []);
  assert.deepEqual(find(""), all("photoalbum"));
});

Deno.test("a type that the library does not hold, or that is unknown, selects nothing", () => {
  const { find } = open(LARGE);
  for (const type of ["1", "18", "99"]) assert.deepEqual(find(`type=${type}`), []);
});

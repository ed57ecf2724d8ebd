/** What a library can be sorted and filtered by. */
import assert from "node:assert/strict";
import { readQuery } from "../../../../src/simulator/api/query.ts";
import { collectionsDocument, sectionMeta } from "../../../../src/simulator/api/section_meta.ts";
import { itemsOf, select } from "../../../../src/simulator/api/selection.ts";
import { Simulation } from "../../../../src/simulator/simulation.ts";
import { DrivenClock } from "../../../testing/driven_clock.ts";
import { asJson } from "../../../testing/simulator_builders.ts";

const { libraries } = new Simulation({ clock: new DrivenClock() });

Deno.test("every type that a library names has items, and no sort loses one", () => {
  const types: string[] = [];
  for (const library of libraries) {
    for (const { type, key, Sort } of asJson(sectionMeta(library)).Type) {
      types.push(type);
      const [path, query = ""] = key.split("?");
      assert.equal(path, `/library/sections/${library.id}/all`);
      const find = (sort: string) =>
        itemsOf(select(library, readQuery(`${query}&clusterZoomLevel=1${sort}`), false));
      const all = new Set(find(""));
      assert.ok(all.size > 0, key);
      for (const { key: up, descKey: down } of Sort) {
        assert.deepEqual(new Set(find(`&sort=${up}`)), all);
        assert.deepEqual(new Set(find(`&sort=${down}`)), all);
      }
    }
  }
  for (const type of ["movie", "show", "season", "episode", "artist", "album", "track", "photo"]) {
    assert.ok(types.includes(type), type);
  }
});

Deno.test("a library has no collections, and could sort them", () => {
  const { size, Meta } = asJson(collectionsDocument(libraries.get("1"))).MediaContainer;
  assert.deepEqual([size, Meta.Type[0].type], [0, "collection"]);
});

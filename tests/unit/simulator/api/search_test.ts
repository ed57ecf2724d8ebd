/** Search in all libraries. */
import assert from "node:assert/strict";
import { readQuery } from "../../../../src/simulator/api/query.ts";
import { searchDocument } from "../../../../src/simulator/api/search.ts";
import { Simulation } from "../../../../src/simulator/simulation.ts";
import { DrivenClock } from "../../../testing/driven_clock.ts";
import { asJson } from "../../../testing/simulator_builders.ts";
import type { AnyJson } from "../../../testing/simulator_client.ts";

const simulation = new Simulation({ clock: new DrivenClock() });

function hubs(query: string): AnyJson[] {
  return asJson(searchDocument(simulation, readQuery(query))).MediaContainer.Hub;
}

Deno.test("each type has a hub, also if nothing of it is found", () => {
  const found = hubs("query=no+such+title");
  assert.deepEqual(found.map(({ type, size, Metadata }) => [type, size, Metadata]), [
    ["movie", 0, undefined],
    ["show", 0, undefined],
    ["episode", 0, undefined],
    ["artist", 0, undefined],
    ["album", 0, undefined],
    ["track", 0, undefined],
  ]);
});

Deno.test("a part of the title is enough, in either case, and a hub shows three unless more are wanted", () => {
  const episodes = (query: string) => hubs(query).find(({ type }) => type === "episode");
  assert.equal(episodes("query=PILOT").size, 3);
  const { size, Metadata } = episodes("query=pilot&limit=100");
  const all = simulation.libraries.itemsOf("episode").filter(({ title }) => /Pilot/.test(title));
  assert.equal(size, all.length);
  assert.deepEqual(
    Metadata.map(({ ratingKey }: AnyJson) => ratingKey),
    all.map(({ ratingKey }) => ratingKey),
  );
});

Deno.test("an empty limit counts as absent", () => {
  assert.deepEqual(hubs("query=pilot&limit="), hubs("query=pilot"));
});

Deno.test("a search for nothing is a bad request", () => {
  for (const query of ["", "query="]) {
    assert.equal(searchDocument(simulation, readQuery(query)), 400, query);
  }
});

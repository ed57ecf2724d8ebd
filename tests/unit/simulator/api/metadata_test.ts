/** Items by id (docs/plex/api.md). */
import assert from "node:assert/strict";
import {
  excludedBy,
  itemElement,
  metadataDocument,
} from "../../../../src/simulator/api/metadata.ts";
import { readQuery } from "../../../../src/simulator/api/query.ts";
import { ancestryOf } from "../../../../src/simulator/item.ts";
import { Simulation } from "../../../../src/simulator/simulation.ts";
import { DrivenClock } from "../../../testing/driven_clock.ts";
import { asJson, NO_LAG, PLAYER, USER } from "../../../testing/simulator_builders.ts";
import type { AnyJson } from "../../../testing/simulator_client.ts";

function open(): Simulation {
  return new Simulation({ clock: new DrivenClock(), lag: NO_LAG });
}

function read(simulation: Simulation, ids: string, query = ""): AnyJson {
  const document = metadataDocument(simulation, ids, readQuery(query));
  return document && asJson(document).MediaContainer;
}

Deno.test("several items are answered in the order of their ids; those that are gone are left out", () => {
  const simulation = open();
  const keys = simulation.libraries.get("1").items.map(({ ratingKey = "" }) => ratingKey);
  const [first = "", second = ""] = keys;
  const { size, librarySectionID, Metadata } = read(simulation, `${second},1,${first}`);
  assert.deepEqual([size, librarySectionID], [2, 1]);
  assert.deepEqual(Metadata.map(({ ratingKey }: AnyJson) => ratingKey), [second, first]);
  assert.ok(Metadata[0].Media[0].Part[0].Stream.length > 0);
  for (const ids of ["1", "1,2", "", "0"]) assert.equal(read(simulation, ids), undefined, ids);
});

Deno.test("what is in no library is found only while it plays, and only on newer servers", () => {
  const simulation = open();
  const item = simulation.generator.nonLibrary.preroll();
  const { ratingKey = "" } = item;
  const viewer = simulation.play({ item, user: USER, player: PLAYER, state: "playing" });
  assert.equal(read(simulation, ratingKey).Metadata[0].title, item.title);
  simulation.server.hasEphemeralMetadata = false;
  assert.equal(read(simulation, ratingKey), undefined);
  simulation.server.hasEphemeralMetadata = true;
  viewer.stop();
  assert.equal(read(simulation, ratingKey), undefined);
});

Deno.test("live television is found with its season and its show", () => {
  const simulation = open();
  const channel = { number: "5.1", callSign: "HBR", title: "Harbour One" };
  const item = simulation.generator.nonLibrary.broadcast(channel, "News", "/livetv/sessions/a");
  simulation.play({ item, user: USER, player: PLAYER, state: "playing" });
  for (const { ratingKey = "", title } of ancestryOf(item)) {
    assert.equal(read(simulation, ratingKey).Metadata[0].title, title);
  }
});

Deno.test("an item has its summary, its tags and its streams, unless they are excluded", () => {
  const simulation = open();
  const { ratingKey = "" } = simulation.randomItem("movie");
  const { Metadata: [full] } = read(simulation, ratingKey);
  const excluded = "excludeElements=Role,Genre&excludeFields=summary";
  const { Metadata: [bare] } = read(simulation, ratingKey, excluded);
  assert.ok(full.summary !== "" && full.Role.length > 0 && full.Media[0].Part[0].Stream.length > 0);
  assert.deepEqual([bare.summary, bare.Role, bare.Genre], [undefined, undefined, undefined]);
  assert.deepEqual(bare.Media, full.Media);
  assert.deepEqual(Object.keys(excludedBy(readQuery(excluded))), ["summary", "Role", "Genre"]);
});

Deno.test("an item says how much is below it, unless it has files", () => {
  const simulation = open();
  const counts = (type: "show" | "season" | "album" | "episode") => {
    const element = itemElement(simulation, simulation.randomItem(type), { withStreams: false });
    return [element.childCount, element.leafCount];
  };
  assert.deepEqual([counts("show"), counts("season"), counts("album")], [[2, 16], [8, 8], [7, 7]]);
  assert.deepEqual(counts("episode"), [undefined, undefined]);
});

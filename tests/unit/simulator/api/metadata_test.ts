/** Items by id (docs/plex/api.md). */
import assert from "node:assert/strict";
import { itemAttributes, metadataDocument } from "../../../../src/simulator/api/metadata.ts";
import { Simulation } from "../../../../src/simulator/simulation.ts";
import { DrivenClock } from "../../../testing/driven_clock.ts";
import { asJson, PLAYER, USER } from "../../../testing/simulator_builders.ts";
import type { AnyJson } from "../../../testing/simulator_client.ts";

function open(): Simulation {
  return new Simulation({ clock: new DrivenClock(), lag: { startMs: 0, changeMs: 0, stopMs: 0 } });
}

function read(simulation: Simulation, ids: string): AnyJson {
  const document = metadataDocument(simulation, ids);
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

Deno.test("an item names what it belongs to, with a number for its library", () => {
  const simulation = open();
  const episode = simulation.randomItem("episode");
  const shown = asJson(itemAttributes(simulation, episode));
  assert.deepEqual(
    [shown.parentRatingKey, shown.grandparentRatingKey, shown.grandparentTitle, shown.parentIndex],
    [
      episode.parent?.ratingKey,
      episode.parent?.parent?.ratingKey,
      episode.parent?.parent?.title,
      episode.parent?.index,
    ],
  );
  assert.deepEqual(
    [shown.librarySectionID, shown.librarySectionKey, shown.librarySectionTitle],
    [2, "/library/sections/2", "Series"],
  );
});

Deno.test("an album of photos is of type photo, and its key leads to the photos", () => {
  const simulation = open();
  const { type, key } = asJson(itemAttributes(simulation, simulation.randomItem("photoalbum")));
  assert.equal(type, "photo");
  assert.match(key, /^\/library\/metadata\/\d+\/children$/);
});

Deno.test("live television has the tuner's path as its key and no library", () => {
  const simulation = open();
  const channel = { number: "5.1", callSign: "HBR", title: "Harbour One" };
  const { nonLibrary } = simulation.generator;
  const shown = asJson(
    itemAttributes(simulation, nonLibrary.broadcast(channel, "News", "/livetv/sessions/a")),
  );
  assert.deepEqual([shown.key, shown.live], ["/livetv/sessions/a", "1"]);
  assert.ok(!("librarySectionID" in shown || "duration" in shown));
});

Deno.test("what is in no library is found only while it plays, and only on newer servers", () => {
  const simulation = open();
  const item = simulation.generator.nonLibrary.preroll();
  const { ratingKey = "" } = item;
  const viewer = simulation.play({ item, user: USER, player: PLAYER, state: "playing" });
  assert.equal(read(simulation, ratingKey), undefined);
  simulation.server.hasEphemeralMetadata = true;
  assert.equal(read(simulation, ratingKey).Metadata[0].title, item.title);
  viewer.stop();
  assert.equal(read(simulation, ratingKey), undefined);
});

/** The attributes of items (docs/plex/api.md). */
import assert from "node:assert/strict";
import { itemAttributes } from "../../../../src/simulator/api/item_attributes.ts";
import { Simulation } from "../../../../src/simulator/simulation.ts";
import { DrivenClock } from "../../../testing/driven_clock.ts";
import { asJson } from "../../../testing/simulator_builders.ts";

function open(): Simulation {
  return new Simulation({ clock: new DrivenClock() });
}

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
    [shown.parentKey, shown.grandparentKey],
    [shown.parentRatingKey, shown.grandparentRatingKey].map((key) => `/library/metadata/${key}`),
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

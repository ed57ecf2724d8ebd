import assert from "node:assert/strict";
import { CONTENT_TYPES } from "../../../../src/core/enums.ts";
import { parseProviders, parseSections } from "../../../../src/plex/schema.ts";
import { countQuery, mapProviders, mapSections } from "../../../../src/plex/mapping/library.ts";
import { fixture } from "../../../testing/plex_fixture.ts";

Deno.test("mapProviders reads libraries and ignores other directories", () => {
  const providers = parseProviders(fixture("providers"))?.MediaProvider ?? [];
  assert.deepEqual(mapProviders(providers, new Set()), [
    {
      id: "2",
      title: "TV Shows",
      type: "show",
      otherVideos: false,
      scannedS: 1_781_000_000,
      scanning: true,
      storageBytes: 4_398_046_511_104,
      durationMs: 14_400_000,
    },
    {
      id: "4",
      title: "Home Videos",
      type: "movie",
      otherVideos: true,
      scannedS: 1_781_000_001,
      scanning: false,
      storageBytes: undefined,
      durationMs: undefined,
    },
    {
      id: "1",
      title: "Films",
      type: "movie",
      otherVideos: false,
      scannedS: undefined,
      scanning: false,
      storageBytes: 900,
      durationMs: undefined,
    },
  ]);
});

Deno.test("mapProviders rejects an answer without the library provider", () => {
  assert.equal(mapProviders([], new Set()), undefined);
});

Deno.test("mapProviders hides the titles of libraries", () => {
  const providers = parseProviders(fixture("providers"))?.MediaProvider ?? [];
  const titles = mapProviders(providers, new Set(["library"]))?.map(({ title }) => title);
  assert.deepEqual(titles, ["hidden", "hidden", "hidden"]);
});

Deno.test("mapSections adds the revision of the content", () => {
  const sections = parseSections(fixture("sections"))?.Directory ?? [];
  assert.deepEqual(mapSections(sections, new Set()), [{
    id: "1",
    title: "Films",
    type: "movie",
    otherVideos: false,
    scannedS: 1_781_000_000,
    scanning: false,
    contentRevision: 8_812_345,
  }]);
});

Deno.test("mapSections reads an empty list as empty, and rejects an unreadable one", () => {
  assert.deepEqual(mapSections([], new Set()), []);
  assert.equal(mapSections([{ title: "Films" }], new Set()), undefined);
});

Deno.test("countQuery has each type of content, in photo libraries with the zoom level", () => {
  const page = "&X-Plex-Container-Start=0&X-Plex-Container-Size=0";
  const queries = (["movie", "show", "artist", "photo"] as const).map((type) =>
    CONTENT_TYPES[type].map((content) => countQuery({ type }, content).replace(page, ""))
  );
  assert.deepEqual(queries, [
    ["type=1"],
    ["type=2", "type=3", "type=4"],
    ["type=8", "type=9", "type=10"],
    ["type=14&clusterZoomLevel=1", "type=13&clusterZoomLevel=1", "type=12&clusterZoomLevel=1"],
  ]);
  assert.ok(countQuery({ type: "movie" }, "movies").endsWith(page));
});

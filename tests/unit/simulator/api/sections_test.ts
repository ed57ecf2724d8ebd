/** The two lists of libraries (docs/plex/api.md). */
import assert from "node:assert/strict";
import {
  libraryDocument,
  providersDocument,
  sectionsDocument,
} from "../../../../src/simulator/api/sections.ts";
import { Simulation } from "../../../../src/simulator/simulation.ts";
import { DrivenClock } from "../../../testing/driven_clock.ts";
import { asJson } from "../../../testing/simulator_builders.ts";
import type { AnyJson } from "../../../testing/simulator_client.ts";

const LIBRARY = "com.plexapp.plugins.library";

function open(): Simulation {
  return new Simulation({ clock: new DrivenClock() });
}

/** The directories of `/media/providers`. */
function provided(simulation: Simulation, includeStorage: boolean): AnyJson[] {
  const { MediaProvider } = asJson(providersDocument(simulation, includeStorage)).MediaContainer;
  return MediaProvider.find(({ identifier }: AnyJson) => identifier === LIBRARY)
    .Feature.find(({ type }: AnyJson) => type === "content").Directory;
}

function listed(simulation: Simulation): AnyJson[] {
  return asJson(sectionsDocument(simulation)).MediaContainer.Directory ?? [];
}

/** The directories that are libraries: those with a key of a section. */
const libraries = (directories: AnyJson[]) =>
  directories.filter(({ key }) => /^\/library\/sections\/\d+$/.test(key ?? ""));

Deno.test("a library is the same in both lists, with its id in another attribute", () => {
  const simulation = open();
  const sections = listed(simulation).map(({ key, type, title, agent }) => ({
    id: key,
    type,
    title,
    agent,
  }));
  const directories = libraries(provided(simulation, false)).map(({ id, type, title, agent }) => ({
    id,
    type,
    title,
    agent,
  }));
  assert.deepEqual(directories.toReversed(), sections, "providers do not list by id");
  assert.deepEqual(sections.map(({ id, type }) => `${id} ${type}`), [
    "1 movie",
    "2 show",
    "3 artist",
    "4 photo",
    "5 movie",
  ]);
  assert.match(sections.at(-1)?.agent, /\.none$/);
});

Deno.test("providers list what is no library: Home without an id, playlists, and television", () => {
  const simulation = open();
  const { MediaProvider, friendlyName } = asJson(providersDocument(simulation, true))
    .MediaContainer;
  assert.equal(friendlyName, "attic");
  assert.deepEqual(MediaProvider.map(({ identifier }: AnyJson) => identifier), [
    "tv.plex.providers.epg.cloud:2",
    LIBRARY,
  ]);
  const others = provided(simulation, true).filter((each) => !libraries([each]).length);
  assert.deepEqual(others.map(({ id, title }) => [id, title]), [
    [undefined, "Home"],
    ["playlists", "Playlists"],
  ]);
});

Deno.test("bytes and durations are listed on request, for libraries that have been analysed", () => {
  const simulation = open();
  const [films, shows] = simulation.libraries.all;
  assert.ok(films && shows);
  films.items = [];
  shows.withoutSize = true;
  const hasSize = ({ storageTotal, durationTotal }: AnyJson) =>
    storageTotal !== undefined && durationTotal !== undefined;
  assert.ok(!provided(simulation, false).some(hasSize));
  assert.deepEqual(
    libraries(provided(simulation, true)).filter(hasSize).map(({ id }) => id).sort(),
    ["3", "4", "5"],
  );
  const truth = simulation.libraries.totals().find(({ id }) => id === "3");
  const music = libraries(provided(simulation, true)).find(({ id }) => id === "3");
  assert.deepEqual([music.storageTotal, music.durationTotal], [
    truth?.storageBytes,
    truth?.durationMs,
  ]);
});

Deno.test("a library may be missing in one of the lists", () => {
  const simulation = open();
  const [films, shows] = simulation.libraries.all;
  assert.ok(films && shows);
  films.missingIn = "/library/sections";
  shows.missingIn = "/media/providers";
  assert.deepEqual(listed(simulation).map(({ key }) => key), ["2", "3", "4", "5"]);
  assert.deepEqual(libraries(provided(simulation, true)).map(({ id }) => id), ["5", "4", "3", "1"]);
});

Deno.test("a library tells when it changed, and whether it is being scanned", async () => {
  const clock = new DrivenClock();
  const simulation = new Simulation({ clock });
  const before = listed(simulation)[0];
  const added = simulation.generator.addition(simulation.libraries.get("1"));
  simulation.scan("1", { added, takesMs: 3_000 });
  assert.deepEqual([before.refreshing, listed(simulation)[0].refreshing], [false, true]);
  await clock.advance(3_000);
  const after = listed(simulation)[0];
  assert.equal(after.refreshing, false);
  assert.ok(after.contentChangedAt > before.contentChangedAt);
  assert.ok(after.scannedAt > before.scannedAt);
  simulation.close();
});

Deno.test("the root of the libraries leads to their list", () => {
  const { Directory } = asJson(libraryDocument()).MediaContainer;
  assert.ok(Directory.some(({ key }: AnyJson) => key === "sections"));
});

/** The items of a large simulated library. */
import assert from "node:assert/strict";
import { createGeneratedItems } from "../../../src/simulator/generated_items.ts";
import { type Item, partsOf, sizeBytes } from "../../../src/simulator/item.ts";
import { totalsOf } from "../../../src/simulator/library.ts";
import { Simulation } from "../../../src/simulator/simulation.ts";
import { DrivenClock } from "../../testing/driven_clock.ts";

const UNTIL_S = 1_800_000_000;

function generate(count: number, type: "movie" | "show" | "artist" = "show", seed = 5) {
  const library = { id: "2", type, folder: "/media/large" };
  return createGeneratedItems(library, { count, seed, firstKey: 5_000, untilS: UNTIL_S });
}

Deno.test("generated items are the same whenever they are asked for, and differ by seed", () => {
  const items = generate(500);
  assert.deepEqual(items.at("episode", 77), items.at("episode", 77));
  assert.deepEqual(generate(500).at("episode", 77), items.at("episode", 77));
  assert.notDeepEqual(generate(500, "show", 6).at("episode", 77), items.at("episode", 77));
});

Deno.test("generated episodes belong to seasons and shows, all with keys of their own", () => {
  const items = generate(120);
  assert.deepEqual(
    ["show", "season", "episode", "movie"].map((type) => items.countOf(type as Item["type"])),
    [3, 12, 120, 0],
  );
  const episode = items.at("episode", 119);
  assert.equal(episode.parent?.ratingKey, items.at("season", 11).ratingKey);
  assert.equal(episode.parent?.parent?.ratingKey, items.at("show", 2).ratingKey);
  const all = (["episode", "season", "show"] as const).flatMap((type) =>
    Array.from({ length: items.countOf(type) }, (_, position) => items.at(type, position))
  );
  assert.deepEqual(
    all.map(({ ratingKey }) => Number(ratingKey)),
    Array.from({ length: items.keys }, (_, index) => 5_000 + index),
  );
  for (const item of all) assert.deepEqual(items.find(item.ratingKey ?? ""), item);
  for (const item of all) {
    const below = all.filter(({ parent }) => parent?.ratingKey === item.ratingKey);
    assert.deepEqual(items.childrenOf(item.ratingKey ?? ""), below);
  }
  assert.equal(items.find(String(5_000 + items.keys)), undefined);
  assert.deepEqual(items.childrenOf(String(5_000 + items.keys)), []);
});

Deno.test("generated films and tracks have their levels too", () => {
  assert.equal(generate(30, "movie").countOf("movie"), 30);
  const music = generate(100, "artist");
  assert.deepEqual(
    (["artist", "album", "track"] as const).map((type) => music.countOf(type)),
    [3, 9, 100],
  );
  assert.equal(music.at("track", 99).versions[0]?.audio[0]?.codec, "flac");
});

Deno.test("generated files have versions, split parts, lost sizes and shared files among them", () => {
  const leaves = [...generate(4_000).leaves()];
  const versions = leaves.flatMap((item) => item.versions);
  assert.ok(leaves.some((item) => item.versions.length > 1));
  assert.ok(versions.some((version) => partsOf(version).length > 1));
  assert.ok(versions.some((version) => version.sizeBytes === 0));
  const paths = versions.flatMap((version) => partsOf(version).map(({ file }) => file));
  const shared = paths.length - new Set(paths).size;
  assert.ok(shared >= 4_000 / 200 && shared < 4_000 / 100, `${shared} paths are shared`);
  assert.equal(new Set(versions.map(({ id }) => id)).size, versions.length);
});

Deno.test("the totals of a large library are those of its items, including added ones", () => {
  const simulation = new Simulation({
    clock: new DrivenClock(),
    libraries: [{ title: "Large", type: "show", generated: 1_000 }],
  });
  const library = simulation.libraries.get("1");
  const { generated, items } = library;
  const leaves = [...items, ...generated?.leaves() ?? []];
  const totals = totalsOf(library);
  assert.equal(totals.storageBytes, leaves.reduce((sum, item) => sum + sizeBytes(item), 0));
  assert.equal(
    totals.counts.episode,
    items.filter(({ type }) => type === "episode").length + 1_000,
  );
  const key = generated?.at("episode", 3).ratingKey ?? "";
  assert.equal(simulation.libraries.findItem(key)?.ratingKey, key);
  const [added] = simulation.generator.addition(library);
  assert.ok(Number(added?.ratingKey) > Number(generated?.at("show", 19).ratingKey));
  simulation.close();
});

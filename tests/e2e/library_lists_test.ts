/** Libraries that only one of Plex's two lists has, or that come without a size. */
import assert from "node:assert/strict";
import type { Library } from "../../src/simulator/library.ts";
import type { SimulatedPlex } from "../../src/simulator/plex.ts";
import { findSamples, type Page, testWithHarness } from "../testing/harness.ts";

/** The library of movies, which the tests change. */
function movies({ simulation }: SimulatedPlex): Library {
  const found = simulation.libraries.all.find(({ type }) => type === "movie");
  assert.ok(found);
  return found;
}

/** Items and bytes of a library, each `undefined` if it is absent. */
function shown(page: Page, { id: library_id }: Library) {
  const one = (family: string, labels = {}) =>
    findSamples(page, family, { library_id, ...labels })[0]?.[1];
  return {
    items: one("plex_library_media_items", { content_type: "movies" }),
    bytes: one("plex_library_storage_bytes"),
    legacyBytes: one("library_storage_total"),
    scanning: one("plex_library_scanning"),
  };
}

testWithHarness(
  "a library that is listed without a size shows its items and no size",
  async (harness) => {
    const library = movies(harness.plex);
    await harness.pass(5);
    const { items, ...sizes } = shown(await harness.scrape(), library);
    assert.equal(items, library.items.length);
    assert.deepEqual(sizes, { bytes: undefined, legacyBytes: undefined, scanning: 0 });
    assert.match(await harness.statusPage(), /<td class="number">–<\/td>/);
  },
  { before: (plex) => void (movies(plex).withoutSize = true) },
);

testWithHarness(
  "a library that only /library/sections lists has items and no size",
  async (harness) => {
    const library = movies(harness.plex);
    await harness.pass(5);
    const { items, bytes } = shown(await harness.scrape(), library);
    assert.deepEqual([items, bytes], [library.items.length, undefined]);
    delete library.missingIn;
    await harness.pass(16 * 60);
    assert.ok(
      (shown(await harness.scrape(), library).bytes ?? 0) > 0,
      "after the next reading of sizes",
    );
  },
  { before: (plex) => void (movies(plex).missingIn = "/media/providers") },
);

testWithHarness(
  "a library that only /media/providers lists has items and size",
  async (harness) => {
    const library = movies(harness.plex);
    for (const seconds of [5, 120]) {
      await harness.pass(seconds);
      const { items, bytes = 0 } = shown(await harness.scrape(), library);
      assert.equal(items, library.items.length, `after ${seconds} s`);
      assert.ok(bytes > 0);
    }
    harness.plex.simulation.libraries.remove(library.id);
    await harness.pass(16 * 60);
    assert.equal(shown(await harness.scrape(), library).items, undefined, "deleted in Plex");
  },
  { before: (plex) => void (movies(plex).missingIn = "/library/sections") },
);

testWithHarness(
  "if Plex has no /library/sections, the libraries are those of /media/providers",
  async (harness) => {
    const library = movies(harness.plex);
    harness.play();
    await harness.pass(8);
    const page = await harness.scrape();
    assert.equal(shown(page, library).items, library.items.length);
    assert.ok((shown(page, library).bytes ?? 0) > 0);
    assert.equal(
      findSamples(page, "plex_library_scanning").length,
      harness.plex.simulation.libraries.all.length,
    );
    const [[sample = ""] = []] = findSamples(page, "plex_plays_total");
    assert.doesNotMatch(sample, /library="none"/, "plays have the names of libraries");
    const from = harness.clock.now();
    await harness.pass(15 * 60);
    const sizes = harness.requestsSince(from).filter((path) => path === "/media/providers").length;
    assert.ok(sizes <= 1, `${sizes} expensive requests`);
  },
  { before: ({ faults }) => void faults.set({ kind: "not found" }, { path: "/library/sections" }) },
);

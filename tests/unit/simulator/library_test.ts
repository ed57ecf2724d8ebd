/** The totals of a library. */
import assert from "node:assert/strict";
import type { Item } from "../../../src/simulator/item.ts";
import {
  childrenOf,
  holdsOtherVideos,
  leavesOf,
  type Library,
  totalsOf,
} from "../../../src/simulator/library.ts";
import { LibraryGenerator } from "../../../src/simulator/library_generator.ts";
import { createRandom } from "../../../src/simulator/random.ts";
import { FILM, VERSION } from "../../testing/simulator_builders.ts";

const generator = new LibraryGenerator(createRandom(1), () => 1_800_000_000);

function newLibrary(items: readonly Item[], agent = "tv.plex.agents.movie"): Library {
  return { ...generator.library("1", { title: "Films", type: "movie", agent }), items };
}

Deno.test("an item counts once however many versions it has, all of which take space", () => {
  const other = { ...FILM, ratingKey: "2", versions: [VERSION, { ...VERSION, sizeBytes: 500 }] };
  const { counts, storageBytes, durationMs } = totalsOf(newLibrary([FILM, other]));
  assert.deepEqual(counts, { movie: 2 });
  assert.equal(storageBytes, VERSION.sizeBytes * 2 + 500);
  assert.equal(durationMs, 12_000_000);
});

Deno.test("what has no file has no duration, and an empty library nothing at all", () => {
  const show: Item = { ...FILM, type: "show", versions: [] };
  assert.deepEqual([totalsOf(newLibrary([show])).counts, totalsOf(newLibrary([show])).durationMs], [
    { show: 1 },
    0,
  ]);
  const { counts, storageBytes, durationMs } = totalsOf(newLibrary([]));
  assert.deepEqual([counts, storageBytes, durationMs], [{}, 0, 0]);
});

Deno.test("other videos are films to Plex, under an agent that matches nothing", () => {
  for (
    const [agent, others] of [
      ["com.plexapp.agents.none", true],
      ["tv.plex.agents.none", true],
      ["tv.plex.agents.movie", false],
    ] as const
  ) {
    const library = newLibrary([], agent);
    assert.equal(holdsOtherVideos(library), others, agent);
    assert.equal(totalsOf(library).otherVideos, others);
  }
  assert.equal(holdsOtherVideos(generator.library("2", { title: "P", type: "photo" })), false);
});

Deno.test("what is below an item is stored or generated, and ends with what has files", () => {
  const library = generator.library("2", { title: "Series", type: "show" });
  library.items = generator.fill(library);
  library.generated = generator.generate(library, 120);
  const stored = library.items.find(({ type }) => type === "show");
  const generated = library.generated?.at("show", 2);
  for (const [show, seasons, episodes] of [[stored, 2, 16], [generated, 2, 20]] as const) {
    assert.ok(show);
    const below = childrenOf(library, show);
    assert.deepEqual([below.length, below[0]?.type], [seasons, "season"]);
    assert.deepEqual(leavesOf(library, show), below.flatMap((each) => childrenOf(library, each)));
    const [episode] = leavesOf(library, show);
    assert.ok(episode);
    assert.deepEqual([leavesOf(library, show).length, childrenOf(library, episode)], [
      episodes,
      [],
    ]);
  }
});

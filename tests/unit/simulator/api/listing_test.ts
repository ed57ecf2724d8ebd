/** The pages of a simulated library. */
import assert from "node:assert/strict";
import { listingDocument } from "../../../../src/simulator/api/listing.ts";
import { readQuery } from "../../../../src/simulator/api/query.ts";
import { Simulation, type SimulationOptions } from "../../../../src/simulator/simulation.ts";
import { DrivenClock } from "../../../testing/driven_clock.ts";

interface Row {
  readonly ratingKey: string;
  readonly [name: string]: unknown;
}

interface Page {
  readonly size: number;
  readonly totalSize?: number;
  readonly offset?: number;
  readonly Metadata?: readonly Row[];
}

const LARGE: SimulationOptions["libraries"] = [{ title: "Large", type: "show", generated: 1_000 }];

/** Asks for pages of the first library. */
function open(libraries?: SimulationOptions["libraries"]) {
  const simulation = new Simulation({
    clock: new DrivenClock(),
    ...(libraries === undefined ? {} : { libraries }),
  });
  const [library] = simulation.libraries;
  assert.ok(library);
  const page = (query: string, ignoreFilters = false): Page => {
    const document = listingDocument(
      simulation,
      library,
      readQuery(query),
      ignoreFilters,
    );
    return JSON.parse(JSON.stringify(document.MediaContainer));
  };
  const paged = (query: string, start: number, size: number) =>
    page(`${query}&X-Plex-Container-Start=${start}&X-Plex-Container-Size=${size}`);
  return { simulation, library, page, paged };
}

const keys = ({ Metadata = [] }: Page) => Metadata.map(({ ratingKey }) => Number(ratingKey));

Deno.test("pages sorted by id have every item of a large library once, in the order of its keys", () => {
  const { paged, library, simulation } = open(LARGE);
  const added = simulation.generator.addition(library);
  library.items = [...added, ...library.items];
  const all: number[] = [];
  for (let start = 0; start < 1_200; start += 250) {
    const page = paged("type=4&sort=id", start, 250);
    assert.equal(page.totalSize, 1_000 + 96 + 1);
    assert.equal(page.offset, start);
    all.push(...keys(page));
  }
  assert.equal(all.length, 1_097);
  assert.deepEqual(all, all.toSorted((a, b) => a - b));
  assert.equal(new Set(all).size, all.length);
});

Deno.test("pages without a sort, or where it is ignored, have the order in which items are stored", () => {
  const { page, library } = open();
  library.items = library.items.toReversed();
  const stored = library.items.map(({ ratingKey }) => Number(ratingKey));
  assert.deepEqual(keys(page("type=1")), stored);
  assert.deepEqual(keys(page("type=1&sort=id", true)), stored);
  assert.deepEqual(keys(page("type=1&sort=id")), stored.toSorted((a, b) => a - b));
});

Deno.test("fields and elements that are excluded are left out, unless that is ignored", () => {
  const { page } = open();
  const excluded = "excludeFields=summary,art&excludeElements=Role,UltraBlurColors";
  const [full] = page("type=1").Metadata ?? [];
  const [bare] = page(`type=1&${excluded}`).Metadata ?? [];
  const left = ["summary", "art", "Role", "UltraBlurColors"];
  for (const name of left) assert.ok(full?.[name], name);
  assert.deepEqual(
    Object.keys(bare ?? {}),
    Object.keys(full ?? {}).filter((name) => !left.includes(name)),
  );
  assert.deepEqual(page(`type=1&${excluded}`, true).Metadata?.[0], full);
});

Deno.test("a split version has a part for each file, and a size that is not known is absent", () => {
  const { page, library } = open();
  const [film] = library.items;
  const [version] = film?.versions ?? [];
  assert.ok(film && version);
  library.items = [{
    ...film,
    versions: [{
      ...version,
      sizeBytes: 70,
      furtherParts: [{ partId: 9_001, file: "/media/second.mkv", sizeBytes: 0 }],
    }],
  }];
  const [media] = page("type=1").Metadata?.[0]?.Media as { Part: Record<string, unknown>[] }[];
  assert.deepEqual(
    media?.Part.map(({ id, file, size }) => ({ id, file, size })),
    [
      { id: version.partId, file: version.file, size: 70 },
      { id: 9_001, file: "/media/second.mkv", size: undefined },
    ],
  );
});

Deno.test("a page of size 0 has the total of a large library, and no items", () => {
  const { paged } = open(LARGE);
  for (const [type, count] of [[2, 6 + 20], [3, 12 + 100], [4, 96 + 1_000]]) {
    const page = paged(`type=${type}`, 0, 0);
    assert.deepEqual([page.size, page.totalSize, page.Metadata], [0, count, undefined]);
  }
});

Deno.test("a library names its sorts only when they are asked for", () => {
  const { page } = open();
  assert.equal("Meta" in page("type=1"), false);
  assert.equal("Meta" in page("type=1&includeMeta=1"), true);
});

import assert from "node:assert/strict";
import type { ServerEvent } from "../../../src/core/event.ts";
import type { ServerState } from "../../../src/core/state.ts";
import type { Sample } from "../../../src/metrics/family.ts";
import { STORAGE } from "../../../src/metrics/storage.ts";
import { after, listed, START } from "../../testing/core_builders.ts";
import { listing, walkedItem, walkTally } from "../../testing/walk_builders.ts";

const libraries = (title: string): ServerEvent => ({
  type: "libraries_listed",
  at: START,
  withSizes: false,
  libraries: [listing({ title }), listing({ id: "2", title: "Not walked" })],
});

const walked: ServerEvent = {
  type: "library_walked",
  at: START + 1,
  libraryId: "1",
  startedAt: START,
  contentRevision: 1,
  tally: walkTally([
    walkedItem("1"),
    walkedItem("2", { top: { ratingKey: "2", title: "Film 1" } }),
  ]),
};

const stateWith = (title: string) =>
  after(listed(START), libraries("Films"), walked, libraries(title));

function samples(name: string, state: ServerState, at = START + 1): readonly Sample[] {
  const family = STORAGE.find((one) => one.name === name);
  assert.ok(family, name);
  return family.samples(state, at);
}

Deno.test("storage families have samples for libraries that were walked only", () => {
  const state = stateWith("Films");
  const values = samples("plex_library_walk_items", state);
  assert.deepEqual(values.map(({ labels: { library }, value }) => [library, value]), [[
    "Films",
    2,
  ]]);
  for (const { name } of STORAGE) {
    assert.deepEqual(samples(name, after(listed(START), libraries("Films"))), [], name);
  }
});

Deno.test("large items of one title are one series with their sum", () => {
  const items = samples("plex_library_large_item_bytes", stateWith("Films"));
  assert.deepEqual(items.map(({ labels: { title }, value }) => [title, value]), [["Film 1", 2e9]]);
});

Deno.test("the label sets of a walk are the same objects until the library is renamed", () => {
  const name = "plex_library_file_bytes";
  const labelsOf = (state: ServerState) => samples(name, state).map(({ labels }) => labels);
  const [first] = labelsOf(stateWith("Films"));
  const state = stateWith("Films");
  const [before] = labelsOf(state);
  assert.equal(labelsOf({ ...state })[0], before);
  assert.notEqual(first, before, "another walk has keys of its own");
  const library = state.libraries?.get("1");
  assert.ok(library);
  const renamed = { ...state, libraries: new Map([["1", { ...library, title: "Movies" }]]) };
  assert.equal(labelsOf(renamed)[0]?.["library"], "Movies");
});

Deno.test("storage families have no samples while Plex is down", () => {
  const failed: ServerEvent = { type: "poll_failed", at: START + 2, failure: "refused" };
  const down = after(listed(START), libraries("Films"), walked, failed, failed);
  assert.deepEqual(samples("plex_library_walk_items", down), []);
});

import assert from "node:assert/strict";
import type { ServerState } from "../../../src/core/state.ts";
import { TITLE_VIEWS, VIEW_FAMILIES, VIEWS } from "../../../src/metrics/views.ts";
import { after, listed, START } from "../../testing/core_builders.ts";
import { READ_S, tallyOf, view } from "../../testing/view_builders.ts";

const read = after(listed(START), {
  type: "history_read",
  at: START,
  tally: tallyOf([
    view({ viewedS: READ_S - 900 }),
    view({ viewedS: READ_S - 60 }),
    view({ user: "eve", title: undefined, mediaType: "clip", library: "none" }),
  ]),
});

/** The samples of a family by the values of their labels. */
function samples(name: string, state: ServerState, at = START): Record<string, number> {
  const family = VIEW_FAMILIES.find((one) => one.name === name);
  assert.ok(family, name);
  return Object.fromEntries(
    family.samples(state, at).map(({ labels, value }) => [Object.values(labels).join("/"), value]),
  );
}

Deno.test("view counters appear with the whole history, by user and by title", () => {
  assert.deepEqual(samples(VIEWS.name, read), { "bob/movie/Films": 2, "eve/clip/none": 1 });
  assert.deepEqual(samples(TITLE_VIEWS.name, read), { "movie/Films/The Long Road": 2 });
});

Deno.test("the last view of each user is exposed while the history is fresh", () => {
  const name = "plex_user_last_view_timestamp_seconds";
  assert.deepEqual(samples(name, read), { bob: READ_S - 60, eve: READ_S - 3_600 });
  assert.deepEqual(samples(name, read, START + 24 * 3_600_000), {});
});

Deno.test("no view family has samples before the history is read", () => {
  for (const { name } of VIEW_FAMILIES) assert.deepEqual(samples(name, after()), {}, name);
});

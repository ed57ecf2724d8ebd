import assert from "node:assert/strict";
import {
  isWalkable,
  lastViewPeriod,
  MIN_WALK_INTERVAL_MS,
  nextWalkAt,
} from "../../../src/core/library_walk.ts";
import { describeChanges } from "../../../src/core/log_messages.ts";
import { reduce } from "../../../src/core/reduce.ts";
import type { ServerEvent } from "../../../src/core/event.ts";
import type { Library } from "../../../src/core/libraries.ts";
import { after, SERVER, START } from "../../testing/core_builders.ts";
import { listing, walk, walkedItem, walkTally } from "../../testing/walk_builders.ts";

const DAY_MS = 86_400_000;

function library(changed: Partial<Library> = {}): Library {
  return { ...listing(), counts: {}, ...changed };
}

Deno.test("a library is walked at once, then at the interval from the beginning of its walk", () => {
  assert.equal(nextWalkAt(library(), undefined, DAY_MS), -Infinity);
  assert.equal(nextWalkAt(library(), walk(), DAY_MS), walk().startedAt + DAY_MS);
});

Deno.test("a library that changed is walked an hour after its last walk, but not while it is scanned", () => {
  const due = (changed: Partial<Library>, intervalMs = DAY_MS) =>
    nextWalkAt(library({ contentRevision: 2, ...changed }), walk(), intervalMs);
  assert.equal(due({}), walk().endedAt + MIN_WALK_INTERVAL_MS);
  assert.equal(due({ scanning: true }), walk().startedAt + DAY_MS);
  assert.equal(due({}, 60_000), walk().startedAt + 60_000, "the interval is shorter");
});

Deno.test("photos are not walked", () => {
  assert.equal(nextWalkAt(library({ type: "photo" }), undefined, DAY_MS), Infinity);
  assert.ok(!isWalkable({ type: "photo" }) && isWalkable({ type: "artist" }));
});

Deno.test("lastViewPeriod is never without a view, and week for a view in the future", () => {
  assert.equal(lastViewPeriod(undefined, START), "never");
  assert.equal(lastViewPeriod(START + 60, START), "week", "Plex's clock may be ahead");
});

const listed = (...libraries: ReturnType<typeof listing>[]): ServerEvent => ({
  type: "libraries_listed",
  at: START,
  libraries,
  withSizes: true,
});

function walked(changed: Partial<Extract<ServerEvent, { type: "library_walked" }>> = {}) {
  return {
    type: "library_walked",
    at: START + 60_000,
    libraryId: "1",
    startedAt: START,
    contentRevision: 1,
    tally: walkTally([walkedItem("1"), walkedItem("2")]),
    ...changed,
  } as const;
}

const progressed = (items: number): ServerEvent => ({
  type: "walk_progressed",
  at: START,
  progress: { libraryId: "1", startedAt: START, items, totalItems: 500 },
});

Deno.test("pages of a walk change only its progress, and its end sets the sums", () => {
  const before = after(listed(listing()), walked(), progressed(250));
  assert.equal(before.walks.get("1")?.items, 2, "the sums of the walk before");
  assert.equal(before.walkProgress?.items, 250);
  const tally = walkTally([walkedItem("1")]);
  const done = reduce(before, walked({ at: START + 90_000, tally }));
  assert.deepEqual(
    [done.walks.get("1")?.items, done.walks.get("1")?.endedAt, done.walkProgress],
    [1, START + 90_000, undefined],
  );
});

Deno.test("a walk that is given up leaves the sums of the one before", () => {
  const state = after(listed(listing()), walked(), progressed(250), {
    type: "walk_progressed",
    at: START,
    progress: undefined,
  });
  assert.deepEqual([state.walks.get("1")?.items, state.walkProgress], [2, undefined]);
});

Deno.test("a walk is dropped with its library, when its type changes, and when another server answers", () => {
  const known = [listed(listing()), walked()];
  const sectionsListed = (...libraries: ReturnType<typeof listing>[]): ServerEvent => ({
    type: "libraries_listed",
    at: START + 1,
    libraries,
    withSizes: false,
  });
  assert.equal(after(...known, sectionsListed(listing())).walks.size, 1);
  assert.equal(after(...known, sectionsListed()).walks.size, 0);
  assert.equal(after(...known, sectionsListed(listing({ type: "show" }))).walks.size, 0);
  assert.equal(after(listed(), walked()).walks.size, 0);
  const described = (id: string): ServerEvent => ({
    type: "server_described",
    at: START,
    server: { ...SERVER, id },
  });
  assert.equal(after(described("a"), ...known, described("a")).walks.size, 1);
  assert.equal(after(described("a"), ...known, described("b")).walks.size, 0);
});

Deno.test("a difference from Plex's figure is logged once, until a walk agrees with it again", () => {
  const withBytes = (storageBytes: number, contentRevision = 1) =>
    listing({ storageBytes, contentRevision });
  const messages = (state: ReturnType<typeof after>, event: ServerEvent) =>
    describeChanges(state, reduce(state, event)).filter(({ message }) => /differ/.test(message));
  const far = after(listed(withBytes(9e9)));
  assert.equal(messages(far, walked()).length, 1);
  assert.deepEqual(messages(far, walked())[0]?.fields, {
    library: "Films",
    walkBytes: 2e9,
    plexBytes: 9e9,
    reason: "Plex counts files that belong to no item of the library, such as trailers, or that " +
      "the token does not see",
  });
  const logged = reduce(far, walked());
  assert.deepEqual(messages(logged, walked({ at: START + 1e6 })), []);
  const tally = walkTally(Array.from({ length: 9 }, (_, key) => walkedItem(String(key + 1))));
  const agreed = reduce(logged, walked({ at: START + 2e6, tally }));
  assert.equal(messages(agreed, walked({ at: START + 3e6 })).length, 1);
  const changed = after(listed(withBytes(9e9, 2)));
  assert.deepEqual(messages(changed, walked()), [], "it changed during the walk");
  const unknown = reduce(reduce(logged, listed(withBytes(9e9, 2))), walked({ at: START + 4e6 }));
  const back = reduce(unknown, listed(withBytes(9e9)));
  assert.deepEqual(messages(back, walked({ at: START + 5e6 })), [], "it was logged before");
});

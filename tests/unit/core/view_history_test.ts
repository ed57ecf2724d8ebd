import assert from "node:assert/strict";
import fc from "fast-check";
import type { ServerEvent } from "../../../src/core/event.ts";
import { describeChanges } from "../../../src/core/log_messages.ts";
import { LIMITS } from "../../../src/core/cardinality.ts";
import { reduce } from "../../../src/core/reduce.ts";
import { restoreServer } from "../../../src/core/restored_server.ts";
import { saveServer } from "../../../src/core/saved_server.ts";
import { initialState, type ServerState } from "../../../src/core/state.ts";
import type { View } from "../../../src/core/view.ts";
import { historyOverlapFromS, lastViewOf } from "../../../src/core/view_history.ts";
import { exposedValue } from "../../../src/metrics/family.ts";
import { after, SERVER } from "../../testing/core_builders.ts";
import { READ_S, tallyOf, view, viewCounts } from "../../testing/view_builders.ts";

const READ_AT = READ_S * 1000;

function read(...views: readonly View[]): ServerEvent {
  return { type: "history_read", at: READ_AT, tally: tallyOf(views) };
}

function listed(views: readonly View[], total: number, at = READ_AT + 300_000): ServerEvent {
  return { type: "history_listed", at, views, total };
}

function historyOf({ viewHistory }: ServerState) {
  assert.ok(viewHistory);
  return viewHistory;
}

Deno.test("replaceViews exposes whole values at once, addViews exposes new keys at 0 first", () => {
  const first = view();
  const state = after(
    { type: "scrape_begun", at: READ_AT },
    read(first, view()),
    listed([view({ user: "eve" }), first], 3),
  );
  const [old, fresh] = historyOf(state).views.chunks.flat();
  assert.ok(old && fresh);
  const shown = (completed: number) =>
    [old, fresh].map((series) => exposedValue(series, { ...state.scrapes, completed }));
  assert.deepEqual(shown(0), [2, 0]);
  assert.deepEqual(shown(2), [2, 1]);
});

Deno.test("addViews counts a row once, however often it is listed", () => {
  const known = view();
  const fresh = view({ viewedS: READ_S + 10 });
  const state = after(
    read(known),
    listed([fresh, known], 2),
    listed([fresh, fresh, known], 2),
    listed([known], 2),
  );
  assert.deepEqual(viewCounts(state), { "bob/movie/Films": 2, "movie/Films/The Long Road": 2 });
  assert.equal(historyOf(state).rows, 2);
});

Deno.test("addViews ignores rows before the overlap and counts late rows within it", () => {
  const old = view({ viewedS: READ_S - 90_000 });
  const newest = view({ viewedS: READ_S - 60 });
  const late = view({ viewedS: READ_S - 3_000 });
  const state = after(read(old, newest), listed([newest, late, old], 3));
  assert.equal(viewCounts(state)["bob/movie/Films"], 3);
});

Deno.test("addViews counts a row in the future once, and later rows as well", () => {
  const future = view({ viewedS: READ_S + 1e8 });
  const recent = view({ viewedS: READ_S - 60 });
  const next = view({ viewedS: READ_S + 100 });
  const state = after(
    read(recent, future),
    listed([future, recent], 2),
    listed([future, next, recent], 3),
    listed([future, next, recent], 3, READ_AT + 600_000),
  );
  assert.equal(viewCounts(state)["bob/movie/Films"], 3);
  assert.ok(historyOverlapFromS(historyOf(state)) <= READ_S);
});

Deno.test("addViews updates the last views of users and items", () => {
  const state = after(
    read(view({ ratingKeys: [7, 70] })),
    listed([view({ viewedS: READ_S + 5, user: "eve", ratingKeys: [8, 70] })], 2),
  );
  const history = historyOf(state);
  assert.equal(history.lastViews.get("eve")?.viewedS, READ_S + 5);
  assert.equal(history.lastViews.get("bob")?.viewedS, READ_S - 3_600);
  const lastViews = ["7", "8", "70", "9", ""].map((key) => lastViewOf(history, key));
  assert.deepEqual(lastViews, [READ_S - 3_600, READ_S + 5, READ_S + 5, undefined, undefined]);
});

Deno.test("addViews drops a history that Plex has cleared, which is logged once", () => {
  const views = Array.from({ length: 10 }, () => view());
  const before = after({ type: "server_described", at: READ_AT, server: SERVER }, read(...views));
  const cleared = reduce(before, listed([], 0));
  assert.equal(cleared.viewHistory, undefined);
  const [message, ...more] = describeChanges(before, cleared);
  assert.match(message?.message ?? "", /^Plex's watch history was cleared/);
  assert.deepEqual([message?.level, more], ["warn", []]);
  const anew = reduce(cleared, read(view()));
  assert.deepEqual(describeChanges(cleared, anew).map(({ level }) => level), ["info"]);
  assert.equal(viewCounts(anew)["bob/movie/Films"], 1);
  const [series] = historyOf(anew).views.chunks.flat();
  assert.ok(series && exposedValue(series, anew.scrapes) === 1);
});

Deno.test("addViews decreases no counter when Plex removes single rows", () => {
  const views = Array.from({ length: 10 }, () => view());
  const state = after(read(...views), listed(views.slice(3), 7));
  assert.equal(viewCounts(state)["bob/movie/Films"], 10);
  assert.equal(historyOf(state).rows, 7);
  const later = reduce(state, listed([...views.slice(3), view()], 8));
  assert.equal(viewCounts(later)["bob/movie/Films"], 11);
  const again = reduce(later, read(...views.slice(3), view()));
  assert.equal(viewCounts(again)["bob/movie/Films"], 11);
});

Deno.test("replaceViews adds what an earlier reading did not have, at its whole value", () => {
  const first = view();
  const state = after(
    { type: "scrape_begun", at: READ_AT },
    read(first),
    read(first, view({ user: "eve", viewedS: 1_000 })),
  );
  assert.equal(viewCounts(state)["eve/movie/Films"], 1);
  for (const series of historyOf(state).views.chunks.flat()) {
    assert.equal(exposedValue(series, state.scrapes), 1);
  }
});

Deno.test("after a restart, replaceViews exposes at 0 first what the last process had not counted", () => {
  const first = view();
  const saved = saveServer(
    after({ type: "server_described", at: READ_AT, server: SERVER }, read(first)),
  );
  assert.ok(saved);
  const restored = restoreServer(initialState("plex", "UTC"), saved);
  const state = reduce(restored, read(first, view({ user: "eve" })));
  const [old, fresh] = historyOf(state).views.chunks.flat();
  assert.ok(old && fresh);
  assert.deepEqual([old.key.user, fresh.key.user], ["bob", "eve"]);
  assert.equal(exposedValue(old, { ...state.scrapes, completed: 0 }), 1);
  assert.equal(exposedValue(fresh, { ...state.scrapes, completed: 0 }), 0);
  assert.equal(exposedValue(fresh, { ...state.scrapes, completed: 1 }), 1);
});

Deno.test("reduce drops the history when another server answers at the address", () => {
  const state = after(
    { type: "server_described", at: 0, server: SERVER },
    read(view()),
    { type: "server_described", at: 1, server: { ...SERVER, name: "renamed" } },
  );
  assert.ok(state.viewHistory);
  const server = { ...SERVER, id: "another" };
  const other = reduce(state, { type: "server_described", at: 2, server });
  assert.equal(other.viewHistory, undefined);
  const messages = describeChanges(state, other).map(({ message }) => message);
  assert.ok(!messages.some((message) => message.includes("cleared")));
});

Deno.test("addViews counts users and titles over their limits under other, and as dropped", () => {
  const users = Array.from({ length: LIMITS.users }, (_, n) => view({ user: `user ${n}` }));
  const titles = Array.from(
    { length: LIMITS.titles },
    (_, n) => view({ user: "user 0", title: `Film ${n}` }),
  );
  const known = [...users, ...titles];
  const fresh = [view({ user: "one more" }), view({ user: "user 1", title: "One More" })];
  const state = after(read(...known), listed(fresh, known.length + 2));
  const counts = viewCounts(state);
  assert.equal(counts["other/movie/Films"], 1);
  // "The Long Road" of the users is the most viewed title, so one of the films was over the limit.
  assert.equal(counts["movie/Films/other"], 1 + 1);
  const { dropped } = state.cardinality;
  assert.deepEqual([dropped.get("views")?.size, dropped.get("titleViews")?.size], [1, 2]);
});

const arbitraryView = fc.record({
  id: fc.nat(60).map(String),
  age: fc.nat(20_000),
  user: fc.constantFrom("bob", "eve"),
  library: fc.constantFrom("Films", "Series"),
});

Deno.test("invariant 3: no counter of views decreases or ends unless the history was cleared", () => {
  const arbitraryRows = fc.array(arbitraryView, { maxLength: 12 });
  fc.assert(fc.property(
    fc.array(fc.tuple(fc.boolean(), arbitraryRows, fc.nat(14)), { maxLength: 12 }),
    (steps) => {
      let state = after();
      for (const [isWhole, drafts, total] of steps) {
        const views = drafts.map(({ age, ...rest }) => view({ viewedS: READ_S - age, ...rest }));
        const before = viewCounts(state);
        state = reduce(state, isWhole ? read(...views) : listed(views, total));
        if (state.viewHistory === undefined) continue;
        const now = viewCounts(state);
        for (const [key, value] of Object.entries(before)) assert.ok((now[key] ?? 0) >= value, key);
      }
    },
  ));
});

Deno.test("views add up to the rows, however the history is split into readings and lists", () => {
  fc.assert(fc.property(
    fc.uniqueArray(arbitraryView, { selector: ({ id }) => id, maxLength: 50 }),
    fc.nat(50),
    fc.array(fc.nat(50), { maxLength: 5 }),
    (drafts, cut, cuts) => {
      const rows = drafts.map(({ age, ...rest }) => view({ viewedS: READ_S - age, ...rest }));
      const whole = rows.slice(0, cut);
      const lists = [...cuts.toSorted((a, b) => a - b), rows.length]
        .map((end) => Math.max(end, whole.length))
        .map((end) => listed(rows.slice(0, end), Math.min(end, rows.length)));
      const state = after(read(...whole), ...lists);
      const expected = viewCounts(after(read(...rows)));
      assert.deepEqual(viewCounts(state), expected);
      assert.equal(historyOf(state).rows, rows.length);
    },
  ));
});

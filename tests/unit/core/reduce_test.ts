import assert from "node:assert/strict";
import fc from "fast-check";
import type { ServerEvent } from "../../../src/core/event.ts";
import { LIMITS } from "../../../src/core/cardinality.ts";
import { initialState, type ServerState } from "../../../src/core/state.ts";
import { playId } from "../../../src/core/playback.ts";
import { reduce } from "../../../src/core/reduce.ts";
import { after, freeze, listed, session, START, totals } from "../../testing/core_builders.ts";
import { arbitraryEvents, orderedEvents } from "../../testing/arbitrary_events.ts";
import { counters } from "../../testing/counters.ts";

const unknown = () => initialState("plex.example:32400", "UTC");

function states(events: readonly ServerEvent[]): ServerState[] {
  const all = [unknown()];
  for (const event of events) all.push(reduce(all.at(-1) ?? unknown(), event));
  return all;
}

Deno.test("invariant 2: reduce modifies neither the state nor the event", () => {
  fc.assert(fc.property(arbitraryEvents, (events) => {
    events.reduce((state, event) => freeze(reduce(state, freeze(event))), freeze(unknown()));
  }));
});

Deno.test("invariant 3: no counter decreases, whatever events come in whatever order", () => {
  fc.assert(fc.property(arbitraryEvents, (events) => {
    let before = counters(unknown());
    for (const state of states(events).slice(1)) {
      const now = counters(state);
      for (const [series, value] of before) {
        assert.ok((now.get(series) ?? -1) >= value, `${series} fell to ${now.get(series)}`);
      }
      before = now;
    }
  }));
});

Deno.test("invariant 5: only what the last list has is playing, whatever notifications follow", () => {
  fc.assert(fc.property(fc.oneof(arbitraryEvents, orderedEvents), (events) => {
    let state = unknown();
    let listed = new Set<string>();
    let listedAt = -Infinity;
    for (const event of events) {
      const before = state;
      state = reduce(state, event);
      if (event.type === "sessions_listed" && event.at >= listedAt) {
        listed = new Set(event.sessions.map(playId));
        listedAt = event.at;
      }
      for (const id of state.plays.keys()) assert.ok(listed.has(id), `${id} is not listed`);
      if (state.plays.size + before.plays.size > 0) continue;
      // No time is credited after the end. A list may count a play that has already been stopped.
      const { plays, ...time } = totals(state);
      const { plays: playsBefore, ...timeBefore } = totals(before);
      assert.deepEqual(time, timeBefore);
      if (event.type !== "sessions_listed") assert.equal(plays, playsBefore);
    }
  }));
});

Deno.test("reduce keeps a valid, bounded state under any order of events", () => {
  fc.assert(fc.property(arbitraryEvents, (events) => {
    for (const state of states(events)) {
      assert.ok(state.plays.size <= LIMITS.sessions);
      assert.ok(state.recentlyEnded.length <= LIMITS.sessions);
      for (const [id, play] of state.plays) {
        assert.equal(id, play.id);
        assert.ok(Number.isInteger(play.playedMs.value) && play.playedMs.value >= 0);
        assert.ok(play.confirmedAt >= play.startedAt);
      }
      for (const value of counters(state).values()) {
        assert.ok(Number.isSafeInteger(value) && value >= 0, String(value));
      }
    }
  }));
});

Deno.test("reduce returns equal states for equal events", () => {
  fc.assert(
    fc.property(arbitraryEvents, (events) => {
      assert.deepEqual(after(...events), after(...events));
    }),
    { numRuns: 30 },
  );
});

Deno.test("reduce leaves out sessions over the limit and counts each of them once", () => {
  const sessions = Array.from(
    { length: LIMITS.sessions + 5 },
    (_, index) => session({ sessionKey: String(index), user: `user ${index % 3}` }),
  );
  const state = after(listed(START, ...sessions), listed(START + 10_000, ...sessions));
  assert.equal(state.plays.size, LIMITS.sessions);
  assert.equal(counters(state).get("dropped sessions"), 5, "each once, however often listed");
});

Deno.test("reduce counts users over the limit under `other`, and as dropped", () => {
  const sessions = Array.from(
    { length: LIMITS.users + 3 },
    (_, index) =>
      session({ sessionKey: String(index), userId: String(index), user: `user ${index}` }),
  );
  const state = after(listed(START, ...sessions), listed(START + 10_000, ...sessions));
  const other = [...counters(state)]
    .filter(([series]) => series.startsWith("plays") && series.includes(`"user":"other"`));
  assert.deepEqual(other.map(([, value]) => value), [3]);
  assert.equal(counters(state).get("dropped plays"), 3);
});

Deno.test("reduce ignores a list of activities that was requested before a notification", () => {
  const scan = { type: "activity_notified", id: "a", activity: { type: "library_scan" } } as const;
  const listedBefore = {
    type: "activities_listed",
    activities: new Map([["a", { type: "library_scan" }]]),
  };
  const state = after(
    { ...scan, at: START + 1_000, ended: false },
    { ...scan, at: START + 5_000, ended: true },
    { ...listedBefore, at: START + 4_000 } as ServerEvent,
  );
  assert.equal(state.activities?.size, 0);
  const later = reduce(state, { ...listedBefore, at: START + 6_000 } as ServerEvent);
  assert.equal(later.activities?.size, 1);
});

Deno.test("reduce exposes a play at 0 first, also if scrapes did not show it while no list was available", () => {
  const scrape = (at: number): ServerEvent[] => [
    { type: "scrape_begun", at },
    { type: "scrape_completed", at, scrape: 1, client: "a", series: 1 },
  ];
  const state = after(
    listed(START, session()),
    { type: "sessions_denied", at: START + 1 },
    ...scrape(START + 2),
    listed(START + 3),
  );
  const [ended] = state.recentlyEnded;
  assert.ok(ended !== undefined && ended.play.playedMs.createdAtScrape >= state.scrapes.completed);
});

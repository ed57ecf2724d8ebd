import assert from "node:assert/strict";
import fc from "fast-check";
import { emptyCounterVec, seriesOf } from "../../../src/core/counter_vec.ts";
import type { ServerEvent } from "../../../src/core/event.ts";
import { reduce } from "../../../src/core/reduce.ts";
import { restoreServer, restoreVec } from "../../../src/core/restored_server.ts";
import { saveServer } from "../../../src/core/saved_server.ts";
import { initialState, type ServerState } from "../../../src/core/state.ts";
import { families } from "../../../src/metrics/families.ts";
import { createRenderer } from "../../../src/metrics/exposition.ts";
import {
  after,
  listed,
  notified,
  SERVER,
  session,
  START,
  totals,
} from "../../testing/core_builders.ts";
import { arbitraryEvents, orderedEvents } from "../../testing/arbitrary_events.ts";
import { counters } from "../../testing/counters.ts";
import { readPage, textOf } from "../../testing/exposition.ts";
import { tallyOf, view } from "../../testing/view_builders.ts";

const MINUTE = 60_000;

const described: ServerEvent = { type: "server_described", at: START, server: SERVER };

/** Events without scrapes: a test makes its own, whose numbers are in order. */
const events = orderedEvents.map((all) => all.filter(({ type }) => !type.startsWith("scrape_")));

/** The same without Plex's own history: if most of it is gone, it was cleared, and views restart. */
const eventsWithHistoryKept = events.map((all) =>
  all.filter(({ type }) => !type.startsWith("history_"))
);

/** The state of a server after a restart, from what was saved as JSON. */
function restarted(state: ServerState): ServerState {
  const saved = saveServer(state);
  assert.ok(saved);
  return restoreServer(initialState(state.address, state.zone), JSON.parse(JSON.stringify(saved)));
}

/** Applies the events to the state. */
function apply(state: ServerState, ...events: readonly ServerEvent[]): ServerState {
  return events.reduce(reduce, state);
}

/** A scrape from its beginning to its end. */
function scraped(state: ServerState, at: number): ServerState {
  const begun = reduce(state, { type: "scrape_begun", at });
  const { begun: scrape } = begun.scrapes;
  return reduce(begun, { type: "scrape_completed", at, scrape, client: "::1", series: 1 });
}

/** The counters on a page, without those of plays, which may end. */
async function shown(state: ServerState, at: number): Promise<ReadonlyMap<string, number>> {
  const counting = families({ legacy: true }).filter(({ type, name }) =>
    type !== "gauge" && name.startsWith("plex_")
  );
  const process = { version: "", denoVersion: "", cpuSeconds: 0, residentBytes: 0, startedAt: 0 };
  const page = await createRenderer(counting)({ servers: [state], at, process }, "text");
  return new Map([...readPage(textOf(page))].map(([key, { value }]) => [key, value]));
}

Deno.test("restoreServer continues every counter", () => {
  fc.assert(fc.property(arbitraryEvents, (before) => {
    const state = apply(after(...before), described);
    assert.deepEqual(counters(restarted(state)), counters(state));
  }));
});

Deno.test("restoreVec keeps the series `other` of a vector over its capacity", () => {
  const saved = ["ann", "bob", "eve", "other"]
    .map((user, index) => ({ key: { user }, value: index + 1, shown: true }));
  const restored = seriesOf(restoreVec(emptyCounterVec<{ readonly user: string }>(2), saved, 0));
  assert.deepEqual(restored.map(({ key, value }) => [key.user, value]), [
    ["ann", 1],
    ["bob", 2],
    ["other", 4],
  ]);
});

Deno.test("a restart of the exporter makes no counter fall, and shows at 0 first what was not shown", async () => {
  await fc.assert(
    fc.asyncProperty(events, eventsWithHistoryKept, async (before, later) => {
      let state = scraped(apply(after(described), ...before), START + 10 * MINUTE);
      const last = await shown(state, START + 10 * MINUTE);
      const unseen = apply(state, listed(START + 11 * MINUTE, session({ user: "new" })));
      state = restarted(unseen);
      let previous = last;
      for (const event of [undefined, ...later]) {
        if (event !== undefined) state = reduce(state, { ...event, at: event.at + 20 * MINUTE });
        const at = START + 30 * MINUTE;
        const begun = reduce(state, { type: "scrape_begun", at });
        const page = await shown(begun, at);
        for (const [series, value] of page) {
          const known = previous.get(series);
          if (known === undefined && !series.includes("view")) assert.equal(value, 0, series);
          else assert.ok(value >= (known ?? 0), `${series} fell from ${known} to ${value}`);
        }
        previous = new Map([...previous, ...page]);
        state = scraped(begun, at);
      }
    }),
    { numRuns: 20 },
  );
});

Deno.test("a play that continues over a restart counts once, without the time between", () => {
  const state = after(described, listed(START, session()), listed(START + MINUTE, session()));
  const { plays, playMs } = totals(state);
  const again = apply(
    restarted(state),
    listed(START + 5 * MINUTE, session()),
    listed(START + 5 * MINUTE + 10_000, session()),
  );
  assert.equal(totals(again).plays, plays);
  assert.equal(totals(again).playMs, playMs + 10_000);
  const [found] = again.plays.values();
  assert.equal(found?.startedAt, START);
  assert.equal(found?.playedMs.value, playMs + 10_000, "its own series continues");
});

Deno.test("a play that began while the exporter was away is counted", () => {
  const state = after(described, listed(START, session()));
  const again = apply(restarted(state), listed(START + MINUTE, session({ ratingKey: "200" })));
  assert.equal(totals(again).plays, 2);
});

Deno.test("a play that the first list lacks is over, and counts again when it begins again", () => {
  const state = after(described, listed(START, session()));
  const again = apply(
    restarted(state),
    listed(START + MINUTE),
    listed(START + 2 * MINUTE, session()),
  );
  assert.equal(totals(again).plays, 2);
});

Deno.test("a second restart before the first list of sessions drops no running play", () => {
  const state = after(described, listed(START, session()));
  const again = apply(restarted(restarted(state)), listed(START + MINUTE, session()));
  assert.equal(totals(again).plays, 1);
});

Deno.test("a play that has just stopped is not counted again by a list that lags", () => {
  const state = after(
    described,
    listed(START, session()),
    listed(START + MINUTE, session()),
    notified(START + MINUTE, "stopped"),
  );
  const again = apply(restarted(state), listed(START + MINUTE + 2_000, session()));
  assert.equal(totals(again).plays, 1);
  assert.equal(totals(apply(again, listed(START + 2 * MINUTE))).plays, 1);
});

Deno.test("a player that vanished while the exporter was away is credited nothing", () => {
  const state = after(described, listed(START, session()), listed(START + MINUTE, session()));
  // Plex still lists it for minutes, with its last position.
  const vanished = session({ progressMs: MINUTE });
  const lists = [0, 10, 20].map((seconds) => listed(START + 5 * MINUTE + seconds * 1000, vanished));
  assert.equal(totals(apply(restarted(state), ...lists)).playMs, totals(state).playMs);
});

Deno.test("a play does not begin in the future if the system's clock was set back meanwhile", () => {
  const state = after(described, listed(START, session()), listed(START + MINUTE, session()));
  const { playMs } = totals(state);
  const again = apply(
    restarted(state),
    listed(START - 60 * MINUTE, session({ progressMs: 1 })),
    listed(START - 60 * MINUTE + 10_000, session({ progressMs: 10_001 })),
  );
  const [found] = again.plays.values();
  assert.equal(found?.startedAt, START - 60 * MINUTE);
  assert.deepEqual(totals(again), { ...totals(again), plays: 1, playMs: playMs + 10_000 });
});

Deno.test("bytes sent while the exporter was away count once", () => {
  const row = { accountId: "1", deviceId: "5", lan: true };
  const read = (sinceS: number, ...rows: { atS: number; bytes: number }[]): ServerEvent => ({
    type: "bandwidth_read",
    at: START,
    sinceS,
    accounts: new Map([["1", "bob"]]),
    devices: new Map([["5", "Den"]]),
    rows: rows.map((each) => ({ ...row, ...each })),
  });
  const state = after(
    described,
    read(900, { atS: 990, bytes: 7 }),
    read(900, { atS: 990, bytes: 7 }, { atS: 1_000, bytes: 10 }),
  );
  const again = apply(
    restarted(state),
    read(900, { atS: 990, bytes: 7 }, { atS: 1_000, bytes: 15 }, { atS: 1_200, bytes: 100 }),
  );
  assert.equal(counters(again).get('byLocation{"location":"lan"}'), 10 + 5 + 100);
  const byDevice = 'byDevice{"device":"Den","location":"lan"}';
  assert.equal(counters(again).get(byDevice), 10 + 5 + 100);
});

Deno.test("what Plex has removed of its history while the exporter was away stays counted", () => {
  const rows = Array.from({ length: 10 }, (_, index) => view({ id: String(index) }));
  const read = (count: number): ServerEvent => ({
    type: "history_read",
    at: START,
    tally: tallyOf(rows.slice(0, count)),
  });
  const views = (state: ServerState) =>
    state.viewHistory?.views.chunks.flat().reduce((sum, { value }) => sum + value, 0);
  const again = apply(restarted(after(described, read(10))), read(8));
  assert.equal(views(again), 10);
  assert.equal(again.savedViews, undefined);
  const cleared = apply(restarted(after(described, read(10))), read(2));
  assert.equal(views(cleared), 2, "it was cleared");
});

Deno.test("an address that shows another server continues what was saved of that one", () => {
  const other = { ...SERVER, id: "other", name: "attic" };
  const saved = saveServer(after(
    { ...described, server: other } as ServerEvent,
    listed(START, session()),
  ));
  const state = after(described, listed(START, session()), listed(START + MINUTE, session()));
  const moved = apply(
    state,
    notified(START + MINUTE, "stopped"),
    { type: "server_described", at: START + MINUTE, server: other, saved },
  );
  assert.deepEqual(moved.recentlyEnded, []);
  assert.deepEqual(totals(moved), { plays: 1, playMs: 0, bits: 0 });
  assert.equal(moved.server?.name, "attic");
  const same = apply(moved, { type: "server_described", at: START + MINUTE, server: other, saved });
  assert.equal(totals(apply(same, notified(START, "playing"))).plays, 1);
});

Deno.test("an address that shows an unknown server begins at 0, as a server without an identifier", () => {
  const state = after(described, listed(START, session()), listed(START + MINUTE, session()));
  for (const id of ["other", ""]) {
    const server = { ...SERVER, id };
    const moved = apply(state, { type: "server_described", at: START + MINUTE, server });
    assert.deepEqual(totals(moved), { plays: 0, playMs: 0, bits: 0 });
    const plays = totals(apply(moved, listed(START + 2 * MINUTE, session()))).plays;
    assert.equal(plays, 1, "the first server's running play is not this one's");
  }
});

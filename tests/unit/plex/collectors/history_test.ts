/** When the history of views is read, and how much of it. */
import assert from "node:assert/strict";
import { createHistoryCollector } from "../../../../src/plex/collectors/history.ts";
import type { HistoryPageRequest } from "../../../../src/plex/mapping/history.ts";
import { SCHEDULES } from "../../../../src/plex/schedule.ts";
import { NEVER } from "../../../../src/plex/scheduler.ts";
import { type CollectorHarness, openCollectorHarness } from "../../../testing/collector_harness.ts";
import { listed, notified, SERVER, session, START } from "../../../testing/core_builders.ts";
import { viewCounts } from "../../../testing/view_builders.ts";

const DAY_MS = 86_400_000;

const LIBRARY = {
  id: "1",
  title: "Films",
  type: "movie",
  otherVideos: false,
  scanning: false,
} as const;

interface Row {
  readonly id: number;
  /** Seconds since the start of the test. */
  readonly atS: number;
  readonly account?: string;
}

/** A Plex with a history, oldest row first, and a collector that reads it. */
function open(rows: Row[]) {
  const history = ({ start, size, newestFirst }: HistoryPageRequest) => ({
    rows: (newestFirst ? rows.toReversed() : rows).slice(start, start + size).map((row) => ({
      historyKey: `/status/sessions/history/${row.id}`,
      viewedAt: START / 1000 + row.atS,
      accountID: row.account ?? "1",
      librarySectionID: "1",
      ratingKey: "100",
      type: "movie",
      title: "The Long Road",
    })),
    total: rows.length,
  });
  const harness = openCollectorHarness({ history, accounts: () => new Map([["1", "bob"]]) });
  harness.dispatch(
    { type: "server_described", at: START, server: SERVER },
    { type: "libraries_listed", at: START, libraries: [LIBRARY], withSizes: false },
    listed(START),
  );
  const collector = createHistoryCollector(harness.context);
  return {
    harness,
    collector,
    collect: harness.runnerOf(collector),
    history,
    rows,
    views: () => viewCounts(harness.state)["bob/movie/Films"],
  };
}

/** Rows whose times are a second apart and end a minute before the test begins. */
function past(count: number): Row[] {
  return Array.from({ length: count }, (_, id) => ({ id, atS: id - count - 60 }));
}

/** Lets the collector do its work for a while, as the scheduler does. */
async function live(harness: CollectorHarness, read: () => Promise<number>, forMs: number) {
  let leftMs = forMs;
  for (;;) {
    const waitMs = await read();
    if (waitMs > leftMs) return harness.pass(leftMs);
    harness.pass(waitMs);
    leftMs -= waitMs;
  }
}

Deno.test("the history is read whole in pages with rests, and counted when it is complete", async () => {
  const { harness, collect, views } = open(past(1_500));
  assert.equal(await collect(), 500);
  harness.pass(500);
  for (let page = 0; page < 2; page += 1) {
    assert.equal(await collect(), 500);
    assert.equal(views(), undefined);
    harness.pass(500);
  }
  assert.equal(await collect(), SCHEDULES.history.intervalMs);
  assert.equal(views(), 1_500);
  assert.deepEqual(harness.calls, [
    "accounts",
    ...[0, 700, 1_400].map((start) => `history {"start":${start},"size":700,"newestFirst":false}`),
  ]);
});

Deno.test("the history rests as long as an answer took", async () => {
  const { harness, collect } = open(past(1_500));
  await collect();
  harness.pass(500);
  harness.answer({
    history: () => {
      harness.pass(4_000);
      return { rows: [], total: 1_500 };
    },
  });
  assert.equal(await collect(), 8_000, "from the beginning: it took as long as the rest");
});

Deno.test("the history rests for half a second after a fast answer", async () => {
  const { harness, collect, history } = open(past(1_500));
  await collect();
  harness.pass(500);
  harness.answer({
    history: (page) => {
      harness.pass(100);
      return history(page);
    },
  });
  assert.equal(
    await collect(),
    600,
    "from the beginning of the work to the end of the rest",
  );
});

Deno.test("what is new is read every five minutes, newest first, back to the end of the overlap", async () => {
  const { harness, collect, rows, views } = open(past(400));
  await live(harness, collect, 200_000);
  rows.push({ id: 900, atS: 100 });
  harness.calls.length = 0;
  await live(harness, collect, 200_000);
  assert.equal(views(), 401);
  // The overlap of six hours has all rows of this history.
  const starts = [0, 100, 200, 300, 400];
  assert.deepEqual(
    harness.calls,
    starts.map((start) => `history {"start":${start},"size":100,"newestFirst":true}`),
  );
});

Deno.test("of an old history one page is enough to see what is new", async () => {
  const { harness, collect, rows, views } = open(
    past(5_000).map(({ id }) => ({ id, atS: (id - 5_001) * 3_600 })),
  );
  await live(harness, collect, 60_000);
  rows.push({ id: 9_000, atS: 100 });
  harness.calls.length = 0;
  await live(harness, collect, 250_000);
  assert.equal(views(), 5_001);
  assert.deepEqual(harness.calls, ['history {"start":0,"size":100,"newestFirst":true}']);
});

Deno.test("a stop near the end of an item brings the next reading forward, others do not", async () => {
  const { harness, collect, collector, rows, views } = open(past(3));
  await live(harness, collect, 60_000);
  const hint = (state: "paused" | "stopped", sessionKey = "1") =>
    collector.onHint?.({
      type: "playback",
      playback: {
        at: harness.context.clock.now(),
        state,
        sessionKey,
        ratingKey: "100",
        playerId: "tv-1",
      },
      transcodeKey: "",
    });
  const watched = (progressMs: number) => {
    harness.pass(15_000);
    const at = harness.context.clock.now();
    harness.dispatch(listed(at, session({ progressMs })), notified(at, "stopped"));
  };
  watched(1_000_000);
  assert.equal(hint("stopped"), undefined);
  watched(6_600_000);
  assert.equal(hint("paused"), undefined);
  assert.equal(hint("stopped", "2"), undefined);
  assert.equal(hint("stopped"), 5_000, "Plex is given time to write the view");
  rows.push({ id: 900, atS: 60 });
  harness.pass(5_000);
  await live(harness, collect, 1_000);
  assert.equal(views(), 4);
  assert.ok(Number(hint("stopped")) >= 28_000, "not more often than every half minute");
});

Deno.test("a failure in the middle is retried from the same page", async () => {
  const { harness, collect, history, views } = open(past(1_500));
  await live(harness, collect, 900);
  harness.answer({ history: () => ({ failure: "timeout" }) });
  await live(harness, collect, 30_000);
  harness.answer({ history });
  await live(harness, collect, 60_000);
  assert.equal(views(), 1_500);
  assert.deepEqual(
    harness.calls.slice(1),
    [0, 700, 700, 1_400]
      .map((start) => `history {"start":${start},"size":700,"newestFirst":false}`),
  );
});

Deno.test("views of an account that has left are unknown, and its name is asked for once", async () => {
  const { harness, collect, rows } = open(past(3));
  await live(harness, collect, 60_000);
  rows.push({ id: 900, atS: 10, account: "77" });
  harness.calls.length = 0;
  await live(harness, collect, 1_000_000);
  assert.equal(viewCounts(harness.state)["unknown/movie/Films"], 1);
  assert.equal(harness.calls.filter((call) => call === "accounts").length, 1);
});

Deno.test("a new account's first view is counted under its name", async () => {
  const { harness, collect, rows } = open(past(3));
  await live(harness, collect, 60_000);
  rows.push({ id: 900, atS: 10, account: "77" });
  harness.answer({ accounts: () => new Map([["1", "bob"], ["77", "eve"]]) });
  await live(harness, collect, 1_000_000);
  assert.equal(viewCounts(harness.state)["eve/movie/Films"], 1);
  assert.equal(viewCounts(harness.state)["unknown/movie/Films"], undefined);
});

Deno.test("a cleared history is read anew at once", async () => {
  const { harness, collect, rows, views } = open(past(50));
  await live(harness, collect, 60_000);
  rows.splice(0, 50, { id: 900, atS: 10 });
  await live(harness, collect, 310_000);
  assert.equal(views(), 1);
});

Deno.test("a history that is cleared while it is read begins anew", async () => {
  const { harness, collect, rows, views } = open(past(2_000));
  await live(harness, collect, 1_100);
  rows.splice(0, 2_000, { id: 2_000, atS: 10 });
  await live(harness, collect, 60_000);
  assert.equal(views(), 1);
});

Deno.test("rows that come later than the overlap are found by a reading of the whole, once a day", async () => {
  const { harness, collect, rows, views } = open(past(3));
  await live(harness, collect, 60_000);
  rows.unshift({ id: 900, atS: -90_000 }, { id: 901, atS: -80_000 });
  await live(harness, collect, DAY_MS / 2);
  assert.equal(views(), 3);
  await live(harness, collect, DAY_MS);
  assert.equal(views(), 5);
  const wholes = () => harness.calls.filter((call) => call.endsWith('"newestFirst":false}')).length;
  assert.equal(wholes(), 2);
  rows.unshift({ id: 902, atS: -95_000 });
  await live(harness, collect, DAY_MS / 4);
  assert.equal(wholes(), 2);
});

Deno.test("the history is not read until Plex is up and its libraries are known", async () => {
  const harness = openCollectorHarness({ accounts: () => new Map() });
  const collect = harness.runnerOf(createHistoryCollector(harness.context));
  assert.equal(await collect(), NEVER);
  harness.dispatch(listed(START));
  assert.equal(await collect(), NEVER);
  harness.dispatch({ type: "libraries_listed", at: START, libraries: [], withSizes: false });
  assert.equal(await collect(), 500);
  assert.deepEqual(harness.calls, ["accounts"]);
});

Deno.test("another user's token reads no history, for it would be that user's own", async () => {
  const harness = openCollectorHarness();
  harness.dispatch({ type: "sessions_denied", at: START });
  assert.equal(await harness.runnerOf(createHistoryCollector(harness.context))(), NEVER);
  assert.deepEqual(harness.calls, []);
  assert.equal(harness.state.sources.history.unavailable, true);
});

Deno.test("a Plex without a history is asked rarely", async () => {
  for (const failure of ["not_found", "unauthorized"] as const) {
    const { harness, collect } = open([]);
    harness.answer({ history: () => ({ failure }) });
    await collect();
    harness.pass(500);
    assert.equal(await collect(), 600_000);
    assert.equal(harness.state.sources.history.unavailable, true);
  }
});

/** When libraries are walked, and the rests between the requests. */
import assert from "node:assert/strict";
import { MIN_WALK_INTERVAL_MS } from "../../../../src/core/library_walk.ts";
import type { LibraryListing } from "../../../../src/core/libraries.ts";
import type { WalkedItem } from "../../../../src/core/walked_item.ts";
import { createWalkCollector } from "../../../../src/plex/collectors/walk.ts";
import { isDueAfter } from "../../../../src/plex/collectors/runner.ts";
import type { ItemPage, ItemPageRequest } from "../../../../src/plex/mapping/items.ts";
import { WALK_HISTORY_WAIT_MS, WALK_RETRY_MS } from "../../../../src/plex/schedule.ts";
import { NEVER } from "../../../../src/plex/scheduler.ts";
import { openCollectorHarness } from "../../../testing/collector_harness.ts";
import { listed, SERVER, START } from "../../../testing/core_builders.ts";
import { tallyOf, view } from "../../../testing/view_builders.ts";
import { listing, walkedItem } from "../../../testing/walk_builders.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

type Item = Pick<WalkedItem, "ratingKey">;

function pageOf(keys: readonly Item[], { start, size }: ItemPageRequest): ItemPage {
  const items = keys.slice(start, start + size).map(({ ratingKey }) => walkedItem(ratingKey));
  return { items, rows: items.length, total: keys.length };
}

/** A Plex with libraries of so many films each, by id, and a collector that walks them. */
function open(counts: Record<string, number>, { history = true, walkIntervalMs = DAY_MS } = {}) {
  const films = new Map(
    Object.entries(counts).map(([id, count]) => [
      id,
      Array.from(
        { length: count },
        (_, index) => ({ ratingKey: `${Number(id) * 10_000 + index}` }),
      ),
    ]),
  );
  const harness = openCollectorHarness({
    items: ({ id }, request) => pageOf(films.get(id) ?? [], request),
  });
  const list = (...libraries: readonly LibraryListing[]) =>
    harness.dispatch({
      type: "libraries_listed",
      at: harness.context.clock.now(),
      libraries,
      withSizes: false,
    });
  harness.dispatch({ type: "server_described", at: START, server: SERVER }, listed(START));
  list(...[...films.keys()].map((id) => listing({ id, title: `Library ${id}` })));
  if (history) harness.dispatch({ type: "history_read", at: START, tally: tallyOf([view()]) });
  const collector = createWalkCollector({ ...harness.context, walkIntervalMs });
  const run = harness.runnerOf(collector);
  /** Runs the collector as the scheduler does; returns its last wait, which is not waited for. */
  async function live(forMs: number): Promise<number> {
    const untilAt = harness.context.clock.now() + forMs;
    for (;;) {
      const waitMs = await run();
      if (harness.context.clock.now() + waitMs > untilAt) {
        harness.pass(untilAt - harness.context.clock.now());
        return waitMs;
      }
      harness.pass(waitMs);
    }
  }
  const walks = () =>
    Object.fromEntries([...harness.state.walks].map(([id, { items }]) => [id, items]));
  return { harness, collector, run, live, list, walks, films };
}

Deno.test("libraries are walked one after the other, a page at a time with rests", async () => {
  const { harness, run, walks } = open({ 1: 600, 2: 10 });
  for (const waitMs of [500, 500, 500, 500]) {
    assert.equal(await run(), waitMs);
    harness.pass(waitMs);
  }
  assert.deepEqual(walks(), { 1: 600, 2: 10 });
  assert.deepEqual(
    harness.calls,
    [[1, 0], [1, 209], [1, 418], [2, 0]].map(([id, start]) => {
      const library = { ...harness.state.libraries?.get(String(id)) };
      return `items ${JSON.stringify(library)} ${JSON.stringify({ start, size: 210 })}`;
    }),
  );
});

Deno.test("the walk rests as long as an answer took", async () => {
  const { harness, run, films } = open({ 1: 600 });
  harness.answer({
    items: ({ id }, request) => {
      harness.pass(4_000);
      return pageOf(films.get(id) ?? [], request);
    },
  });
  assert.equal(await run(), 8_000, "from the beginning of the request");
});

Deno.test("being woken in a rest brings no request forward", async () => {
  const { harness, run } = open({ 1: 600 });
  await run();
  harness.pass(100);
  assert.equal(await run(), 400);
  assert.equal(harness.calls.length, 1);
});

Deno.test("a library is walked again after the interval, from the beginning of its walk", async () => {
  const { harness, live, run } = open({ 1: 600 });
  assert.equal(await live(HOUR_MS), DAY_MS - 1_500);
  harness.pass(DAY_MS - HOUR_MS - 1);
  assert.equal(await run(), 1);
  harness.pass(1);
  await live(10_000);
  assert.equal(harness.calls.length, 6);
});

Deno.test("a library that changed is walked again after its scan, and once an hour at most", async () => {
  const { harness, collector, live, list, run } = open({ 1: 10 });
  await live(10_000);
  const dueAfter = (...libraries: LibraryListing[]) => {
    const before = harness.state;
    list(...libraries);
    return isDueAfter(collector, before, harness.state);
  };
  assert.equal(dueAfter(listing({ scanning: true })), true);
  harness.pass(MIN_WALK_INTERVAL_MS);
  assert.ok(await run() > HOUR_MS, "it is being scanned");
  assert.equal(dueAfter(listing({ scanning: true, contentRevision: 2 })), true);
  assert.ok(await run() > HOUR_MS, "it is being scanned");
  assert.equal(dueAfter(listing({ contentRevision: 2 })), true);
  assert.equal(dueAfter(listing({ contentRevision: 2 })), false, "nothing new");
  await live(10_000);
  assert.equal(harness.calls.length, 2);
  list(listing({ contentRevision: 3 }));
  assert.ok(await run() > MIN_WALK_INTERVAL_MS - 20_000);
  await live(MIN_WALK_INTERVAL_MS);
  assert.equal(harness.calls.length, 3);
});

Deno.test("a failure is followed by the same page, and the sums stay meanwhile", async () => {
  const { harness, live, run, walks, films } = open({ 1: 600 });
  await live(DAY_MS - 1);
  harness.pass(1);
  await run();
  harness.pass(500);
  harness.answer({ items: () => ({ failure: "timeout" }) });
  assert.equal(await run(), WALK_RETRY_MS);
  assert.deepEqual(walks(), { 1: 600 });
  assert.equal(harness.state.walkProgress?.items, 210);
  harness.pass(WALK_RETRY_MS);
  harness.answer({ items: ({ id }, request) => pageOf(films.get(id) ?? [], request) });
  await live(10_000);
  assert.equal(harness.state.walks.get("1")?.startedAt, START + DAY_MS);
  const starts = harness.calls.map((request) => /"start":(\d+)/.exec(request)?.[1]);
  assert.deepEqual(starts, ["0", "209", "418", "0", "209", "209", "313", "417", "521"]);
});

Deno.test("nothing is asked while Plex is down, and the walk goes on where it was", async () => {
  const { harness, live, run, walks } = open({ 1: 600 });
  await run();
  harness.pass(500);
  for (const offsetMs of [500, 600]) {
    harness.dispatch({ type: "poll_failed", at: START + offsetMs, failure: "unavailable" });
  }
  assert.equal(await run(), NEVER);
  harness.dispatch(listed(START + 60_000));
  harness.pass(60_000);
  await live(10_000);
  assert.deepEqual(walks(), { 1: 600 });
  assert.equal(harness.calls.length, 3);
});

Deno.test("the walk of a library that vanishes, or of another server, is given up", async () => {
  for (const change of ["gone", "other server", "not found"] as const) {
    const { harness, run, list, walks } = open({ 1: 600 });
    await run();
    harness.pass(500);
    if (change === "gone") list();
    if (change === "other server") {
      harness.dispatch({ type: "server_described", at: START + 1, server: { ...SERVER, id: "x" } });
      harness.dispatch({ type: "history_read", at: START + 1, tally: tallyOf([]) });
    }
    if (change === "not found") harness.answer({ items: () => ({ failure: "not_found" }) });
    await run();
    assert.deepEqual(walks(), {}, change);
    assert.equal(harness.state.walkProgress?.items, change === "other server" ? 210 : undefined);
  }
});

Deno.test("a page is summed up in turns, between which scrapes are answered", async () => {
  const { harness, run } = open({ 1: 210 });
  const summedUp = run();
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(harness.state.walks.get("1"), undefined);
  await summedUp;
  assert.equal(harness.state.walks.get("1")?.items, 210);
});

Deno.test("what was walked counts for no other server that takes the address meanwhile", async () => {
  const { harness, list, run, walks, films } = open({ 1: 10 });
  harness.answer({
    items: ({ id }, request) => {
      harness.dispatch({ type: "server_described", at: START + 1, server: { ...SERVER, id: "x" } });
      list(listing({ id: "1", title: "Library 1" }));
      return pageOf(films.get(id) ?? [], request);
    },
  });
  await run();
  assert.deepEqual(walks(), {});
  assert.equal(harness.state.walkProgress, undefined);
});

Deno.test("the first walk waits for Plex's history, but not without an end", async () => {
  const { harness, live } = open({ 1: 10 }, { history: false });
  await live(WALK_HISTORY_WAIT_MS - 1_000);
  assert.equal(harness.calls.length, 0);
  await live(120_000);
  assert.equal(harness.calls.length, 1);
  assert.equal(harness.state.walks.get("1")?.bytesByLastView, undefined);
});

Deno.test("a token that sees no history has its walk at once", async () => {
  const { harness, run, collector } = open({ 1: 10 }, { history: false });
  const before = harness.state;
  harness.dispatch({ type: "source_unavailable", at: START, source: "history" });
  assert.ok(isDueAfter(collector, before, harness.state));
  await run();
  assert.equal(harness.state.walks.get("1")?.items, 10);
});

Deno.test("a walk has the last views of a library that the history contains", async () => {
  const { harness, live } = open({ 1: 1 }, { history: false });
  const viewed = view({ ratingKeys: [10_000], viewedS: START / 1000 - 10 * 86_400 });
  harness.dispatch({ type: "history_read", at: START, tally: tallyOf([viewed]) });
  await live(10_000);
  const { bytesByLastView, largest } = harness.state.walks.get("1") ?? {};
  assert.equal(bytesByLastView?.month, 1e9);
  assert.equal(largest?.[0]?.lastView, "month");
});

Deno.test("an interval of 0 switches the walk off, and photos are never walked", async () => {
  const off = open({ 1: 10 }, { walkIntervalMs: 0 });
  assert.equal(await off.run(), NEVER);
  const photos = open({});
  photos.list(listing({ id: "4", type: "photo" }));
  assert.equal(await photos.run(), NEVER);
  assert.deepEqual([...off.harness.calls, ...photos.harness.calls], []);
});

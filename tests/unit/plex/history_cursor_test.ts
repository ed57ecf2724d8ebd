/** Paging through a history that changes meanwhile. */
import assert from "node:assert/strict";
import { createHistoryCursor } from "../../../src/plex/history_cursor.ts";
import type { HistoryPageRequest } from "../../../src/plex/mapping/history.ts";

/** A history of row numbers, oldest first, and the requests for pages of it. */
function open(numbers: number[], options: { newestFirst?: boolean; lost?: number } = {}) {
  const { newestFirst = false, lost = 0 } = options;
  const starts: number[] = [];
  const history = ({ start, size }: HistoryPageRequest) => {
    starts.push(start);
    const ordered = newestFirst ? numbers.toReversed() : numbers;
    const rows = ordered.slice(start, start + size).slice(lost)
      .map((number) => ({ historyKey: `/status/sessions/history/${number}`, viewedAt: number }));
    const value = { rows, total: numbers.length };
    return Promise.resolve({ at: 0, ok: true as const, value });
  };
  const cursor = createHistoryCursor({ history }, { size: 3, newestFirst });
  async function next() {
    const answer = await cursor.next();
    assert.ok(answer.ok);
    const { rows, ...rest } = answer.value;
    return { rows: rows.map(({ viewedAt }) => viewedAt), ...rest };
  }
  return { next, numbers, starts };
}

Deno.test("pages follow one another up to the last", async () => {
  const { next, starts } = open([1, 2, 3, 4, 5]);
  assert.deepEqual(await next(), { rows: [1, 2, 3], total: 5, isLast: false });
  assert.deepEqual(await next(), { rows: [4, 5], total: 5, isLast: true });
  assert.deepEqual(starts, [0, 3]);
});

Deno.test("an empty history is one page", async () => {
  assert.deepEqual(await open([]).next(), { rows: [], total: 0, isLast: true });
});

Deno.test("a row that is added at the end is read with the others", async () => {
  const { next, numbers } = open([1, 2, 3, 4, 5]);
  await next();
  numbers.push(6, 7);
  assert.deepEqual((await next()).rows, [4, 5, 6]);
  assert.deepEqual(await next(), { rows: [7], total: 7, isLast: true });
});

Deno.test("newest first, rows that move back because of new ones are returned once", async () => {
  const { next, numbers } = open([1, 2, 3, 4, 5], { newestFirst: true });
  assert.deepEqual((await next()).rows, [5, 4, 3]);
  numbers.push(6);
  assert.deepEqual(await next(), { rows: [2, 1], total: 6, isLast: true });
});

Deno.test("a page that Plex left rows out of skips none of the next", async () => {
  const { next, starts } = open([1, 2, 3, 4, 5, 6], { lost: 1 });
  assert.deepEqual((await next()).rows, [2, 3]);
  assert.deepEqual((await next()).rows, [4, 5]);
  assert.deepEqual(starts, [0, 2]);
});

Deno.test("a page without rows before the end is stepped over", async () => {
  const { next, starts } = open([1, 2, 3, 4, 5, 6, 7], { lost: 3 });
  assert.deepEqual((await next()).rows, []);
  await next();
  await next();
  assert.deepEqual(starts, [0, 3, 6]);
});

Deno.test("a page that failed is asked for again", async () => {
  const starts: number[] = [];
  const failure = { at: 0, ok: false as const, failure: "timeout" as const, detail: "" };
  const cursor = createHistoryCursor({
    history: ({ start }) => {
      starts.push(start);
      return Promise.resolve(failure);
    },
  }, { size: 3, newestFirst: false });
  assert.equal(await cursor.next(), failure);
  assert.equal(await cursor.next(), failure);
  assert.deepEqual(starts, [0, 0]);
});

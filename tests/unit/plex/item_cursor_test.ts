/** The pages of a library, read while it changes. */
import assert from "node:assert/strict";
import fc from "fast-check";
import type { WalkedItem } from "../../../src/core/walked_item.ts";
import { createItemCursor } from "../../../src/plex/item_cursor.ts";
import type { ItemPage, ItemPageRequest } from "../../../src/plex/mapping/items.ts";
import { WALK_MIN_PAGE_ITEMS, WALK_PAGE_ITEMS } from "../../../src/plex/schedule.ts";

function item(ratingKey: string): WalkedItem {
  return { ratingKey, top: { ratingKey, title: "" }, versions: [] };
}

type PageOf = (request: ItemPageRequest) => ItemPage | "timeout" | "not_found";

/** A cursor over a list of keys that the test may change, and what it has read. */
function open(keys: string[], pageOf?: PageOf) {
  const requests: ItemPageRequest[] = [];
  const read = new Set<string>();
  function whole({ start, size }: ItemPageRequest): ItemPage {
    const items = keys.slice(start, start + size).map(item);
    return { items, rows: items.length, total: keys.length };
  }
  const cursor = createItemCursor({
    client: {
      items: (_library, request) => {
        requests.push(request);
        const page = (pageOf ?? whole)(request);
        return Promise.resolve(
          typeof page === "string"
            ? { at: 0, ok: false, failure: page, detail: "" }
            : { at: 0, ok: true, value: page },
        );
      },
    },
    library: { id: "1", type: "movie" },
    isKnown: ({ ratingKey }) => read.has(ratingKey),
  });
  const next = async (): Promise<boolean> => {
    const answer = await cursor.next();
    if (!answer.ok) return false;
    for (const { ratingKey } of answer.value.items) read.add(ratingKey);
    return answer.value.isLast;
  };
  return { next, read, requests, whole };
}

function keysTo(count: number): string[] {
  return Array.from({ length: count }, (_, index) => String(index + 1));
}

Deno.test("100,000 items take 479 pages, each beginning with the last item of the one before", async () => {
  const { next, read, requests } = open(keysTo(100_000));
  while (!await next());
  assert.equal(read.size, 100_000);
  assert.equal(requests.length, 479);
  assert.deepEqual(requests.slice(0, 3).map(({ start }) => start), [0, 209, 418]);
});

Deno.test("an empty library takes one page", async () => {
  const { next, requests } = open([]);
  assert.equal(await next(), true);
  assert.equal(requests.length, 1);
});

Deno.test("nothing is missed where items before the page were removed, and the reading goes back", async () => {
  const keys = keysTo(1_000);
  const { next, read, requests } = open(keys);
  await next();
  await next();
  keys.splice(0, 300);
  while (!await next());
  assert.equal(read.size, 1_000);
  assert.deepEqual(requests.map(({ start }) => start), [0, 209, 418, 209, 0, 209, 418, 627]);
});

Deno.test("nothing is missed where so much was removed that the page is empty", async () => {
  const keys = keysTo(1_000);
  const { next, read } = open(keys);
  for (let page = 0; page < 3; page += 1) await next();
  keys.splice(0, 700);
  while (!await next());
  assert.deepEqual(keys.filter((key) => !read.has(key)), []);
});

interface Change {
  readonly remove: readonly number[];
  readonly insert: readonly number[];
}

const arbitraryChange: fc.Arbitrary<Change> = fc.record({
  remove: fc.array(fc.double({ min: 0, max: 0.999, noNaN: true }), { maxLength: 60 }),
  insert: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 60 }),
});

Deno.test("what is there all the time is read, whatever is added and removed meanwhile", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 0, max: 1_500 }),
      fc.array(fc.option(arbitraryChange, { nil: undefined }), { maxLength: 15 }),
      fc.boolean(),
      async (count, changes, isSorted) => {
        const keys = keysTo(count);
        const always = new Set(keys);
        let last = count;
        const { next, read, requests } = open(keys);
        const left = changes.values();
        while (!await next()) {
          const change = left.next().value;
          for (const share of change?.remove ?? []) {
            for (const key of keys.splice(Math.floor(share * keys.length), 1)) always.delete(key);
          }
          for (const share of change?.insert ?? []) {
            const at = isSorted ? keys.length : Math.floor(share * keys.length);
            keys.splice(at, 0, String(++last));
          }
          assert.ok(requests.length < 60, "it ends");
        }
        assert.deepEqual([...always].filter((key) => !read.has(key)), []);
      },
    ),
    { numRuns: 200 },
  );
});

Deno.test("rows that Plex leaves out of its pages cost nothing but requests", async () => {
  const keys = keysTo(1_000);
  const { next, read } = open(keys, ({ start, size }) => {
    const items = keys.slice(start, start + size).filter((key) => Number(key) % 7 !== 0).map(item);
    return { items, rows: items.length, total: keys.length };
  });
  while (!await next());
  assert.equal(read.size, 1_000 - Math.floor(1_000 / 7));
});

Deno.test("an order that changes all the time does not keep Plex busy without an end", async () => {
  const keys = keysTo(2_000);
  const { next, requests } = open(keys, ({ start, size }) => {
    const moved = keys.map((_, index) => String((index + 1) * 7 + requests.length * 100_000));
    return { items: moved.slice(start, start + size).map(item), rows: size, total: keys.length };
  });
  while (!await next());
  assert.ok(requests.length <= 2_000 / 209 + 2 * 20 + 1, `${requests.length} requests`);
});

Deno.test("a page that failed is asked for again, after a timeout with fewer items", async () => {
  const failures: ("timeout" | "not_found")[] = ["not_found", "timeout", "timeout", "timeout"];
  const keys = keysTo(300);
  const { next, read, requests, whole } = open(
    keys,
    (request) => failures.shift() ?? whole(request),
  );
  while (!await next());
  assert.equal(read.size, 300);
  assert.deepEqual(
    requests.slice(0, 6).map(({ start, size }) => [start, size]),
    [
      [0, WALK_PAGE_ITEMS],
      [0, WALK_PAGE_ITEMS],
      [0, WALK_PAGE_ITEMS / 2],
      [0, 52],
      [0, WALK_MIN_PAGE_ITEMS],
      [49, WALK_MIN_PAGE_ITEMS],
    ],
  );
});

import assert from "node:assert/strict";
import * as z from "zod";
import {
  amount,
  answer,
  count,
  flag,
  list,
  number,
  one,
  text,
} from "../../../src/plex/schema_fields.ts";

const item = z.object({ id: text, size: amount, rows: count, ratio: number, on: flag });

Deno.test("fields are read from numbers, texts and booleans, and left out if they cannot be", () => {
  assert.deepEqual(item.parse({ id: 7, size: "1.5", rows: "3", ratio: "-2", on: "1" }), {
    id: "7",
    size: 1.5,
    rows: 3,
    ratio: -2,
    on: true,
  });
  const unreadable = item.parse({ id: {}, size: -1, rows: 1.5, ratio: "x", on: [] });
  assert.deepEqual(Object.values(unreadable).filter((value) => value !== undefined), []);
  assert.deepEqual(item.parse({}), {});
});

Deno.test("list leaves out what is not an item, and is empty where it is absent", () => {
  const items = list(z.object({ id: z.string() }));
  assert.deepEqual(z.parse(items, [{ id: "a" }, null, 3, "b", { id: 4 }, [], { id: "c" }]), [
    { id: "a" },
    { id: "c" },
  ]);
  assert.deepEqual(z.parse(items, undefined), []);
  assert.deepEqual(z.parse(items, { id: "a" }), [{ id: "a" }], "a single item without a list");
});

Deno.test("one is a child, also in a list", () => {
  const child = one(z.object({ id: z.string() }));
  assert.deepEqual(child.parse({ id: "a" }), { id: "a" });
  assert.deepEqual(child.parse([{ id: "a" }, { id: "b" }]), { id: "a" });
  assert.equal(child.parse("a"), undefined);
});

Deno.test("answer rejects a body without MediaContainer", () => {
  const parse = answer(z.object({ size: number }));
  assert.deepEqual(parse({ MediaContainer: { size: "3" } }), { size: 3 });
  for (const body of [undefined, null, [], "", {}, { MediaContainer: 3 }]) {
    assert.equal(parse(body), undefined, JSON.stringify(body));
  }
});

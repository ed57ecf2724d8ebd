import assert from "node:assert/strict";
import { LargestItems } from "../../../src/core/largest_items.ts";

function titles(items: LargestItems): string[] {
  return items.largest().map(({ title, bytes }) => `${title} ${bytes}`);
}

Deno.test("what belongs to one show is summed up, and the largest come first", () => {
  const items = new LargestItems(2, false);
  items.add("1", "Harbour", 5);
  items.add("2", "Lighthouse", 8);
  items.add("3", "Ferry", 1);
  items.add("1", "Harbour", 4);
  assert.deepEqual(titles(items), ["Harbour 9", "Lighthouse 8"]);
});

Deno.test("of equal ones the first by title comes first, and what has no bytes is left out", () => {
  const items = new LargestItems(5, true);
  for (const [key, title] of ["Z", "A", "M"].entries()) items.add(String(key), title, 7);
  items.add("9", "Nothing", 0);
  assert.deepEqual(titles(items), ["A 7", "M 7", "Z 7"]);
});

Deno.test("of many films only the largest are kept, and none of them is lost", () => {
  const items = new LargestItems(10, true);
  for (let key = 0; key < 25_000; key += 1) {
    items.add(String(key), `Film ${key}`, (key * 7_919) % 25_013);
  }
  const expected = Array.from({ length: 25_000 }, (_, key) => (key * 7_919) % 25_013)
    .sort((a, b) => b - a).slice(0, 10);
  assert.deepEqual(items.largest().map(({ bytes }) => bytes), expected);
});

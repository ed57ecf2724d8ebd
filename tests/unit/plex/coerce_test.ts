import assert from "node:assert/strict";
import * as fc from "fast-check";
import { toAmount, toCount, toFlag, toList, toNumber, toText } from "../../../src/plex/coerce.ts";

Deno.test("toNumber reads numbers and their text, and nothing else", () => {
  assert.deepEqual([12, "12", " 1.5 ", "-3", "1e3", ".5"].map(toNumber), [
    12,
    12,
    1.5,
    -3,
    1000,
    .5,
  ]);
  const none = ["", " ", "0x10", "12px", "1e999", NaN, Infinity, 2 ** 60, true, null, [1], {}];
  assert.deepEqual(none.map(toNumber), none.map(() => undefined));
});

Deno.test("toAmount and toCount reject impossible values", () => {
  assert.deepEqual(["0", 1.5, -1, "-0.1"].map(toAmount), [0, 1.5, undefined, undefined]);
  assert.deepEqual(["7", 1.5, -1].map(toCount), [7, undefined, undefined]);
});

Deno.test("toFlag reads Plex's four forms of true and false", () => {
  assert.deepEqual([true, 1, "1", "true", "TRUE"].map(toFlag), [true, true, true, true, true]);
  assert.deepEqual([false, 0, "0", "false"].map(toFlag), [false, false, false, false]);
  assert.deepEqual([2, "yes", "", null, [], {}].map(toFlag), Array(6).fill(undefined));
});

Deno.test("toText gives well-formed text of bounded length without NUL", () => {
  assert.equal(toText(12), "12");
  assert.equal(toText("a\u0000b\ud800"), "ab\ufffd");
  assert.equal(toText("x".repeat(5000))?.length, 1000);
  assert.equal(toText(`${"x".repeat(999)}🎷`)?.isWellFormed(), true);
  assert.deepEqual([NaN, true, null, {}].map(toText), Array(4).fill(undefined));
});

Deno.test("toList reads a single object as a list of one", () => {
  assert.deepEqual([[1], { a: 1 }, null, undefined, "x"].map(toList), [
    [1],
    [{ a: 1 }],
    [],
    [],
    [],
  ]);
});

Deno.test("no coercion throws for any value", () => {
  fc.assert(fc.property(fc.anything({ withNullPrototype: true }), (value) => {
    for (const coerce of [toText, toNumber, toAmount, toCount, toFlag, toList]) coerce(value);
  }));
});

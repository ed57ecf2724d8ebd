import assert from "node:assert/strict";
import { parseJson } from "../../../src/plex/bounded_json.ts";
import { MAX_OBJECTS } from "../../../src/plex/schedule.ts";

Deno.test("parseJson parses JSON, and nothing else", () => {
  assert.deepEqual(parseJson('{"a":[1,{"b":"[{"}]}'), { a: [1, { b: "[{" }] });
  for (const text of ["", "<html>", '{"a":', "{}{}"]) assert.equal(parseJson(text), undefined);
});

Deno.test("parseJson parses up to its limit of objects", () => {
  const list = (objects: number) => `[${Array(objects).fill("{}").join(",")}]`;
  assert.ok(Array.isArray(parseJson(list(9), 10)));
  assert.equal(parseJson(list(10), 10), undefined);
  assert.equal(parseJson("[".repeat(11) + "]".repeat(11), 10), undefined);
  // The longest history of bytes that was seen (docs/plex/api.md#bytes-sent).
  assert.ok(MAX_OBJECTS > 2 * 124_000);
});

Deno.test("parseJson rejects too many objects before it parses, well-formed or not", () => {
  for (const piece of ["{},", "[", "[],", "{", '{"a":[]},']) {
    const text = `{"MediaContainer":{"Metadata":[${piece.repeat(MAX_OBJECTS)}0]}}`;
    assert.equal(parseJson(text), undefined, piece);
  }
  for (const piece of ["1,", '"a",']) {
    const text = `{"MediaContainer":{"Metadata":[${piece.repeat(MAX_OBJECTS)}0]}}`;
    assert.notEqual(parseJson(text), undefined, piece);
  }
});

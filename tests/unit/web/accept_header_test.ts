/** Parsing headers that list what a client accepts. */
import assert from "node:assert/strict";
import { parseAcceptHeader } from "../../../src/web/accept_header.ts";

Deno.test("parseAcceptHeader() returns names, parameters and weights", () => {
  const [first, second, ...rest] = parseAcceptHeader(
    'Text/Plain; Version="0.0.4" ;q=0.25, gzip;q=7',
  );
  assert.deepEqual(first, {
    name: "text/plain",
    parameters: new Map([["version", "0.0.4"]]),
    weight: 0.25,
  });
  assert.deepEqual(second, { name: "gzip", parameters: new Map(), weight: 1 });
  assert.deepEqual(rest, []);
});

Deno.test("parseAcceptHeader() returns at most 50 entries and parameters of the longest header", () => {
  assert.equal(parseAcceptHeader('a"\\,'.repeat(100_000)).length, 50);
  const [entry] = parseAcceptHeader(`a${";b=c".repeat(100_000)};d=e`);
  assert.equal(entry?.parameters.has("d"), false);
});

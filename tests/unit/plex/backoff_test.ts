import assert from "node:assert/strict";
import fc from "fast-check";
import { backoffMs } from "../../../src/plex/backoff.ts";

const middle = () => 0.5;

Deno.test("backoffMs doubles from one second to a minute", () => {
  const waits = [1, 2, 3, 4, 5, 6, 7, 8, 1_000].map((failures) => backoffMs(failures, middle));
  assert.deepEqual(waits, [1, 2, 4, 8, 16, 32, 60, 60, 60].map((s) => s * 1000));
});

Deno.test("backoffMs is a second if nothing has failed", () => {
  assert.equal(backoffMs(0, middle), 1_000);
});

Deno.test("backoffMs stays within a fifth of the plain wait, in whole ms, and uses all of that", () => {
  const share = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  fc.assert(fc.property(fc.nat(100_000), share, (failures, random) => {
    const plain = backoffMs(failures, middle);
    const wait = backoffMs(failures, () => random);
    assert.ok(Number.isInteger(wait));
    assert.ok(wait >= plain * 0.8 && wait <= plain * 1.2, `${wait} of ${plain}`);
  }));
  assert.equal(backoffMs(1, () => 0), 800);
  assert.equal(backoffMs(1, () => 1), 1_200);
});

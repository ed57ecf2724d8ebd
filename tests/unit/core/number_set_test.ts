import assert from "node:assert/strict";
import fc from "fast-check";
import { hashText, NumberSet } from "../../../src/core/number_set.ts";

Deno.test("NumberSet has what a Set has, at any size", () => {
  const number = fc.oneof(
    fc.integer({ min: 1, max: 50 }),
    fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
    // The same low 32 bits, and the same last bits.
    fc.nat(5_000).map((high) => high * 0x1_0000_0000 + 7),
    fc.nat(5_000).map((factor) => (factor + 1) * 1_024),
  );
  fc.assert(
    fc.property(fc.array(number, { maxLength: 3_000 }), (numbers) => {
      const set = new NumberSet();
      const expected = new Set<number>();
      for (const one of numbers) {
        assert.equal(set.has(one), expected.has(one));
        assert.equal(set.add(one), !expected.has(one));
        expected.add(one);
      }
      assert.equal(set.size, expected.size);
      for (const one of expected) assert.ok(set.has(one));
      assert.ok(!set.has(3 * 2 ** 50 + 1) || expected.has(3 * 2 ** 50 + 1));
    }),
    { numRuns: 40 },
  );
});

Deno.test("NumberSet has consecutive numbers, and none beyond them", () => {
  const set = new NumberSet();
  for (let key = 1; key <= 300_000; key += 1) set.add(key);
  assert.equal(set.size, 300_000);
  assert.ok(set.has(300_000) && !set.has(300_001));
});

Deno.test("hashText returns different numbers for different texts, all of which NumberSet takes", () => {
  const numbers = new Set<number>();
  for (let index = 0; index < 100_000; index += 1) {
    const number = hashText(`/media/series/${index % 100}/Season 01/S01E${index}.mkv`);
    assert.ok(Number.isSafeInteger(number) && number > 0);
    numbers.add(number);
  }
  assert.equal(numbers.size, 100_000);
  assert.equal(hashText("ab"), hashText("ab"));
  assert.notEqual(hashText("ab"), hashText("ba"));
});

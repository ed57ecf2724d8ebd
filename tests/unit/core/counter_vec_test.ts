import assert from "node:assert/strict";
import fc from "fast-check";
import {
  emptyCounterVec,
  ensureAndIncrement,
  ensureSeries,
  hasCapacity,
  increment,
  keyText,
  seriesOf,
} from "../../../src/core/counter_vec.ts";
import { freeze } from "../../testing/core_builders.ts";

type Key = { readonly user: string; readonly location: string };

/** Some hundred keys, so that vectors have several chunks. */
const key: fc.Arbitrary<Key> = fc.record({
  user: fc.integer({ min: 0, max: 200 }).map(String),
  location: fc.constantFrom("lan", "wan"),
});
const additions = fc.array(
  fc.record({ key, amount: fc.nat(1_000), createdAtScrape: fc.nat(9) }),
  { maxLength: 300 },
);

const bob: Key = { user: "bob", location: "lan" };
const eve: Key = { user: "eve", location: "lan" };

Deno.test("ensureAndIncrement sums what is added to each key and lists series in the order of creation", () => {
  fc.assert(fc.property(additions, (additions) => {
    const sums = new Map<string, { total: number; createdAtScrape: number }>();
    let vec = emptyCounterVec<Key>(1_000);
    for (const { key, amount, createdAtScrape } of additions) {
      vec = ensureAndIncrement(vec, key, amount, createdAtScrape);
      const sum = sums.get(keyText(key)) ?? { total: 0, createdAtScrape };
      sums.set(keyText(key), { ...sum, total: sum.total + amount });
    }
    assert.deepEqual(
      seriesOf(vec).map(({ key, value, createdAtScrape }) => [
        keyText(key),
        value,
        createdAtScrape,
      ]),
      [...sums].map(([text, { total, createdAtScrape }]) => [text, total, createdAtScrape]),
    );
  }));
});

Deno.test("ensureAndIncrement leaves every earlier vector unchanged", () => {
  fc.assert(
    fc.property(additions, (additions) => {
      let vec = freeze(emptyCounterVec<Key>(1_000));
      const snapshots = additions.map(({ key, amount, createdAtScrape }) => {
        vec = freeze(ensureAndIncrement(vec, key, amount, createdAtScrape));
        return { vec, text: JSON.stringify(seriesOf(vec)) };
      });
      for (const { vec, text } of snapshots) assert.equal(JSON.stringify(seriesOf(vec)), text);
    }),
    { numRuns: 20 },
  );
});

Deno.test("ensureSeries keeps the creation, the value and the key object of a series", () => {
  const vec = increment(ensureSeries(emptyCounterVec<Key>(9), bob, 3), { ...bob }, 5);
  assert.equal(ensureSeries(vec, { ...bob }, 8), vec);
  const [series] = seriesOf(vec);
  assert.deepEqual(series, { key: bob, value: 5, createdAtScrape: 3 });
  assert.equal(series?.key, bob);
});

Deno.test("increment changes nothing without a series of that key, or by 0", () => {
  const vec = ensureSeries(emptyCounterVec<Key>(9), bob, 0);
  assert.equal(increment(vec, eve, 5), vec);
  assert.equal(increment(vec, bob, 0), vec);
});

Deno.test("hasCapacity is true for existing series, and for new ones up to the capacity", () => {
  const one = ensureSeries(emptyCounterVec<Key>(2), bob, 0);
  assert.ok(hasCapacity(one, eve));
  const full = ensureSeries(one, eve, 0);
  assert.ok(!hasCapacity(full, { user: "ann", location: "lan" }));
  assert.ok(hasCapacity(full, bob));
});

Deno.test("keyText differs for keys whose values are equal when joined", () => {
  assert.notEqual(keyText({ a: "x", b: "yz" }), keyText({ a: "xy", b: "z" }));
  assert.notEqual(keyText({ a: "", b: "x" }), keyText({ a: "x", b: "" }));
});

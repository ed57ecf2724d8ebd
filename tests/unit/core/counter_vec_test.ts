import assert from "node:assert/strict";
import fc from "fast-check";
import {
  emptyCounterVec,
  ensureSeries,
  hasCapacity,
  inc,
  increment,
  labelKey,
  seriesOf,
} from "../../../src/core/counter_vec.ts";
import { freeze } from "../../testing/core_builders.ts";

/** Some hundred label sets, so that ledgers of several chunks come about. */
const labels = fc.record({
  user: fc.integer({ min: 0, max: 200 }).map(String),
  side: fc.constantFrom("lan", "wan"),
});
const steps = fc.array(
  fc.record({ labels, amount: fc.nat(1_000), createdAtScrape: fc.nat(9) }),
  { maxLength: 300 },
);

Deno.test("a ledger holds the sum of what was added to each label set, oldest set first", () => {
  fc.assert(fc.property(steps, (additions) => {
    const sums = new Map<string, { total: number; createdAtScrape: number }>();
    let ledger = emptyCounterVec(1_000);
    for (const { labels, amount, createdAtScrape } of additions) {
      ledger = inc(ledger, labels, amount, createdAtScrape);
      const sum = sums.get(labelKey(labels)) ?? { total: 0, createdAtScrape };
      sums.set(labelKey(labels), { ...sum, total: sum.total + amount });
    }
    assert.deepEqual(
      seriesOf(ledger).map((
        { labels, value, createdAtScrape },
      ) => [labelKey(labels), value, createdAtScrape]),
      [...sums].map(([key, { total, createdAtScrape }]) => [key, total, createdAtScrape]),
    );
  }));
});

Deno.test("count leaves every earlier ledger as it was", () => {
  fc.assert(
    fc.property(steps, (additions) => {
      let ledger = freeze(emptyCounterVec(1_000));
      const kept = additions.map(({ labels, amount, createdAtScrape }) => {
        ledger = freeze(inc(ledger, labels, amount, createdAtScrape));
        return { ledger, then: JSON.stringify(seriesOf(ledger)) };
      });
      for (const { ledger, then } of kept) assert.equal(JSON.stringify(seriesOf(ledger)), then);
    }),
    { numRuns: 20 },
  );
});

Deno.test("open keeps the birth, the value and the labels object of a series that is open", () => {
  const first = { user: "bob" };
  const ledger = increment(ensureSeries(emptyCounterVec(9), first, 3), { user: "bob" }, 5);
  assert.equal(ensureSeries(ledger, { user: "bob" }, 8), ledger);
  const [series] = seriesOf(ledger);
  assert.deepEqual(series, { labels: first, value: 5, createdAtScrape: 3 });
  assert.equal(series?.labels, first);
});

Deno.test("add adds nothing to a series that is not open", () => {
  const ledger = ensureSeries(emptyCounterVec(9), { user: "bob" }, 0);
  assert.equal(increment(ledger, { user: "eve" }, 5), ledger);
  assert.equal(increment(ledger, { user: "bob" }, 0), ledger);
});

Deno.test("hasRoom has room for what is open, and for new series up to the capacity", () => {
  const one = ensureSeries(emptyCounterVec(2), { user: "bob" }, 0);
  assert.ok(hasCapacity(one, { user: "eve" }));
  const full = ensureSeries(one, { user: "eve" }, 0);
  assert.ok(!hasCapacity(full, { user: "ann" }));
  assert.ok(hasCapacity(full, { user: "bob" }));
});

Deno.test("labelKey tells label sets apart whose values run together", () => {
  assert.notEqual(labelKey({ a: "x", b: "yz" }), labelKey({ a: "xy", b: "z" }));
  assert.notEqual(labelKey({ a: "", b: "x" }), labelKey({ a: "x", b: "" }));
});

import assert from "node:assert/strict";
import fc from "fast-check";
import {
  add,
  count,
  emptyLedger,
  hasRoom,
  labelKey,
  open,
  seriesOf,
} from "../../src/core/ledger.ts";
import { freeze } from "./build.ts";

/** Some hundred label sets, so that ledgers of several chunks come about. */
const labels = fc.record({
  user: fc.integer({ min: 0, max: 200 }).map(String),
  side: fc.constantFrom("lan", "wan"),
});
const steps = fc.array(
  fc.record({ labels, amount: fc.nat(1_000), born: fc.nat(9) }),
  { maxLength: 300 },
);

Deno.test("a ledger holds the sum of what was added to each label set, oldest set first", () => {
  fc.assert(fc.property(steps, (additions) => {
    const sums = new Map<string, { total: number; born: number }>();
    let ledger = emptyLedger(1_000);
    for (const { labels, amount, born } of additions) {
      ledger = count(ledger, labels, amount, born);
      const sum = sums.get(labelKey(labels)) ?? { total: 0, born };
      sums.set(labelKey(labels), { ...sum, total: sum.total + amount });
    }
    assert.deepEqual(
      seriesOf(ledger).map(({ labels, value, born }) => [labelKey(labels), value, born]),
      [...sums].map(([key, { total, born }]) => [key, total, born]),
    );
  }));
});

Deno.test("count leaves every earlier ledger as it was", () => {
  fc.assert(
    fc.property(steps, (additions) => {
      let ledger = freeze(emptyLedger(1_000));
      const kept = additions.map(({ labels, amount, born }) => {
        ledger = freeze(count(ledger, labels, amount, born));
        return { ledger, then: JSON.stringify(seriesOf(ledger)) };
      });
      for (const { ledger, then } of kept) assert.equal(JSON.stringify(seriesOf(ledger)), then);
    }),
    { numRuns: 20 },
  );
});

Deno.test("open keeps the birth, the value and the labels object of a series that is open", () => {
  const first = { user: "bob" };
  const ledger = add(open(emptyLedger(9), first, 3), { user: "bob" }, 5);
  assert.equal(open(ledger, { user: "bob" }, 8), ledger);
  const [series] = seriesOf(ledger);
  assert.deepEqual(series, { labels: first, value: 5, born: 3 });
  assert.equal(series?.labels, first);
});

Deno.test("add adds nothing to a series that is not open", () => {
  const ledger = open(emptyLedger(9), { user: "bob" }, 0);
  assert.equal(add(ledger, { user: "eve" }, 5), ledger);
  assert.equal(add(ledger, { user: "bob" }, 0), ledger);
});

Deno.test("hasRoom has room for what is open, and for new series up to the capacity", () => {
  const one = open(emptyLedger(2), { user: "bob" }, 0);
  assert.ok(hasRoom(one, { user: "eve" }));
  const full = open(one, { user: "eve" }, 0);
  assert.ok(!hasRoom(full, { user: "ann" }));
  assert.ok(hasRoom(full, { user: "bob" }));
});

Deno.test("labelKey tells label sets apart whose values run together", () => {
  assert.notEqual(labelKey({ a: "x", b: "yz" }), labelKey({ a: "xy", b: "z" }));
  assert.notEqual(labelKey({ a: "", b: "x" }), labelKey({ a: "x", b: "" }));
});

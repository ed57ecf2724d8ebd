import assert from "node:assert/strict";
import { advance, initialPosition, isAhead, moveTo, presume } from "../../../src/core/position.ts";

Deno.test("only a greater position than the last one is ahead", () => {
  const position = initialPosition(5_000);
  assert.ok(isAhead(position, 5_001));
  for (const newMs of [5_000, 4_000, undefined]) assert.ok(!isAhead(position, newMs));
  assert.ok(!isAhead(initialPosition(undefined), 5_000), "nothing to compare with");
});

Deno.test("advance proves the distance, and that the position can be relied on", () => {
  assert.deepEqual(advance(initialPosition(5_000), 15_000), [
    { reportedMs: 15_000, presumedMs: 0, advances: true },
    10_000,
  ]);
});

Deno.test("time that was credited without proof is not proven again", () => {
  const presumed = presume(presume(initialPosition(0), 3_000), 4_000);
  const [position, provenMs] = advance(presumed, 10_000);
  assert.equal(provenMs, 3_000);
  assert.equal(position.presumedMs, 0);
  const [late, noneMs] = advance(presumed, 5_000);
  assert.equal(noneMs, 0);
  assert.equal(late.presumedMs, 2_000, "of a report that came late the rest is still presumed");
  assert.equal(advance(late, 10_000)[1], 3_000);
});

Deno.test("moveTo restarts from a reported position, and changes nothing without one", () => {
  const presumed = presume(initialPosition(9_000), 1_000);
  assert.deepEqual(moveTo(presumed, 2_000), initialPosition(2_000));
  assert.equal(moveTo(presumed, undefined), presumed);
});

import assert from "node:assert/strict";
import { createCrowd, type Guest } from "../../src/web/crowd.ts";

/** Guests with numbers, and who of them was sent away, in order. */
function makeGuests(count: number) {
  const gone: number[] = [];
  const guests = Array.from({ length: count }, (_, nth): Guest => ({
    destroy: () => void gone.push(nth),
  }));
  return { guests, gone };
}

Deno.test("createCrowd sends away who has waited longest, and who asks only when nobody waits", () => {
  const crowd = createCrowd();
  const { guests, gone } = makeGuests(crowd.most * 2);
  const [first, second, third] = guests;
  assert.ok(first && second && third);
  guests.slice(0, crowd.most).forEach(crowd.enter);
  assert.equal(gone.length, 0);
  crowd.asks(first);
  crowd.asks(second);
  crowd.waits(second);
  crowd.leave(third);
  guests.slice(crowd.most, crowd.most + 3).forEach(crowd.enter);
  assert.deepEqual(gone, [3, 4], "who left made room for one");
  guests.slice(crowd.most + 3).forEach(crowd.enter);
  assert.ok(!gone.includes(0), "he asks");
  assert.equal(gone.length, crowd.most - 1);
});

Deno.test("createCrowd keeps a reserve where the machine has too little for all, and never lets in nobody", () => {
  const crowd = createCrowd();
  const { guests, gone } = makeGuests(200);
  guests.slice(0, 100).forEach(crowd.enter);
  crowd.shrink();
  assert.equal(crowd.most, 75);
  assert.equal(gone.length, 25);
  guests.slice(100, 110).forEach(crowd.enter);
  assert.equal(gone.length, 35, "there are never more again");
  for (let nth = 0; nth < 20; nth++) crowd.shrink();
  assert.equal(crowd.most, 16);
  assert.equal(gone.length, 110 - 16);
});

Deno.test("createCrowd takes no notice of who has left, and in the end sends all away", () => {
  const crowd = createCrowd();
  const { guests, gone } = makeGuests(3);
  guests.forEach(crowd.enter);
  const [first, second] = guests;
  assert.ok(first && second);
  crowd.leave(first);
  crowd.asks(first);
  crowd.waits(first);
  crowd.asks(second);
  crowd.dissolve();
  assert.deepEqual(gone.toSorted(), [1, 2]);
});

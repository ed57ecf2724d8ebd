/** Random numbers by a seed. */
import assert from "node:assert/strict";
import { createRandom } from "../../../src/simulator/random.ts";

const DRAWS = 2_000;

function draw<T>(one: () => T): T[] {
  return Array.from({ length: DRAWS }, one);
}

Deno.test("random numbers are the same for the same seed, and others for another", () => {
  const [one, same, other] = [7, 7, 8].map((seed) => draw(createRandom(seed).next));
  assert.deepEqual(one, same);
  assert.notDeepEqual(one, other);
  assert.ok(one?.every((number) => number >= 0 && number < 1));
});

Deno.test("whole numbers include both ends and nothing beyond them", () => {
  const random = createRandom(3);
  const drawn = draw(() => random.integer(-2, 4));
  assert.deepEqual([...new Set(drawn)].toSorted((a, b) => a - b), [-2, -1, 0, 1, 2, 3, 4]);
});

Deno.test("every element can be picked, and none from an empty list", () => {
  const random = createRandom(3);
  assert.deepEqual([...new Set(draw(() => random.pick(["a", "b", "c"])))].sort(), ["a", "b", "c"]);
  assert.throws(() => random.pick([]), RangeError);
});

Deno.test("a chance is that share of the calls, from never to always", () => {
  const random = createRandom(3);
  const hits = (share: number) => draw(() => random.chance(share)).filter(Boolean).length;
  assert.deepEqual([hits(0), hits(1)], [0, DRAWS]);
  const few = hits(0.1);
  assert.ok(few > 0.07 * DRAWS && few < 0.13 * DRAWS, `${few} of ${DRAWS}`);
});

Deno.test("hexadecimal digits are in lower case", () => {
  assert.match(createRandom(3).hex(200), /^[0-9a-f]{200}$/);
});

Deno.test("what a fork draws does not change what its parent draws", () => {
  const [quiet, busy] = [createRandom(5), createRandom(5)];
  quiet.fork();
  draw(busy.fork().next);
  assert.deepEqual(draw(quiet.next), draw(busy.next));
});

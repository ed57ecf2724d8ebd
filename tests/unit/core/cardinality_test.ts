import assert from "node:assert/strict";
import {
  type Cardinality,
  ensureLimitedSeries,
  INITIAL_CARDINALITY,
  LIMITS,
  limitValues,
  recordAllDropped,
  recordDropped,
} from "../../../src/core/cardinality.ts";
import { emptyCounterVec, seriesOf } from "../../../src/core/counter_vec.ts";

const count = (length: number) => Array.from({ length }, (_, index) => String(index));

const droppedSizes = ({ dropped }: Cardinality) =>
  Object.fromEntries([...dropped].map(([family, { size }]) => [family, size]));

const LIMITED_FIELDS = [
  ["user", "users"],
  ["platform", "platforms"],
  ["title", "titles"],
  ["device", "devices"],
] as const;

for (const [field, kind] of LIMITED_FIELDS) {
  Deno.test(`limitValues keeps the first ${LIMITS[kind]} values of ${field}, then returns other`, () => {
    let cardinality = INITIAL_CARDINALITY;
    const values = count(LIMITS[kind] + 5).map((value) => {
      const [next, key] = limitValues(cardinality, "plays", { location: "lan", [field]: value });
      cardinality = next;
      assert.deepEqual(Object.keys(key), ["location", field]);
      assert.equal(key["location"], "lan");
      return key[field];
    });
    assert.deepEqual(values.slice(0, LIMITS[kind]), count(LIMITS[kind]));
    assert.deepEqual(new Set(values.slice(LIMITS[kind])), new Set(["other"]));
    assert.deepEqual(droppedSizes(cardinality), { plays: 5 });
    const [, first] = limitValues(cardinality, "titleMs", { [field]: "0" });
    assert.equal(first[field], "0");
  });
}

Deno.test("limitValues returns the same key object if nothing is over a limit", () => {
  const key = { user: "bob", location: "lan" };
  assert.equal(limitValues(INITIAL_CARDINALITY, "plays", key)[1], key);
});

Deno.test("ensureLimitedSeries counts keys over the capacity in one series with other in every field", () => {
  let cardinality = INITIAL_CARDINALITY;
  let vec = emptyCounterVec<{ readonly codec: string; readonly resolution: string }>(3);
  for (const codec of [...count(5), "0"]) {
    const requested = { codec, resolution: "1080" };
    [cardinality, vec] = ensureLimitedSeries(cardinality, "streamMs", vec, requested, 7);
  }
  assert.deepEqual(seriesOf(vec).map(({ key, createdAtScrape }) => ({ ...key, createdAtScrape })), [
    { codec: "0", resolution: "1080", createdAtScrape: 7 },
    { codec: "1", resolution: "1080", createdAtScrape: 7 },
    { codec: "2", resolution: "1080", createdAtScrape: 7 },
    { codec: "other", resolution: "other", createdAtScrape: 7 },
  ]);
  assert.deepEqual(droppedSizes(cardinality), { streamMs: 2 });
});

Deno.test("recordDropped counts each key once per family, up to a limit", () => {
  const often = (["plays", "sessions", "plays"] as const)
    .reduce((next, family) => recordDropped(next, family, "a"), INITIAL_CARDINALITY);
  assert.deepEqual(droppedSizes(often), { plays: 1, sessions: 1 });
  const many = recordAllDropped(often, "plays", count(LIMITS.dropped + 5));
  assert.deepEqual(droppedSizes(many), { plays: LIMITS.dropped, sessions: 1 });
});

import assert from "node:assert/strict";
import { emptyCounterVec, ensureSeries, increment } from "../../../src/core/counter_vec.ts";
import { initialState } from "../../../src/core/state.ts";
import {
  counterVecFamily,
  exposedValue,
  flag,
  gaugeFamily,
  one,
} from "../../../src/metrics/family.ts";
import { labelsOf, NO_LABELS } from "../../../src/metrics/labels.ts";

type UserKey = { readonly user: string };
const LABELS = labelsOf<UserKey>({ user: "user" });
const STATE = initialState("plex.example:32400", "UTC");

Deno.test("one and flag have a value unless it is unknown", () => {
  assert.deepEqual([one(undefined), flag(undefined)], [[], []]);
  assert.deepEqual([one(0), flag(false), flag(true)].map(([value]) => value?.[1]), [0, 0, 1]);
});

Deno.test("gaugeFamily computes a sample with the label set of each key", () => {
  const keys = [{ user: "bob" }, { user: "eve" }];
  const family = gaugeFamily("plays", "Plays.", LABELS, (_, at) => keys.map((key) => [key, at]));
  assert.deepEqual(
    [family.type, family.labels, family.identity],
    ["gauge", ["user"], "server"],
  );
  assert.deepEqual(family.samples(STATE, 7), [
    { labels: { user: "bob" }, value: 7 },
    { labels: { user: "eve" }, value: 7 },
  ]);
  assert.equal(family.samples(STATE, 7)[0]?.labels, family.samples(STATE, 8)[0]?.labels);
});

Deno.test("gaugeFamily without labels has one empty label set", () => {
  const family = gaugeFamily("up", "Up.", NO_LABELS, () => flag(true));
  assert.deepEqual(family.samples(STATE, 0), [{ labels: {}, value: 1 }]);
});

Deno.test("exposedValue is 0 until a scrape that began after the creation has completed", () => {
  const counter = { value: 5, createdAtScrape: 2 };
  assert.equal(exposedValue(counter, { ...STATE.scrapes, completed: 2 }), 0);
  assert.equal(exposedValue(counter, { ...STATE.scrapes, completed: 3 }), 5);
});

Deno.test("counterVecFamily exposes each series in the unit, and no samples without a vector", () => {
  const key = { user: "bob" };
  const vec = increment(ensureSeries(emptyCounterVec<UserKey>(9), key, 0), key, 2_500);
  const family = counterVecFamily("seconds_total", "Seconds.", LABELS, () => vec, 1000);
  const valueAfter = (completed: number) =>
    family.samples({ ...STATE, scrapes: { ...STATE.scrapes, completed } }, 0)[0]?.value;
  assert.deepEqual([valueAfter(0), valueAfter(1)], [0, 2.5]);
  assert.deepEqual(
    counterVecFamily<UserKey>("a_total", "A.", LABELS, () => undefined).samples(STATE, 0),
    [],
  );
});

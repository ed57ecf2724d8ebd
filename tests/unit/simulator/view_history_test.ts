/** The simulated history: its past is computed, its present is stored. */
import assert from "node:assert/strict";
import type { PastViews, View } from "../../../src/simulator/past_views.ts";
import { ViewHistory } from "../../../src/simulator/view_history.ts";

const ITEM = { type: "movie", title: "Two Spoons", guid: "", addedAtS: 0, updatedAtS: 0 } as const;

function view(viewedAtS: number): Omit<View, "id"> {
  return { viewedAtS, accountId: 1, deviceId: 1, item: { ...ITEM, versions: [] } };
}

/** Views at 0, 100, 200, … s. */
function past(count: number): PastViews {
  return { count, at: (position) => ({ id: position + 1, ...view(position * 100) }) };
}

function times(history: ViewHistory): number[] {
  return [...history].map(({ viewedAtS }) => viewedAtS);
}

Deno.test("a view that is added stands in the order of the times, under the next key", () => {
  const history = new ViewHistory(past(3));
  assert.equal(history.add(view(500)).id, 4);
  assert.equal(history.add(view(150)).id, 5);
  assert.equal(history.add(view(-1)).id, 6);
  assert.deepEqual(times(history), [-1, 0, 100, 150, 200, 500]);
  assert.equal(history.size, 6);
  assert.deepEqual([...history].map(({ id }) => id), [6, 1, 2, 5, 3, 4]);
});

Deno.test("a position is found by time", () => {
  const history = new ViewHistory(past(3));
  history.add(view(150));
  const positions = [-5, 0, 1, 150, 200, 201].map((at) => history.positionOf(at));
  assert.deepEqual(positions, [0, 0, 1, 2, 3, 4]);
});

Deno.test("a view that is removed is gone, and a cleared history goes on under new keys", () => {
  const history = new ViewHistory(past(2));
  const { id } = history.add(view(300));
  history.add(view(400));
  history.remove(id);
  assert.deepEqual(times(history), [0, 100, 400]);
  history.clear();
  assert.deepEqual(times(history), []);
  assert.equal(history.add(view(500)).id, 5);
  assert.deepEqual(times(history), [500]);
});

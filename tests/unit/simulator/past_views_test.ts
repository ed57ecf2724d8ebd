/** What was watched before the simulation begins. */
import assert from "node:assert/strict";
import { createPastViews, DEPARTED_ACCOUNT_ID } from "../../../src/simulator/past_views.ts";
import { Simulation } from "../../../src/simulator/simulation.ts";
import { DrivenClock } from "../../testing/driven_clock.ts";

const YEAR_S = 365 * 86_400;

function openSimulation(): Simulation {
  return new Simulation({ clock: new DrivenClock(), seed: 3 });
}

Deno.test("200,000 views of three years come in order, each computed by itself", () => {
  const simulation = openSimulation();
  const past = createPastViews({ count: 200_000 }, simulation, 3);
  const [first, last] = [past.at(0), past.at(199_999)];
  const nowS = simulation.plexNowS();
  assert.ok(first.viewedAtS >= nowS - 3 * YEAR_S && first.viewedAtS < nowS - 3 * YEAR_S + 86_400);
  assert.ok(last.viewedAtS <= nowS && last.viewedAtS > nowS - 86_400);
  let before = -Infinity;
  for (let position = 0; position < past.count; position += 97) {
    const { viewedAtS, id } = past.at(position);
    assert.equal(id, position + 1);
    assert.ok(viewedAtS >= before);
    before = viewedAtS;
  }
  assert.deepEqual(
    past.at(123_456),
    createPastViews({ count: 200_000 }, simulation, 3).at(123_456),
  );
  simulation.close();
});

Deno.test("the past holds deleted items, broadcasts, a departed account and views written twice", () => {
  const simulation = openSimulation();
  const past = createPastViews({ count: 5_000, years: 1 }, simulation, 3);
  const views = Array.from({ length: past.count }, (_, position) => past.at(position));
  const count = (is: (view: typeof views[number], index: number) => boolean) =>
    views.filter(is).length;
  assert.ok(count(({ accountId }) => accountId === DEPARTED_ACCOUNT_ID) > 10);
  assert.ok(count(({ item }) => !item.ratingKey && item.libraryId !== undefined) > 50);
  assert.ok(count(({ item }) => !item.ratingKey && item.libraryId === undefined) > 50);
  const repeated = count(({ item, viewedAtS }, index) => {
    const before = views[index - 1];
    return before?.item === item && viewedAtS - before.viewedAtS <= 2;
  });
  assert.ok(repeated > 20, `${repeated} views twice`);
  for (const type of ["movie", "episode", "track"]) {
    assert.ok(count(({ item }) => item.type === type) > 100, type);
  }
  simulation.close();
});

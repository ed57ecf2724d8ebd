/** What the simulated server sent before the simulation. */
import assert from "node:assert/strict";
import { pastBandwidth } from "../../../src/simulator/past_bandwidth.ts";
import { createPastViews } from "../../../src/simulator/past_views.ts";
import { Simulation } from "../../../src/simulator/simulation.ts";
import { DrivenClock } from "../../testing/driven_clock.ts";

Deno.test("every view of the past has its bytes, in the local network or outside", () => {
  const simulation = new Simulation({ clock: new DrivenClock(), seed: 3 });
  const past = createPastViews({ count: 500, years: 1 }, simulation, 3);
  const rows = [...pastBandwidth(past)];
  assert.equal(rows.length, 500);
  rows.forEach(({ atS, accountId }, position) => {
    const view = past.at(position);
    assert.deepEqual([atS, accountId], [view.viewedAtS, view.accountId]);
  });
  assert.ok(rows.some(({ lan }) => lan) && rows.some(({ lan }) => !lan));
  assert.ok(rows.some(({ bytes }) => bytes > 4e9) && rows.some(({ bytes }) => bytes < 4e7));
  simulation.close();
});

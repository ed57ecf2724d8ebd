/** The recorder: recordings that run, complete, fail and are cancelled. */
import assert from "node:assert/strict";
import { Dvr } from "../../../src/simulator/dvr.ts";
import { Simulation } from "../../../src/simulator/simulation.ts";
import { Timers } from "../../../src/simulator/timers.ts";
import { DrivenClock } from "../../testing/driven_clock.ts";

const MINUTE = 60_000;

function open() {
  const clock = new DrivenClock();
  const dvr = new Dvr({}, new Timers(clock), () => clock.now());
  return { clock, dvr, statuses: () => dvr.recordings.map(({ status }) => status) };
}

Deno.test("a recording runs from its beginning to its end, is processed and then complete", async () => {
  const { clock, dvr, statuses } = open();
  dvr.schedule({ title: "News" });
  assert.deepEqual(statuses(), ["scheduled"]);
  await clock.advance(MINUTE);
  assert.deepEqual(statuses(), ["inprogress"]);
  await clock.advance(30 * MINUTE);
  assert.deepEqual(statuses(), ["postprocessing"]);
  await clock.advance(MINUTE);
  assert.deepEqual(statuses(), ["complete"]);
});

Deno.test("a recording without reception fails, and one that is cancelled stays so", async () => {
  const { clock, dvr, statuses } = open();
  dvr.schedule({ title: "News", inMs: 0, takesMs: 5 * MINUTE, fails: true });
  dvr.cancel(dvr.schedule({ title: "Film" }));
  await clock.advance(10 * MINUTE);
  assert.deepEqual(statuses(), ["error", "cancelled"]);
});

Deno.test("what has ended is listed for a day", async () => {
  const { clock, dvr } = open();
  dvr.schedule({ title: "News", inMs: 0, takesMs: 29 * MINUTE });
  await clock.advance(24 * 60 * MINUTE);
  assert.equal(dvr.recordings.length, 1);
  await clock.advance(30 * MINUTE);
  assert.equal(dvr.recordings.length, 0);
});

Deno.test("a server has no recorder unless it is given one", () => {
  const clock = new DrivenClock();
  const simulations = [new Simulation({ clock }), new Simulation({ clock, dvr: {} })];
  assert.deepEqual(simulations.map(({ dvr }) => dvr?.devices.length), [undefined, 1]);
  simulations.forEach((simulation) => simulation.close());
});

/** Timers that end together. */
import assert from "node:assert/strict";
import { Timers } from "../../../src/simulator/timers.ts";
import { DrivenClock } from "../../testing/driven_clock.ts";

Deno.test("a timer runs once, at its time, unless it is cancelled", async () => {
  const clock = new DrivenClock();
  const timers = new Timers(clock);
  const ran: string[] = [];
  timers.after(100, () => ran.push("kept"));
  timers.after(100, () => ran.push("cancelled"))();
  timers.after(-5, () => ran.push("at once"));
  await clock.advance(99);
  assert.deepEqual(ran, ["at once"]);
  await clock.advance(1_000);
  assert.deepEqual(ran, ["at once", "kept"]);
});

Deno.test("a repeated timer computes each interval, and can be stopped by its own callback", async () => {
  const clock = new DrivenClock();
  const timers = new Timers(clock);
  const startedMs = clock.now();
  const ranAtMs: number[] = [];
  const stop = timers.repeat(() => (ranAtMs.length + 1) * 10, () => {
    ranAtMs.push(clock.now() - startedMs);
    if (ranAtMs.length === 3) stop();
  });
  await clock.advance(1_000);
  // The next pause begins before the work, so that work which stops the timer stops that as well.
  assert.deepEqual(ranAtMs, [10, 20, 40]);
  assert.equal(clock.pendingTimers, 0);
});

Deno.test("closing cancels everything, and nothing can be scheduled after it", async () => {
  const clock = new DrivenClock();
  const timers = new Timers(clock);
  let ran = 0;
  timers.after(10, () => ran += 1);
  timers.repeat(() => 10, () => ran += 1);
  timers.close();
  timers.after(10, () => ran += 1);
  timers.repeat(() => 10, () => ran += 1);
  assert.equal(clock.pendingTimers, 0);
  await clock.advance(1_000);
  assert.equal(ran, 0);
});

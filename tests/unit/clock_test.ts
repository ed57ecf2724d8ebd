/** The clock and timers. */
import assert from "node:assert/strict";
import { completesWithin, sleep, startDeadline, systemClock } from "../../src/clock.ts";
import { DrivenClock } from "../testing/driven_clock.ts";

Deno.test("systemClock.now() returns whole milliseconds since the epoch that never go back", () => {
  const first = systemClock.now();
  const second = systemClock.now();
  assert.ok(Number.isInteger(first) && second >= first);
  assert.ok(first > Date.UTC(2024, 0));
});

Deno.test("systemClock.after() runs once, or never after it was cancelled", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const cancelled = systemClock.after(0, () => assert.fail("it was cancelled"));
  cancelled();
  cancelled();
  systemClock.after(1, resolve);
  await promise;
});

Deno.test("sleep() resolves after its time", async () => {
  const clock = new DrivenClock(0);
  let isAwake = false;
  const sleeping = sleep(clock, 1_000).then(() => isAwake = true);
  await clock.advance(999);
  assert.equal(isAwake, false);
  await clock.advance(1);
  await sleeping;
});

Deno.test("sleep() resolves at once when its signal aborts, also before it begins", async () => {
  const clock = new DrivenClock(0);
  const controller = new AbortController();
  const sleeping = sleep(clock, 1_000, controller.signal);
  controller.abort();
  await sleeping;
  await sleep(clock, 1_000, controller.signal);
});

Deno.test("completesWithin() returns whether work completes in time, and passes on its error", async () => {
  const clock = new DrivenClock(0);
  assert.equal(await completesWithin(clock, 10, Promise.resolve()), true);
  await assert.rejects(completesWithin(clock, 10, Promise.reject(new Error("broken"))), /broken/);
  const { promise, resolve } = Promise.withResolvers<void>();
  const late = completesWithin(clock, 10, promise);
  await clock.advance(10);
  assert.equal(await late, false);
  resolve();
});

Deno.test("startDeadline() aborts when its time is over, and not after it was cancelled", async () => {
  const clock = new DrivenClock(0);
  const { signal } = new AbortController();
  const [late, done] = [startDeadline(clock, 10, signal), startDeadline(clock, 10, signal)];
  done.cancel();
  await clock.advance(10);
  assert.deepEqual([late.signal.aborted, late.isOver], [true, true]);
  assert.deepEqual([done.signal.aborted, done.isOver], [false, false]);
  late.cancel();
});

Deno.test("startDeadline() aborts with the outer signal, also with one that is aborted already", () => {
  const clock = new DrivenClock(0);
  const outer = new AbortController();
  const first = startDeadline(clock, 10, outer.signal);
  outer.abort();
  const second = startDeadline(clock, 10, outer.signal);
  for (const deadline of [first, second]) {
    assert.deepEqual([deadline.signal.aborted, deadline.isOver], [true, false]);
    deadline.cancel();
  }
  assert.equal(clock.pendingTimers, 0);
});

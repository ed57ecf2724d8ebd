/**
 * The clock that tests drive, against real traffic on this machine.
 */
import assert from "node:assert/strict";
import { DrivenClock } from "../../testing/driven_clock.ts";

Deno.test("advance runs timers in order, and those they set", async () => {
  const clock = new DrivenClock(1000);
  const ran: number[] = [];
  const note = () => ran.push(clock.now());
  clock.after(20, note);
  clock.after(10, () => {
    note();
    clock.after(5, note);
  });
  const cancel = clock.after(12, note);
  clock.after(31, note);
  cancel();
  await clock.advance(30);
  assert.deepEqual(ran, [1010, 1015, 1020]);
  assert.equal(clock.now(), 1030);
});

Deno.test("advance waits for an answer before it moves on", async () => {
  const clock = new DrivenClock();
  const startMs = clock.now();
  let answeredAtMs = 0;
  clock.after(10, () => {
    const cancel = clock.timeout(5000, () => assert.fail("too late"));
    setTimeout(() => {
      answeredAtMs = clock.now();
      cancel();
    }, 20);
  });
  clock.after(11, () => assert.equal(clock.pendingTimeouts, 0));
  await clock.advance(10_000);
  assert.equal(answeredAtMs, startMs + 10);
});

Deno.test("advance gives up on an answer that hangs, once", async () => {
  const clock = new DrivenClock();
  clock.maxWaitMs = 20;
  let late = false;
  clock.timeout(5000, () => late = true);
  for (let tick = 1; tick < 50; tick += 1) clock.after(tick * 100, () => {});
  await clock.advance(6000);
  assert.equal(late, true);
});

Deno.test("advance does not wait for an answer that is held back until time moves", async () => {
  const clock = new DrivenClock();
  clock.maxWaitMs = 60_000;
  const holder = { heldRequests: 1 };
  clock.exclude(holder);
  let answered = false;
  const cancel = clock.timeout(5000, () => assert.fail("too late"));
  clock.after(3000, () => {
    // The answer is on its way, and comes in real time.
    holder.heldRequests = 0;
    setTimeout(() => {
      answered = true;
      cancel();
    }, 20);
  });
  clock.after(3001, () => assert.ok(answered, "once it is not held back, it is waited for"));
  await clock.advance(10_000);
  assert.ok(answered);
});

Deno.test("advance waits until a request holder knows that its request was aborted", async () => {
  const clock = new DrivenClock();
  const holder = { heldRequests: 1 };
  clock.exclude(holder);
  clock.timeout(5000, () => void setTimeout(() => holder.heldRequests = 0, 20));
  clock.after(5001, () => assert.equal(holder.heldRequests, 0));
  await clock.advance(10_000);
});

Deno.test("advance asks settle after each step", async () => {
  const clock = new DrivenClock();
  let asked = 0;
  clock.settle = () => ++asked % 2 === 0;
  clock.after(5, () => {});
  await clock.advance(10);
  assert.equal(asked, 6);
});

import assert from "node:assert/strict";
import { NEVER, type ScheduledTask, startTask } from "../../../src/plex/scheduler.ts";
import { DrivenClock } from "../../testing/driven_clock.ts";

interface Watched {
  readonly clock: DrivenClock;
  readonly task: ScheduledTask;
  /** When each run began, in ms from the start. */
  readonly beganMs: number[];
  readonly errors: unknown[];
}

/** Starts a task that does `work`, and ends it after `run`. */
async function withTask(
  work: (nth: number, clock: DrivenClock) => Promise<number>,
  run: (watched: Watched) => Promise<void>,
): Promise<void> {
  const clock = new DrivenClock();
  const startMs = clock.now();
  const end = new AbortController();
  const beganMs: number[] = [];
  const errors: unknown[] = [];
  const task = startTask({
    clock,
    signal: end.signal,
    minIntervalMs: 1_000,
    run: async () => {
      beganMs.push(clock.now() - startMs);
      return await work(beganMs.length, clock);
    },
    onError: (error) => errors.push(error),
  });
  try {
    await clock.drain();
    await run({ clock, task, beganMs, errors });
  } finally {
    end.abort();
    await task.done;
  }
}

const every = (ms: number) => () => Promise.resolve(ms);

/** Work that takes `ms`, then wants to wait 10 s. */
const lasting = (ms: number) => async (_: number, clock: DrivenClock) => {
  await new Promise<void>((resolve) => clock.after(ms, resolve));
  return 10_000;
};

Deno.test("startTask runs at once, and then after the wait that the task returns", async () => {
  await withTask(every(5_000), async ({ clock, beganMs }) => {
    await clock.advance(12_000);
    assert.deepEqual(beganMs, [0, 5_000, 10_000]);
  });
});

Deno.test("startTask counts the wait from the beginning of a run", async () => {
  await withTask(lasting(3_000), async ({ clock, beganMs }) => {
    await clock.advance(23_500);
    assert.deepEqual(beganMs, [0, 10_000, 20_000]);
  });
});

Deno.test("startTask lets the task return a shorter wait than the minimum interval", async () => {
  await withTask(every(400), async ({ clock, task, beganMs }) => {
    await clock.advance(500);
    task.wake();
    await clock.advance(500);
    assert.deepEqual(beganMs, [0, 400, 800]);
  });
});

Deno.test("task.wake brings the next run forward, but not below the minimum interval", async () => {
  await withTask(every(60_000), async ({ clock, task, beganMs }) => {
    await clock.advance(200);
    task.wake();
    await clock.advance(5_000);
    assert.deepEqual(beganMs, [0, 1_000]);
    task.wake();
    await clock.drain();
    assert.deepEqual(beganMs, [0, 1_000, 5_200]);
  });
});

Deno.test("ten calls of task.wake cause one run", async () => {
  await withTask(every(60_000), async ({ clock, task, beganMs }) => {
    for (let nth = 0; nth < 10; nth++) {
      task.wake();
      await clock.advance(50);
    }
    await clock.advance(10_000);
    assert.deepEqual(beganMs, [0, 1_000]);
  });
});

Deno.test("task.wake during a run causes one more run after it", async () => {
  await withTask(lasting(3_000), async ({ clock, task, beganMs }) => {
    await clock.advance(1_500);
    task.wake();
    await clock.advance(7_000);
    assert.deepEqual(beganMs, [0, 3_000]);
  });
});

Deno.test("a task with nothing to do waits until it is woken, and is then run at once", async () => {
  const work = (nth: number) => Promise.resolve(nth < 3 ? NEVER : 5_000);
  await withTask(work, async ({ clock, task, beganMs }) => {
    await clock.advance(3_600_000);
    assert.deepEqual(beganMs, [0]);
    task.wake();
    await clock.drain();
    task.wake();
    await clock.drain();
    assert.deepEqual(beganMs, [0, 3_600_000, 3_600_000]);
    await clock.advance(5_000);
    assert.equal(beganMs.length, 4);
  });
});

Deno.test("task.wake during a run that has nothing to do is not lost", async () => {
  const work = async (_: number, clock: DrivenClock) => {
    await new Promise<void>((resolve) => clock.after(500, resolve));
    return NEVER;
  };
  await withTask(work, async ({ clock, task, beganMs }) => {
    await clock.advance(100);
    task.wake();
    await clock.advance(2_000);
    assert.deepEqual(beganMs, [0, 500]);
  });
});

Deno.test("startTask reports a task that throws, runs it again after a minute, and can be woken", async () => {
  const fault = new Error("a fault");
  await withTask(() => Promise.reject(fault), async ({ clock, task, beganMs, errors }) => {
    await clock.advance(61_000);
    assert.deepEqual(beganMs, [0, 60_000]);
    assert.deepEqual(errors, [fault, fault]);
    task.wake();
    await clock.drain();
    assert.equal(beganMs.length, 3);
  });
});

for (
  const [when, ms] of [["waiting for its next run", 5_000], [
    "waiting until it is woken",
    NEVER,
  ]] as const
) {
  Deno.test(`task.done resolves at once after the signal, also while it is ${when}`, async () => {
    // `withTask` awaits it without moving the clock; the sanitizers look for what is left.
    await withTask(every(ms), async ({ clock, beganMs }) => {
      await clock.advance(100);
      assert.deepEqual(beganMs, [0]);
    });
  });
}

Deno.test("startTask runs nothing if the signal is already aborted", async () => {
  let worked = 0;
  const task = startTask({
    clock: new DrivenClock(),
    signal: AbortSignal.abort(),
    minIntervalMs: 1,
    run: () => Promise.resolve(++worked),
    onError: () => {},
  });
  await task.done;
  assert.equal(worked, 0);
});

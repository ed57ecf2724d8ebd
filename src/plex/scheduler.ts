/** Work that is done again and again: after the wait it asks for, or sooner when it is woken. */
import { type Clock, sleep } from "../clock.ts";

export interface ScheduledTask {
  /** Has the work done as soon as may be; while it is under way, once more after it. */
  wake(): void;
  /** Resolves when the loop has ended, which it does after the signal. Never rejects. */
  readonly done: Promise<void>;
}

export interface TaskOptions {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Least time from one beginning to the next, however often it is woken. */
  readonly leastMs: number;
  /**
   * Does the work and tells how many ms to wait, {@link NEVER} if there was nothing to do;
   * called at once the first time.
   */
  readonly work: () => Promise<number>;
  /** Told of what the work throws, which would be a fault of ours; it is done again later. */
  readonly failed: (error: unknown) => void;
}

/** The wait of a loop that has nothing to do before it is woken, and then does it at once. */
export const NEVER = Infinity;

/** Wait after work that threw. */
const ERROR_WAIT_MS = 60_000;

export function startTask({ clock, signal, leastMs, work, failed }: TaskOptions): ScheduledTask {
  let woken = false;
  let nap = new AbortController();

  /** Sleeps until `untilAt`, or until woken where that may be. */
  async function rest(untilAt: number, mayWake: boolean): Promise<void> {
    nap = new AbortController();
    const waitMs = untilAt - clock.now();
    if (signal.aborted || waitMs <= 0 || (mayWake && woken)) return;
    if (waitMs < NEVER) return await sleep(clock, waitMs, mayWake ? nap.signal : signal);
    await new Promise((resolve) => nap.signal.addEventListener("abort", resolve, { once: true }));
  }

  async function run(): Promise<void> {
    while (!signal.aborted) {
      const startedAt = clock.now();
      woken = false;
      const waitMs = await work().catch((error) => {
        failed(error);
        return ERROR_WAIT_MS;
      });
      await rest(startedAt + Math.max(waitMs, leastMs), true);
      if (waitMs < NEVER) await rest(startedAt + leastMs, false);
    }
  }

  const end = () => nap.abort();
  signal.addEventListener("abort", end, { once: true });
  return {
    wake() {
      woken = true;
      nap.abort();
    },
    done: run().finally(() => signal.removeEventListener("abort", end)),
  };
}

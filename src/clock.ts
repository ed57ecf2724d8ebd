/**
 * The clock that everything outside the core waits on. It schedules and tells the time; it knows
 * nothing of what it is waited for.
 */

/** Cancels what a clock has scheduled; calling it again, or too late, does nothing. */
export type Cancel = () => void;

/** A clock whose time never goes back, with one-shot timers. Tests bring one that they drive. */
export interface Clock {
  /** Whole milliseconds since the epoch, from a source that no change of the system clock moves. */
  now(): number;
  /** Runs `run` once, `ms` milliseconds from now. */
  after(ms: number, run: () => void): Cancel;
  /**
   * Like {@link after}, for the time limit of something that is under way on the network. A driven
   * clock sees by it that an answer is still awaited and does not run ahead of the wire.
   */
  timeout(ms: number, run: () => void): Cancel;
}

function schedule(ms: number, run: () => void): Cancel {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
}

/** The machine's clock: real time, real timers. */
export const systemClock: Clock = {
  now: () => Math.trunc(performance.timeOrigin + performance.now()),
  after: schedule,
  timeout: schedule,
};

/**
 * Whether `work` is done within `ms`; else it goes on, and nobody hears of it. Rejects as the work
 * does before that.
 */
export async function completesWithin(
  clock: Clock,
  ms: number,
  work: Promise<unknown>,
): Promise<boolean> {
  const late = Promise.withResolvers<boolean>();
  const cancel = clock.after(ms, () => late.resolve(false));
  try {
    return await Promise.race([work.then(() => true), late.promise]);
  } finally {
    cancel();
  }
}

/** Resolves after `ms`, or at once when `signal` aborts; it never rejects and leaves no timer. */
export function sleep(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const wake = () => {
      cancel();
      signal?.removeEventListener("abort", wake);
      resolve();
    };
    const cancel = clock.after(ms, wake);
    signal?.addEventListener("abort", wake, { once: true });
  });
}

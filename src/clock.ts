/** The clock and timers of everything outside the core. */

/** Cancels a timer. Calling it again, or after the timer has fired, does nothing. */
export type Cancel = () => void;

/** A clock that never goes back, with one-shot timers. Tests use one that they advance. */
export interface Clock {
  /** Whole milliseconds since the epoch; changes of the system clock do not affect it. */
  now(): number;
  /** Runs `run` once, `ms` milliseconds from now. */
  after(ms: number, run: () => void): Cancel;
  /**
   * Like {@link after}, for the timeout of a network operation. It tells the fake clock of tests
   * that a response is pending, so that the clock does not advance past it.
   */
  timeout(ms: number, run: () => void): Cancel;
}

function schedule(ms: number, run: () => void): Cancel {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
}

/** The system's clock and timers. */
export const systemClock: Clock = {
  now: () => Math.trunc(performance.timeOrigin + performance.now()),
  after: schedule,
  timeout: schedule,
};

/**
 * Whether `work` completes within `ms`. Otherwise it continues in the background. Rejects if `work`
 * rejects in time.
 */
export async function completesWithin(
  clock: Clock,
  ms: number,
  work: Promise<unknown>,
): Promise<boolean> {
  const timedOut = Promise.withResolvers<boolean>();
  const cancel = clock.after(ms, () => timedOut.resolve(false));
  try {
    return await Promise.race([work.then(() => true), timedOut.promise]);
  } finally {
    cancel();
  }
}

/** Resolves after `ms`, or at once when `signal` aborts. It never rejects and leaves no timer. */
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

/** A time limit of a network operation. */
export interface Deadline {
  /** Aborts when the time is over, or when the outer signal aborts. */
  readonly signal: AbortSignal;
  /** Whether the time is over. */
  readonly isOver: boolean;
  /** Ends the limit; to be called when the operation is done. */
  cancel(): void;
}

/** Starts a time limit of `ms`. It aborts at once if `signal` is already aborted. */
export function startDeadline(clock: Clock, ms: number, signal: AbortSignal): Deadline {
  const controller = new AbortController();
  const abort = () => controller.abort();
  let isOver = false;
  const cancelTimeout = clock.timeout(ms, () => {
    isOver = true;
    abort();
  });
  signal.addEventListener("abort", abort, { once: true });
  if (signal.aborted) abort();
  return {
    signal: controller.signal,
    get isOver() {
      return isOver;
    },
    cancel() {
      cancelTimeout();
      signal.removeEventListener("abort", abort);
    },
  };
}

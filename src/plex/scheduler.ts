/** Runs a task again and again: after the wait that it returns, or sooner when it is woken. */
import { type Clock, sleep } from "../clock.ts";
import { FAULT_RETRY_MS } from "./schedule.ts";

/** A task that runs until the signal. */
export interface ScheduledTask {
  /**
   * Runs the task in `afterMs` at the latest, by default at once, but not before its minimum
   * interval is over. If it is running, it runs once more afterwards.
   */
  wake(afterMs?: number): void;
  /** Resolves after the signal, when the task is no longer running. Never rejects. */
  readonly done: Promise<void>;
}

export interface TaskOptions {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Minimum time between the beginnings of two runs, if it is woken. */
  readonly minIntervalMs: number;
  /**
   * The task; resolves to the ms from its beginning to its next run, or {@link NEVER} if there was
   * nothing to do. First run at once.
   */
  readonly run: () => Promise<number>;
  /** Receives what the task throws, which is a fault of the exporter; it is run again later. */
  readonly onError: (error: unknown) => void;
}

/**
 * The wait of a task that had nothing to do: until it is woken, then without a minimum interval.
 */
export const NEVER = Infinity;

/** Starts to run a task, for the first time at once. */
export function startTask(options: TaskOptions): ScheduledTask {
  const { clock, signal, minIntervalMs, run, onError } = options;
  /** By the last run's own wait. */
  let plannedAt = clock.now();
  /** By the earliest wake-up since the last run began. */
  let requestedAt = NEVER;
  let earliestAt = -Infinity;
  let pause = new AbortController();

  const dueAt = () => Math.min(plannedAt, Math.max(requestedAt, earliestAt));

  async function waitUntilDue(): Promise<void> {
    while (!signal.aborted && clock.now() < dueAt()) {
      pause = new AbortController();
      const waitMs = dueAt() - clock.now();
      if (waitMs < NEVER) await sleep(clock, waitMs, pause.signal);
      else await aborted(pause.signal);
    }
  }

  async function loop(): Promise<void> {
    for (await waitUntilDue(); !signal.aborted; await waitUntilDue()) {
      const startedAt = clock.now();
      requestedAt = NEVER;
      const waitMs = await run().catch((error) => {
        onError(error);
        return FAULT_RETRY_MS;
      });
      plannedAt = startedAt + waitMs;
      earliestAt = waitMs < NEVER ? startedAt + minIntervalMs : -Infinity;
    }
  }

  const stop = () => pause.abort();
  signal.addEventListener("abort", stop, { once: true });
  return {
    wake(afterMs = 0) {
      requestedAt = Math.min(requestedAt, clock.now() + afterMs);
      pause.abort();
    },
    done: loop().finally(() => signal.removeEventListener("abort", stop)),
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) =>
    signal.addEventListener("abort", () => resolve(), { once: true })
  );
}

/**
 * A clock that tests advance, which waits for real network traffic. It replaces no global timer.
 */
import * as fakeTimers from "@sinonjs/fake-timers";
import type { Cancel, Clock } from "../../src/clock.ts";

/** The methods of a fake clock that are used here. */
interface FakeClock {
  now: number;
  setTimeout(run: () => void, ms: number): unknown;
  clearTimeout(timer: unknown): void;
  next(): number;
  countTimers(): number;
}

/** Waits in real time. */
function realPause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Waits for one turn of the event loop. */
function realTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/**
 * Time to poll before sleeping: loopback takes a fraction of a millisecond, a timer at least two.
 */
const SPIN_MS = 4;

/** Holds responses back until time moves, or forever. */
export interface RequestHolder {
  readonly heldRequests: number;
}

/**
 * Advances from timer to timer. After each step the real event loop runs. While a timeout is
 * pending (for a response), the clock waits in real time. A timeout that is still pending after a
 * whole wait belongs to a hanging request, and the clock does not wait for it again.
 */
export class DrivenClock implements Clock {
  /** Maximum real time in ms to wait for pending responses. */
  maxWaitMs = 2_000;
  /**
   * Called after each step. Returns true, or a promise that resolves, once all effects of the step
   * have arrived. While it returns false, it is called again for up to `maxWaitMs`.
   */
  settle: () => boolean | Promise<void> = () => true;

  readonly #fake: FakeClock;
  readonly #timeouts = new Set<{ abandoned: boolean }>();
  readonly #excluded: RequestHolder[] = [];

  /** Starts at this time; the default is noon on a Monday. */
  constructor(startMs = Date.UTC(2026, 0, 5, 12)) {
    this.#fake = fakeTimers.createClock(startMs) as unknown as FakeClock;
  }

  now(): number {
    return Math.trunc(this.#fake.now);
  }

  after(ms: number, run: () => void): Cancel {
    const timer = this.#fake.setTimeout(run, ms);
    return () => this.#fake.clearTimeout(timer);
  }

  timeout(ms: number, run: () => void): Cancel {
    const timeout = { abandoned: false };
    this.#timeouts.add(timeout);
    const cancel = this.after(ms, () => {
      this.#timeouts.delete(timeout);
      run();
    });
    return () => {
      this.#timeouts.delete(timeout);
      cancel();
    };
  }

  /** Does not wait for the requests that `holder` holds back. */
  exclude(holder: RequestHolder): void {
    this.#excluded.push(holder);
  }

  /** Number of pending timeouts. */
  get pendingTimeouts(): number {
    return this.#timeouts.size;
  }

  /** Number of pending timers. */
  get pendingTimers(): number {
    return this.#fake.countTimers();
  }

  /** Advances the time by `ms` and runs every timer that is due, including new ones. */
  async advance(ms: number): Promise<void> {
    let arrived = false;
    this.#fake.setTimeout(() => arrived = true, ms);
    await this.drain();
    while (!arrived) {
      this.#fake.next();
      await this.drain();
    }
  }

  /** Waits for real traffic without advancing the time. */
  async drain(): Promise<void> {
    await realTurn();
    const startedMs = performance.now();
    for (;;) {
      if (!this.#isWaiting() && await this.#hasSettled()) return;
      const waitedMs = performance.now() - startedMs;
      if (waitedMs >= this.maxWaitMs) break;
      await (waitedMs < SPIN_MS ? realTurn() : realPause(1));
    }
    for (const timeout of this.#timeouts) timeout.abandoned = true;
  }

  #isWaiting(): boolean {
    const held = this.#excluded.reduce((sum, { heldRequests }) => sum + heldRequests, 0);
    // More than are pending: a request was aborted, and its holder has not been notified yet.
    if (held >= this.#timeouts.size) return held > this.#timeouts.size;
    return [...this.#timeouts].some((timeout) => !timeout.abandoned);
  }

  async #hasSettled(): Promise<boolean> {
    const settled = this.settle();
    if (typeof settled === "boolean") return settled;
    await settled;
    return true;
  }
}

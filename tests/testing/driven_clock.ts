/**
 * A clock that tests drive: simulated time flies, real network traffic keeps up. It replaces no
 * global timer.
 */
import * as fakeTimers from "@sinonjs/fake-timers";
import type { Cancel, Clock } from "../../src/clock.ts";

/** The part of a fake clock that is used here. */
interface FakeClock {
  now: number;
  setTimeout(run: () => void, ms: number): unknown;
  clearTimeout(timer: unknown): void;
  next(): number;
  countTimers(): number;
}

/** A pause of the real machine. */
function realPause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** A turn of the real event loop. */
function realTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Loopback takes a fraction of a millisecond, a timer at least two: look out before sleeping. */
const SPIN_MS = 4;

/** Holds responses back until time moves, or forever. */
export interface RequestHolder {
  readonly heldRequests: number;
}

/**
 * Steps from timer to timer. After each step it lets the real event loop run, and while a `limit`
 * is pending (an answer is awaited) it waits for it in real time. A limit that has outlasted a whole
 * wait belongs to something that hangs, and is not waited for again.
 */
export class DrivenClock implements Clock {
  /** How long, in real milliseconds, a pending answer is waited for. */
  maxWaitMs = 2_000;
  /**
   * Called after each step: true, or a promise that resolves, when all that belongs to the step has
   * arrived. Something that stays false is asked again for as long as an answer is waited for.
   */
  settle: () => boolean | Promise<void> = () => true;

  readonly #fake: FakeClock;
  readonly #limits = new Set<{ abandoned: boolean }>();
  readonly #excluded: RequestHolder[] = [];

  /** Begins at this time; a Monday at noon unless said otherwise. */
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
    const limit = { abandoned: false };
    this.#limits.add(limit);
    const cancel = this.after(ms, () => {
      this.#limits.delete(limit);
      run();
    });
    return () => {
      this.#limits.delete(limit);
      cancel();
    };
  }

  /** Does not wait for the answers that this one holds back. */
  exclude(holder: RequestHolder): void {
    this.#excluded.push(holder);
  }

  /** How many answers are awaited. */
  get pendingTimeouts(): number {
    return this.#limits.size;
  }

  /** How many timers wait for their time. */
  get pendingTimers(): number {
    return this.#fake.countTimers();
  }

  /** Moves time on by `ms`, through every timer on the way, the ones that are set then included. */
  async advance(ms: number): Promise<void> {
    let arrived = false;
    this.#fake.setTimeout(() => arrived = true, ms);
    await this.drain();
    while (!arrived) {
      this.#fake.next();
      await this.drain();
    }
  }

  /** Lets real traffic come to rest without moving time. */
  async drain(): Promise<void> {
    await realTurn();
    const beganMs = performance.now();
    for (;;) {
      if (!this.#isWaiting() && await this.#hasSettled()) return;
      const waitedMs = performance.now() - beganMs;
      if (waitedMs >= this.maxWaitMs) break;
      await (waitedMs < SPIN_MS ? realTurn() : realPause(1));
    }
    for (const limit of this.#limits) limit.abandoned = true;
  }

  #isWaiting(): boolean {
    const held = this.#excluded.reduce((sum, { heldRequests }) => sum + heldRequests, 0);
    // More than are awaited: one was given up just now, and who holds it is still to hear of it.
    if (held >= this.#limits.size) return held > this.#limits.size;
    return [...this.#limits].some((limit) => !limit.abandoned);
  }

  async #hasSettled(): Promise<boolean> {
    const settled = this.settle();
    if (typeof settled === "boolean") return settled;
    await settled;
    return true;
  }
}

/**
 * The pending timers of a simulated server, which can be cancelled together.
 */
import type { Cancel, Clock } from "../clock.ts";

/** Timers on a clock that end together. */
export class Timers {
  readonly #clock: Clock;
  readonly #pending = new Set<Cancel>();
  #closed = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Runs `run` once, `ms` from now; after {@link close} it never does. */
  after(ms: number, run: () => void): Cancel {
    if (this.#closed) return () => {};
    const cancel = () => {
      this.#pending.delete(cancel);
      stop();
    };
    const stop = this.#clock.after(Math.max(0, Math.round(ms)), () => {
      this.#pending.delete(cancel);
      run();
    });
    this.#pending.add(cancel);
    return cancel;
  }

  /** Runs `run` again and again; `everyMs` is evaluated before each pause. */
  repeat(everyMs: () => number, run: () => void): Cancel {
    let cancel: Cancel = () => {};
    const next = () => {
      cancel = this.after(everyMs(), () => {
        next();
        run();
      });
    };
    next();
    return () => cancel();
  }

  /** Cancels what is pending; later calls schedule nothing. */
  close(): void {
    this.#closed = true;
    for (const cancel of [...this.#pending]) cancel();
  }
}

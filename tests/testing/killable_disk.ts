/**
 * A kill between two operations of the file system. It replaces the operations of `Deno` that
 * `src/state_file` waits for by ones that can be interrupted.
 */

const REPLACED = [
  [Deno, "open"],
  [Deno, "rename"],
  [Deno, "remove"],
  [Deno, "truncate"],
  [Deno.FsFile.prototype, "write"],
  [Deno.FsFile.prototype, "sync"],
] as const;

/** The operations from the removal of an old temporary file to the writing of the folder. */
export const OPERATIONS_OF_A_SAVE = 7;

type Operation = (...args: unknown[]) => Promise<unknown>;

/** Counts file operations until it is disposed of. There may be only one at a time. */
export class KillableDisk implements Disposable {
  /** Operations in progress. */
  pending = 0;
  readonly #restores: (() => void)[];
  #operationsLeft = Infinity;
  #onKill: () => void = () => {};

  constructor() {
    this.#restores = REPLACED.map(([owner, name]) => {
      const methods = owner as unknown as Record<string, Operation>;
      const real = methods[name] as Operation;
      const count = this.#count.bind(this);
      methods[name] = function (this: unknown, ...args: unknown[]) {
        return count(() => real.apply(this, args));
      };
      return () => void (methods[name] = real);
    });
  }

  /** Calls `onKill` once, after this many more operations and before the next one. */
  killAfter(operations: number, onKill: () => void): void {
    this.#operationsLeft = operations;
    this.#onKill = onKill;
  }

  [Symbol.dispose](): void {
    this.#restores.forEach((restore) => restore());
  }

  async #count(operation: () => Promise<unknown>): Promise<unknown> {
    if (this.#operationsLeft === 0) this.#onKill();
    this.#operationsLeft -= 1;
    this.pending += 1;
    try {
      return await operation();
    } finally {
      this.pending -= 1;
    }
  }
}

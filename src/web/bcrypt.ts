/**
 * Compares passwords with bcrypt hashes in a worker, one at a time, so that a check that takes a
 * second delays no response.
 *
 * bcryptjs is pure JavaScript and needs no permission, but blocks its thread for 100 ms at a time,
 * also in its asynchronous form (3.0.3). The worker is started from the library's source as a
 * `data:` URL, so it needs no file at run time and works in bundles and compiled binaries.
 */
import library from "bcryptjs" with { type: "text" };

/** A bcrypt worker. */
export interface Bcrypt {
  /** Whether the password matches the hash. Rejects if the worker fails. */
  compare(password: string, hash: string): Promise<boolean>;
  /** Terminates the worker; pending comparisons are rejected. */
  close(): void;
}

/** Bare specifiers cannot be resolved from a data URL. */
const SOURCE = library.replace('from "crypto"', 'from "node:crypto"') + `
onmessage = ({ data: [password, hash] }) => {
  try {
    postMessage(compareSync(password, hash));
  } catch (error) {
    postMessage(String(error));
  }
};
`;

interface Task {
  readonly password: string;
  readonly hash: string;
  readonly resolve: (isRight: boolean) => void;
  readonly reject: (error: Error) => void;
}

/** The worker is started for the first comparison and terminated when none is pending. */
export function openBcrypt(): Bcrypt {
  let waiting: Task[] = [];
  let worker: Worker | undefined;
  let current: Task | undefined;

  function start(): Worker {
    const url = `data:text/javascript,${encodeURIComponent(SOURCE)}`;
    const started = new Worker(url, { type: "module" });
    started.onmessage = ({ data }) => {
      if (typeof data === "boolean") current?.resolve(data);
      else current?.reject(new Error(`Cannot check a password: ${data}`));
      next();
    };
    started.onerror = (event) => {
      event.preventDefault(); // Otherwise the error ends the program.
      current?.reject(new Error(`Cannot check a password: ${event.message}`));
      end();
      next();
    };
    return started;
  }

  function end(): void {
    worker?.terminate();
    worker = undefined;
  }

  function next(): void {
    current = waiting.shift();
    if (current === undefined) return end();
    worker ??= start();
    worker.postMessage([current.password, current.hash]);
  }

  return {
    compare(password, hash) {
      const { promise, resolve, reject } = Promise.withResolvers<boolean>();
      waiting.push({ password, hash, resolve, reject });
      if (current === undefined) next();
      return promise;
    },
    close() {
      end();
      const pending = [...(current === undefined ? [] : [current]), ...waiting];
      current = undefined;
      waiting = [];
      for (const { reject } of pending) reject(new Error("The exporter is stopping"));
    },
  };
}

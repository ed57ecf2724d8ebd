/** An end to waiting for what must come. No test asserts how fast anything is: the benches measure. */

/** As long as Prometheus waits for a scrape unless told otherwise. */
const PATIENCE_MS = 10_000;

/** What the promise brings; rejects if it brings nothing for so long that it never will. */
export async function soon<T>(promise: Promise<T>): Promise<T> {
  const { promise: never, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error("Nothing came of it")), PATIENCE_MS);
  try {
    return await Promise.race([promise, never]);
  } finally {
    clearTimeout(timer);
  }
}

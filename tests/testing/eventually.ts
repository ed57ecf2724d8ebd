/** Time limits for waiting. No test asserts how fast anything is; the benchmarks measure that. */

/** Prometheus' default scrape timeout. */
const TIMEOUT_MS = 10_000;

/** The result of `run`, unless it takes longer; then an error that names what was waited for. */
export async function within<T>(
  limitMs: number,
  what: string,
  run: () => Promise<T>,
): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`Waited in vain for ${what}`)), limitMs);
  });
  try {
    return await Promise.race([run(), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** The result of the promise; rejects after 10 s. */
export function eventually<T>(promise: Promise<T>): Promise<T> {
  return within(TIMEOUT_MS, "a result", () => promise);
}

/** Waits until the condition is true; rejects after 10 s. */
export async function waitUntil(condition: () => boolean): Promise<void> {
  const endMs = performance.now() + TIMEOUT_MS;
  while (!condition()) {
    if (performance.now() > endMs) throw new Error(`Waited in vain for ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

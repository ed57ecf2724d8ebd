/** The pace of readings that take many requests: Plex rests after each, so that it stays free. */

/** Shortest rest between two requests of a long reading. */
const MIN_REST_MS = 500;

/** How long to rest after an answer that took `tookMs`: as long again, half a second at least. */
export function restAfter(tookMs: number): number {
  return Math.max(MIN_REST_MS, tookMs);
}

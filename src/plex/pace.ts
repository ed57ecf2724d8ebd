/** The pace of readings that take many requests, so that Plex can answer other clients. */
import { MIN_REST_MS } from "./schedule.ts";

/** How long to rest after an answer that took `tookMs`: as long again, half a second at least. */
export function restAfter(tookMs: number): number {
  return Math.max(MIN_REST_MS, tookMs);
}

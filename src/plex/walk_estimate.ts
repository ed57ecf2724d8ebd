/** How much work a walk of the libraries would be, from the first page of each. */
import type { Clock } from "../clock.ts";
import type { LibraryListing } from "../core/libraries.ts";
import { isWalkable } from "../core/library_walk.ts";
import type { Client } from "./client.ts";
import { restAfter } from "./pace.ts";
import type { Err } from "./request.ts";
import { WALK_PAGE_ITEMS } from "./schedule.ts";

export interface WalkEstimate {
  readonly ok: true;
  /** Films, episodes and tracks. */
  readonly items: number;
  readonly durationMs: number;
}

/** Reads a page of each library that is walked, one after the other. */
export async function estimateWalk(
  client: Pick<Client, "items">,
  libraries: readonly LibraryListing[],
  clock: Pick<Clock, "now">,
): Promise<WalkEstimate | Err> {
  let items = 0;
  let durationMs = 0;
  for (const library of libraries.filter(isWalkable)) {
    const page = await client.items(library, { start: 0, size: WALK_PAGE_ITEMS });
    if (!page.ok) return page;
    const tookMs = clock.now() - page.at;
    const { total } = page.value;
    items += total;
    durationMs += pagesOf(total) * (tookMs + restAfter(tookMs));
  }
  return { ok: true, items, durationMs };
}

/** Every page but the first begins with the last item of the one before. */
function pagesOf(items: number): number {
  return Math.max(1, Math.ceil((items - 1) / (WALK_PAGE_ITEMS - 1)));
}

/**
 * Reads the items of a library page by page, so that none is missed that is there all the time,
 * whatever is added and removed meanwhile. A page begins with the last item of the one before.
 * Where it begins with an unknown one, items before it were removed and others moved up: then the
 * reading goes back until it begins with a known one.
 */
import type { WalkableType } from "../core/library_walk.ts";
import type { WalkedItem } from "../core/walked_item.ts";
import type { Client } from "./client.ts";
import type { ItemPage } from "./mapping/items.ts";
import type { Result } from "./request.ts";
import { WALK_MIN_PAGE_ITEMS, WALK_PAGE_ITEMS } from "./schedule.ts";

export interface ItemStep {
  /** The items of the page. Some may have been on pages before. */
  readonly items: Iterable<WalkedItem>;
  /** How many items the library has in all. */
  readonly total: number;
  readonly isLast: boolean;
}

export interface ItemCursor {
  /** Requests the next page; after a failure, the same one again. */
  next(): Promise<Result<ItemStep>>;
}

export interface ItemCursorOptions {
  readonly client: Pick<Client, "items">;
  readonly library: { readonly id: string; readonly type: WalkableType };
  /** Whether an item was on a page before. */
  readonly isKnown: (item: WalkedItem) => boolean;
}

/** How often one reading goes back: a library that changes all the time has no order to go by. */
const MAX_STEPS_BACK = 20;

export function createItemCursor({ client, library, isKnown }: ItemCursorOptions): ItemCursor {
  let start = 0;
  let size = WALK_PAGE_ITEMS;
  /** Whether the page has to begin with a known item. */
  let overlaps = false;
  let stepsBack = 0;

  function hasGap({ items }: ItemPage): boolean {
    if (!overlaps || stepsBack >= MAX_STEPS_BACK) return false;
    const [first] = items;
    return first === undefined || !isKnown(first);
  }

  function stepBack(total: number): ItemStep {
    stepsBack += 1;
    start = Math.max(0, start - size + 1);
    overlaps = start > 0;
    return { items: [], total, isLast: false };
  }

  function stepForward({ items, rows, total }: ItemPage): ItemStep {
    const end = start + (rows || size);
    // A page of one item overlaps with nothing: it would be read for ever.
    overlaps = rows > 1;
    start = overlaps ? end - 1 : end;
    return { items, total, isLast: end >= total };
  }

  return {
    async next() {
      const answer = await client.items(library, { start, size });
      if (!answer.ok) {
        if (answer.failure === "timeout") size = Math.max(WALK_MIN_PAGE_ITEMS, size >> 1);
        return answer;
      }
      const page = answer.value;
      return { ...answer, value: hasGap(page) ? stepBack(page.total) : stepForward(page) };
    },
  };
}

/** Lists of items in pages. Elements are made for the page that is requested only. */
import type { Item } from "../item.ts";
import { children, type Element } from "./plex_document.ts";
import type { Query } from "./query.ts";

/** Items in the requested order. */
export interface Selection {
  readonly size: number;
  at(position: number): Item;
}

/** Items that are at hand. */
export function selectionOf(items: readonly Item[]): Selection {
  return { size: items.length, at: (position) => items[position] as Item };
}

/**
 * The page of a selection that a query requests, with more attributes of its container. The total is
 * absent unless a page was requested (docs/plex/api.md#counts).
 */
export function pageDocument(
  selection: Selection,
  { page }: Query,
  elementOf: (item: Item) => Element,
  attributes: Element = {},
): Element {
  const { start, size } = page ?? { start: 0, size: selection.size };
  const shown: Element[] = [];
  for (let at = start; at < Math.min(start + size, selection.size); at += 1) {
    shown.push(elementOf(selection.at(at)));
  }
  return {
    MediaContainer: {
      size: shown.length,
      totalSize: page === undefined ? undefined : selection.size,
      offset: page?.start,
      ...attributes,
      Metadata: children(shown),
    },
  };
}

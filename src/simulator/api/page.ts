/** Lists in pages. Elements are made for the page that is requested only. */
import type { Item } from "../item.ts";
import { children, type Element } from "./plex_document.ts";
import type { Query } from "./query.ts";

/** Items or views in the requested order. */
export interface Selection<T = Item> {
  readonly size: number;
  at(position: number): T;
}

/** The selection of all items of a list. */
export function selectionOf(items: readonly Item[]): Selection {
  return { size: items.length, at: (position) => items[position] as Item };
}

/**
 * The page of a selection that a query requests, with more attributes of its container. The total
 * is absent unless a page was requested (docs/plex/api.md#counts).
 */
export function pageDocument<T>(
  selection: Selection<T>,
  { page }: Query,
  elementOf: (item: T) => Element,
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

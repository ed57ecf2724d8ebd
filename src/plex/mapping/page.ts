/** Wire to domain for paged answers: how many entries there are in all. */
import type { WirePage } from "../schema.ts";

/**
 * The number of all entries: the page's total, otherwise that of the header, as some answers have only
 * one of them, otherwise the size of the page, which is everything in an unpaged answer. `undefined` if
 * none is known.
 */
export function pageTotal(page: WirePage, header: number | undefined): number | undefined {
  return page.totalSize ?? header ?? page.size;
}

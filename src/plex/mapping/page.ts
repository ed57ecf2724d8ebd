/** Wire to domain for paged answers: how many entries there are in all. */
import { toCount } from "../coerce.ts";
import type { WirePage } from "../schema.ts";

/** The number of all entries by the header of a paged answer; `undefined` without a valid one. */
export function headerTotal(headers: Headers): number | undefined {
  return toCount(headers.get("x-plex-container-total-size"));
}

/**
 * The number of all entries: that of the body, otherwise that of the header, since some answers
 * have only one of them, otherwise the size of the page, which is everything in an unpaged answer.
 * `undefined` if none is known.
 */
export function pageTotal(page: WirePage, header: number | undefined): number | undefined {
  return page.totalSize ?? header ?? page.size;
}

/**
 * Which films, shows and artists have series of their own: the most viewed when the history is
 * first read, so that the limit leaves out what hardly anyone watches.
 */
import { keyText } from "./counter_vec.ts";
import { LIMITS, OVERFLOW_VALUE, overflowKey } from "./cardinality.ts";
import type { TitleViewKey } from "./view.ts";
import type { Count, ViewTally } from "./view_tally.ts";

/** The titles that have series of their own: those that had them before, then the most viewed. */
export function chooseTitles(
  tally: ViewTally,
  before: ReadonlySet<string> = new Set(),
): ReadonlySet<string> {
  const titles = new Set(before);
  for (const { key: { title } } of mostViewed([...tally.titleViews.values()])) {
    if (titles.size >= LIMITS.titles) break;
    titles.add(title);
  }
  return titles;
}

/** Most viewed first; where that is the same, by name, so that every reading agrees. */
function mostViewed(counts: readonly Count<TitleViewKey>[]): readonly Count<TitleViewKey>[] {
  return counts.toSorted((a, b) => b.views - a.views || (keyText(a.key) < keyText(b.key) ? -1 : 1));
}

/** The key that a title's views are counted under. */
export function limitTitle(key: TitleViewKey, titles: ReadonlySet<string>): TitleViewKey {
  return titles.has(key.title) ? key : { ...key, title: OVERFLOW_VALUE };
}

/** The counts by the keys they are counted under, and the keys that are counted as `other`. */
export function limitTitles(
  counts: readonly Count<TitleViewKey>[],
  titles: ReadonlySet<string>,
): [readonly Count<TitleViewKey>[], ReadonlySet<string>] {
  const limited = new Map<string, Count<TitleViewKey>>();
  const dropped = new Set<string>();
  for (const { key: requested, views } of mostViewed(counts)) {
    let key = limitTitle(requested, titles);
    if (limited.size >= LIMITS.series && !limited.has(keyText(key))) key = overflowKey(key);
    if (key !== requested && dropped.size < LIMITS.dropped) dropped.add(keyText(requested));
    const known = limited.get(keyText(key));
    if (known === undefined) limited.set(keyText(key), { key, views });
    else known.views += views;
  }
  return [[...limited.values()], dropped];
}

/**
 * Counts the whole of Plex's history, row by row from the oldest to the newest. Its memory grows
 * with the number of users, titles and items, not with the number of rows. The series it counts
 * under depend on the rows alone, so that two readings of one history agree.
 */
import { keyText, type SeriesKey } from "./counter_vec.ts";
import { LIMITS, OVERFLOW_VALUE, overflowKey } from "./cardinality.ts";
import {
  type LastView,
  laterView,
  recordItemViews,
  type TitleViewKey,
  type View,
  type ViewKey,
} from "./view.ts";

/** How far behind the newest row duplicates are detected: a view may come late, as after a sync. */
export const HISTORY_OVERLAP_S = 6 * 3_600;

/** The number of views under a key. */
export interface Count<Key extends SeriesKey> {
  readonly key: Key;
  views: number;
}

/** Rows that are kept before those older than the overlap are dropped, all at once. */
const MIN_EXPIRE_ROWS = 1_000;

/** The count of one reading of the history. */
export class ViewTally {
  /** By user, media type and library, in the order in which they first came. */
  readonly views = new Map<string, Count<ViewKey>>();
  /** By film, show and artist, without any limit. */
  readonly titleViews = new Map<string, Count<TitleViewKey>>();
  /** The users with series of their own: the first ones. The others are `other`. */
  readonly users = new Set<string>();
  /** The text of each key that is counted under `other`. */
  readonly dropped = new Set<string>();
  /** By user, when that user last viewed something. */
  readonly lastViews = new Map<string, LastView>();
  /** When anyone last viewed an item, by rating key; also that of its show or artist. */
  readonly lastItemViewS = new Map<number, number>();
  rows = 0;
  /** When the newest row was viewed, or `nowS` if its time lies in the future. */
  newestS = -Infinity;
  readonly #nowS: number;
  #recentRows = new Map<string, number>();
  #expireAtRows = MIN_EXPIRE_ROWS;

  /** `nowS`: the current time in seconds. With a wrong clock, Plex may have written later rows. */
  constructor(nowS: number) {
    this.#nowS = nowS;
  }

  /** Counts a view; returns the key it is counted under, the same object for equal keys. */
  add(view: View): ViewKey {
    this.rows += 1;
    const key = this.#count(this.#limit(view));
    if (view.title !== undefined) this.#countTitle(view, view.title);
    this.lastViews.set(key.user, laterView(this.lastViews.get(key.user), key.user, view.viewedS));
    recordItemViews(this.lastItemViewS, view);
    this.#recordRow(view);
    return key;
  }

  /** The rows of the overlap: when each was viewed, by its id. */
  get recentRows(): ReadonlyMap<string, number> {
    return rowsSince(this.#recentRows, this.newestS - HISTORY_OVERLAP_S);
  }

  #limit({ user, mediaType, library }: View): ViewKey {
    if (this.users.size < LIMITS.users) this.users.add(user);
    if (this.users.has(user)) return { user, mediaType, library };
    this.#drop({ user, mediaType, library });
    return { user: OVERFLOW_VALUE, mediaType, library };
  }

  #count(key: ViewKey): ViewKey {
    const known = this.views.get(keyText(key));
    if (known !== undefined) {
      known.views += 1;
      return known.key;
    }
    const overflow = overflowKey(key);
    if (this.views.size >= LIMITS.series && keyText(key) !== keyText(overflow)) {
      this.#drop(key);
      return this.#count(overflow);
    }
    this.views.set(keyText(key), { key, views: 1 });
    return key;
  }

  #countTitle({ mediaType, library }: View, title: string): void {
    const key = { mediaType, library, title };
    const known = this.titleViews.get(keyText(key));
    if (known === undefined) this.titleViews.set(keyText(key), { key, views: 1 });
    else known.views += 1;
  }

  #recordRow({ id, viewedS }: View): void {
    this.newestS = Math.max(this.newestS, Math.min(viewedS, this.#nowS));
    this.#recentRows.set(id, viewedS);
    if (this.#recentRows.size < this.#expireAtRows) return;
    this.#recentRows = new Map(this.recentRows);
    this.#expireAtRows = Math.max(MIN_EXPIRE_ROWS, 2 * this.#recentRows.size);
  }

  #drop(key: ViewKey): void {
    if (this.dropped.size < LIMITS.dropped) this.dropped.add(keyText(key));
  }
}

/** The rows that were viewed at `fromS` or later. */
export function rowsSince(
  rows: ReadonlyMap<string, number>,
  fromS: number,
): ReadonlyMap<string, number> {
  return new Map([...rows].filter(([, viewedS]) => viewedS >= fromS));
}

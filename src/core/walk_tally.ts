/**
 * Sums up the items of one library during a walk. Each item and each file counts once, however
 * often and in whatever order they come. Of an item only a number that identifies it is kept.
 */
import { OVERFLOW_VALUE } from "./cardinality.ts";
import {
  ADDED_PERIODS,
  type AddedPeriod,
  type ItemLastView,
  LAST_VIEW_PERIODS,
  type LastViewPeriod,
} from "./enums.ts";
import { LargestItems } from "./largest_items.ts";
import { ADDED_S, type FileKey, lastViewPeriod, type WalkTotals } from "./library_walk.ts";
import { hashText, NumberSet } from "./number_set.ts";
import type { WalkedItem, WalkedVersion } from "./walked_item.ts";

/** The largest films, shows or artists of each library that have series of their own. */
export const LARGEST_ITEMS = 10;

/** Combinations of resolution and codec that have series of their own: Plex has some twenty. */
export const MAX_FILE_KEYS = 100;

/** How far ahead of the exporter's clock Plex's may be; a later date was set by hand. */
const CLOCK_TOLERANCE_S = 86_400;

/** What a tally needs to know of its library. */
export interface WalkTallyOptions {
  /** When the walk began, in seconds: the time from which periods are counted back. */
  readonly nowS: number;
  /** When anyone last viewed an item, show or artist; absent if the history is not known. */
  readonly lastViewS?: ((ratingKey: string) => number | undefined) | undefined;
  /** Whether items are their own top level, as films are; otherwise they belong to one. */
  readonly isFlat: boolean;
}

/** The sums of one walk so far. */
export class WalkTally {
  readonly #options: WalkTallyOptions;
  readonly #items = new NumberSet();
  readonly #files = new NumberSet();
  readonly #totals = new Map<string, { key: FileKey; files: number; bytes: number }>();
  readonly #largest: LargestItems;
  readonly #byLastView = zeros(LAST_VIEW_PERIODS);
  readonly #added = zeros(ADDED_PERIODS);
  /** Combinations of resolution and codec that were counted as `other`. */
  readonly dropped = new Set<string>();
  #newestS: number | undefined;
  #extraVersionBytes = 0;
  #multiVersionItems = 0;
  #sharedBytes = 0;
  #filesWithoutSize = 0;

  constructor(options: WalkTallyOptions) {
    this.#options = options;
    this.#largest = new LargestItems(LARGEST_ITEMS, options.isFlat);
  }

  /** How many items have been added. */
  get items(): number {
    return this.#items.size;
  }

  /** Whether an item has been added. */
  has({ ratingKey }: Pick<WalkedItem, "ratingKey">): boolean {
    return this.#items.has(numberOf(ratingKey));
  }

  /** Adds an item; one that was added before changes nothing. */
  add(item: WalkedItem): void {
    if (!this.#items.add(numberOf(item.ratingKey))) return;
    const { ratingKey, top, addedS, versions } = item;
    const sizes = versions.map((version) => this.#addVersion(version));
    const bytes = sizes.reduce((sum, size) => sum + size, 0);
    this.#extraVersionBytes += bytes - Math.max(0, ...sizes);
    if (versions.length > 1) this.#multiVersionItems += 1;
    this.#largest.add(top.ratingKey, top.title, bytes);
    const { lastViewS, nowS } = this.#options;
    if (lastViewS !== undefined) {
      this.#byLastView[lastViewPeriod(lastViewS(ratingKey), nowS)] += bytes;
    }
    if (addedS !== undefined && addedS <= nowS + CLOCK_TOLERANCE_S) {
      this.#newestS = Math.max(addedS, this.#newestS ?? 0);
      this.#addToPeriods(nowS - addedS);
    }
  }

  /** The sums over the items that have been added. */
  totals(): WalkTotals {
    const { lastViewS, nowS } = this.#options;
    const lastView = (ratingKey: string): ItemLastView =>
      lastViewS === undefined ? "unknown" : lastViewPeriod(lastViewS(ratingKey), nowS);
    return {
      items: this.items,
      files: [...this.#totals.values()],
      extraVersionBytes: this.#extraVersionBytes,
      multiVersionItems: this.#multiVersionItems,
      bytesByLastView: lastViewS && { ...this.#byLastView },
      addedItems: { ...this.#added },
      newestS: this.#newestS,
      largest: this.#largest.largest().map(({ ratingKey, title, bytes }) => ({
        title,
        lastView: lastView(ratingKey),
        bytes,
      })),
      sharedBytes: this.#sharedBytes,
      filesWithoutSize: this.#filesWithoutSize,
    };
  }

  /** Returns the bytes of its files that were not counted before. */
  #addVersion({ resolution, codec, files }: WalkedVersion): number {
    let added = 0;
    for (const file of files) {
      const bytes = file.bytes ?? 0;
      if (!this.#files.add(hashText(file.id))) {
        this.#sharedBytes += bytes;
        continue;
      }
      if (file.bytes === undefined) this.#filesWithoutSize += 1;
      const total = this.#totalOf({ resolution, codec });
      total.files += 1;
      total.bytes += bytes;
      added += bytes;
    }
    return added;
  }

  #totalOf(key: FileKey): { files: number; bytes: number } {
    const text = `${key.resolution}\u0000${key.codec}`;
    const known = this.#totals.get(text);
    if (known !== undefined) return known;
    const isOther = key.resolution === OVERFLOW_VALUE && key.codec === OVERFLOW_VALUE;
    if (this.#totals.size >= MAX_FILE_KEYS && !isOther) {
      this.dropped.add(text);
      return this.#totalOf({ resolution: OVERFLOW_VALUE, codec: OVERFLOW_VALUE });
    }
    const total = { key, files: 0, bytes: 0 };
    this.#totals.set(text, total);
    return total;
  }

  #addToPeriods(ageS: number): void {
    for (const period of ADDED_PERIODS) {
      if (ageS <= ADDED_S[period]) this.#added[period] += 1;
    }
  }
}

function zeros<Name extends AddedPeriod | LastViewPeriod>(
  names: readonly Name[],
): Record<Name, number> {
  return Object.fromEntries(names.map((name) => [name, 0])) as Record<Name, number>;
}

/** Rating keys are whole numbers; any other is identified by its hash. */
function numberOf(ratingKey: string): number {
  return /^[1-9]\d{0,14}$/.test(ratingKey) ? Number(ratingKey) : hashText(ratingKey);
}

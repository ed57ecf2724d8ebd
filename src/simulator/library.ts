/** A library with its items, and its totals. `library_generator.ts` creates items. */
import type { GeneratedItems } from "./generated_items.ts";
import { type Item, type ItemType, sizeBytes } from "./item.ts";

/** Plex's library types; "other videos" are `movie` with another agent. */
export type LibraryType = "movie" | "show" | "artist" | "photo";

/** One library of a server. Times are seconds of Plex's clock. */
export interface Library {
  readonly id: string;
  readonly uuid: string;
  title: string;
  readonly type: LibraryType;
  readonly agent: string;
  readonly scanner: string;
  readonly folder: string;
  items: readonly Item[];
  /** Items of a large library, beside those that are stored. */
  generated?: GeneratedItems | undefined;
  refreshing: boolean;
  readonly createdAtS: number;
  updatedAtS: number;
  scannedAtS: number;
  /** Grows with every change of content; it is not a time. */
  contentChangedAt: number;
  /** The list of libraries that lacks this one. */
  missingIn?: "/library/sections" | "/media/providers";
  /** `/media/providers` has no size for it, as for a library that was never analysed. */
  withoutSize?: boolean;
}

/** How many items of each type a library holds. */
export type ItemCounts = Readonly<Partial<Record<ItemType, number>>>;

/** The counts and the size of a library, for tests to compare with. */
export interface LibraryTotals {
  readonly id: string;
  readonly title: string;
  readonly type: LibraryType;
  readonly otherVideos: boolean;
  readonly counts: ItemCounts;
  readonly storageBytes: number;
  readonly durationMs: number;
}

/** True for a library of "other videos". */
export function holdsOtherVideos(library: Library): boolean {
  return library.type === "movie" && library.agent.endsWith(".none");
}

/** The items directly below one: the seasons of a show, the photos of an album. */
export function childrenOf(library: Library, { ratingKey }: Item): readonly Item[] {
  if (ratingKey === undefined) return [];
  const stored = library.items.filter(({ parent }) => parent?.ratingKey === ratingKey);
  return [...stored, ...library.generated?.childrenOf(ratingKey) ?? []];
}

/** The items at the lowest level below one: the episodes of a show, the tracks of an artist. */
export function leavesOf(library: Library, item: Item): readonly Item[] {
  return childrenOf(library, item).flatMap((child) =>
    child.versions.length > 0 ? [child] : leavesOf(library, child)
  );
}

const NOTHING = { storageBytes: 0, durationMs: 0 };

const GENERATED_TYPES: readonly ItemType[] = [
  "movie",
  "show",
  "season",
  "episode",
  "artist",
  "album",
  "track",
];

/** Counts, bytes and milliseconds of a library as it is now. */
export function totalsOf(library: Library): LibraryTotals {
  const counts: Partial<Record<ItemType, number>> = {};
  let { storageBytes, durationMs } = library.generated?.totals() ?? NOTHING;
  for (const item of library.items) {
    counts[item.type] = (counts[item.type] ?? 0) + 1;
    storageBytes += sizeBytes(item);
    if (item.versions.length > 0) durationMs += item.durationMs ?? 0;
  }
  for (const type of GENERATED_TYPES) {
    const count = library.generated?.countOf(type) ?? 0;
    if (count > 0) counts[type] = (counts[type] ?? 0) + count;
  }
  const { id, title, type } = library;
  return {
    id,
    title,
    type,
    otherVideos: holdsOtherVideos(library),
    counts,
    storageBytes,
    durationMs,
  };
}

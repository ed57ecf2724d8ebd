/** What is on the disks: the sums of the last complete walk of each library. */
import { currentValue } from "../core/availability.ts";
import type { AddedPeriod, LastViewPeriod } from "../core/enums.ts";
import type { FileTotal, LargeItem, LibraryWalk } from "../core/library_walk.ts";
import type { Library } from "../core/libraries.ts";
import type { ServerState } from "../core/state.ts";
import { gaugeFamily, type KeyedValue, type ServerFamily, type Values } from "./family.ts";
import { labelsOf } from "./labels.ts";
import { LIBRARY, LIBRARY_LABELS } from "./library.ts";

/** The key of a value in a family that has several for each library. */
type PartKey<Part> = Pick<Library, "id" | "title" | "type"> & Part;

/** The last walk of each listed library that was walked. */
function walked(
  state: ServerState,
  at: number,
): readonly { readonly library: Library; readonly walk: LibraryWalk }[] {
  return [...currentValue(state, "libraries", at)?.values() ?? []].flatMap((library) => {
    const walk = state.walks.get(library.id);
    return walk === undefined ? [] : [{ library, walk }];
  });
}

/** A value for each walked library for which it is known. */
function perWalk(valueOf: (walk: LibraryWalk) => number | undefined): Values<Library> {
  return (state, at) =>
    walked(state, at).flatMap(({ library, walk }) => {
      const value = valueOf(walk);
      return value === undefined ? [] : [[library, value]];
    });
}

/**
 * The values of each walked library by key. Values and key objects stay the same until the next
 * walk or a new title of the library.
 */
function perPart<Part extends object>(
  valuesOf: (walk: LibraryWalk) => readonly KeyedValue<Part>[],
): Values<PartKey<Part>> {
  type Cached = { readonly title: string; readonly values: readonly KeyedValue<PartKey<Part>>[] };
  const cache = new WeakMap<LibraryWalk, Cached>();
  return (state, at) =>
    walked(state, at).flatMap(({ library: { id, title, type }, walk }) => {
      const cached = cache.get(walk);
      if (cached?.title === title) return cached.values;
      const values = valuesOf(walk).map(([part, value]): KeyedValue<PartKey<Part>> => [
        { id, title, type, ...part },
        value,
      ]);
      cache.set(walk, { title, values });
      return values;
    });
}

type FileKey = FileTotal["key"];
type LastViewKey = { readonly lastView: LastViewPeriod };
type AddedKey = { readonly period: AddedPeriod };
type LargeKey = { readonly item: string; readonly lastView: string };

const FILE_LABELS = labelsOf<PartKey<FileKey>>({
  ...LIBRARY,
  resolution: "resolution",
  codec: "codec",
});

/** Items with the same title share a series, such as all those whose titles are hidden. */
function largeItems({ largest }: LibraryWalk): readonly KeyedValue<LargeKey>[] {
  const sums = new Map<string, LargeItem>();
  for (const item of largest) {
    const key = `${item.title}\u0000${item.lastView}`;
    sums.set(key, { ...item, bytes: item.bytes + (sums.get(key)?.bytes ?? 0) });
  }
  return [...sums.values()].map(({ title, lastView, bytes }) => [{ item: title, lastView }, bytes]);
}

/** The families of the walks. */
export const STORAGE: readonly ServerFamily[] = [
  gaugeFamily(
    "plex_library_file_bytes",
    "Size of the library's files by resolution and codec, each file once.",
    FILE_LABELS,
    perPart<FileKey>(({ files }) => files.map(({ key, bytes }) => [key, bytes])),
  ),
  gaugeFamily(
    "plex_library_files",
    "Number of the library's files by resolution and codec, each file once.",
    FILE_LABELS,
    perPart<FileKey>(({ files }) => files.map(({ key, files }) => [key, files])),
  ),
  gaugeFamily(
    "plex_library_extra_version_bytes",
    "Size of the versions of items beyond the largest version of each.",
    LIBRARY_LABELS,
    perWalk(({ extraVersionBytes }) => extraVersionBytes),
  ),
  gaugeFamily(
    "plex_library_multi_version_items",
    "Number of items that have more than one version.",
    LIBRARY_LABELS,
    perWalk(({ multiVersionItems }) => multiVersionItems),
  ),
  gaugeFamily(
    "plex_library_bytes_by_last_view",
    "Size of the library's items by when anyone last watched them to their end.",
    labelsOf<PartKey<LastViewKey>>({ ...LIBRARY, last_view: "lastView" }),
    perPart<LastViewKey>(({ bytesByLastView }) =>
      bytesByLastView === undefined
        ? []
        : byPeriod(bytesByLastView).map(([lastView, bytes]) => [{ lastView }, bytes])
    ),
  ),
  gaugeFamily(
    "plex_library_added_items",
    "Number of items added in the day, week and month before the walk.",
    labelsOf<PartKey<AddedKey>>({ ...LIBRARY, period: "period" }),
    perPart<AddedKey>(({ addedItems }) =>
      byPeriod(addedItems).map(([period, items]) => [{ period }, items])
    ),
  ),
  gaugeFamily(
    "plex_library_newest_item_timestamp_seconds",
    "Unix timestamp at which the newest item was added to the library, by Plex's clock.",
    LIBRARY_LABELS,
    perWalk(({ newestS }) => newestS),
  ),
  gaugeFamily(
    "plex_library_large_item_bytes",
    "Size of the ten largest films, shows or artists of the library.",
    labelsOf<PartKey<LargeKey>>({ ...LIBRARY, title: "item", last_view: "lastView" }),
    perPart<LargeKey>(largeItems),
  ),
  gaugeFamily(
    "plex_library_walk_timestamp_seconds",
    "Unix timestamp of the end of the last complete walk of the library.",
    LIBRARY_LABELS,
    perWalk(({ endedAt }) => endedAt / 1000),
  ),
  gaugeFamily(
    "plex_library_walk_items",
    "Number of items that the last complete walk found in the library.",
    LIBRARY_LABELS,
    perWalk(({ items }) => items),
  ),
];

/** The values by period, in the order of the periods. */
function byPeriod<Period extends string>(
  values: Readonly<Record<Period, number>>,
): readonly (readonly [period: Period, value: number])[] {
  return Object.entries<number>(values) as [Period, number][];
}

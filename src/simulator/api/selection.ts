/** Which items of a library a query selects, and in which order. */
import { ancestryOf, type Item, type ItemType } from "../item.ts";
import type { Library, LibraryType } from "../library.ts";
import { type Selection, selectionOf } from "./page.ts";
import type { Query } from "./query.ts";

/** Plex's numbers of the item types (docs/plex/api.md#type-numbers). */
export const TYPE_NUMBERS: Readonly<Record<ItemType, number>> = {
  movie: 1,
  show: 2,
  season: 3,
  episode: 4,
  artist: 8,
  album: 9,
  track: 10,
  clip: 12,
  photo: 13,
  photoalbum: 14,
};

const TYPES = new Map(
  Object.entries(TYPE_NUMBERS).map(([type, number]) => [String(number), type as ItemType]),
);

const TOP_LEVEL: Readonly<Record<LibraryType, ItemType>> = {
  movie: "movie",
  show: "show",
  artist: "artist",
  photo: "photoalbum",
};

/** What items can be sorted by, besides the rating key. */
const SORTS: Readonly<Record<string, (item: Item) => number | string>> = {
  id: ({ ratingKey }) => Number(ratingKey),
  title: ({ title }) => title.toLowerCase(),
  titleSort: ({ title }) => title.toLowerCase(),
  addedAt: ({ addedAtS }) => addedAtS,
  updatedAt: ({ updatedAtS }) => updatedAtS,
  year: ({ year }) => year ?? 0,
  duration: ({ durationMs }) => durationMs ?? 0,
};

/** The types that have items below them. */
const ANCESTORS = ["show", "season", "artist", "album"] as const;

type Compare = (a: Item, b: Item) => number;

/** The types of the items that a query selects. */
function typesOf(library: Library, query: Query): readonly ItemType[] {
  const number = query.value("type");
  const type = number === undefined ? TOP_LEVEL[library.type] : TYPES.get(number);
  // docs/plex/api.md#photo-counts: without clusterZoomLevel=1 there are no photos and no videos.
  const isClustered = query.value("clusterZoomLevel") === "1";
  if (library.type === "photo" && isClustered && number === undefined) return ["photo", "clip"];
  const isHidden = library.type === "photo" && !isClustered && type !== "photoalbum";
  return type === undefined || isHidden ? [] : [type];
}

/** The order by the first known field of a sort such as "movie.addedAt:desc,titleSort". */
function orderOf(sort: string): Compare | undefined {
  for (const part of sort.split(",")) {
    const [name = "", direction] = part.split(":");
    const value = SORTS[name.slice(name.lastIndexOf(".") + 1)];
    if (value === undefined) continue;
    const sign = direction === "desc" ? -1 : 1;
    return (a, b) => {
      const [first, second] = [value(a), value(b)];
      return first === second ? 0 : first < second ? -sign : sign;
    };
  }
  return undefined;
}

/** All items of these types: by rating key, or as they are stored. */
function everything(library: Library, types: readonly ItemType[], byKey: boolean): Selection {
  const stored = library.items.filter(({ type }) => types.includes(type));
  const { generated } = library;
  const [type] = types;
  const count = type === undefined ? 0 : generated?.countOf(type) ?? 0;
  if (byKey) stored.sort((a, b) => Number(a.ratingKey) - Number(b.ratingKey));
  if (generated === undefined || type === undefined || count === 0) return selectionOf(stored);
  const firstKey = Number(generated.at(type, 0).ratingKey);
  const before = byKey
    ? stored.filter(({ ratingKey }) => Number(ratingKey) < firstKey).length
    : stored.length;
  return {
    size: stored.length + count,
    at(position) {
      const inGenerated = position - before;
      if (inGenerated >= 0 && inGenerated < count) return generated.at(type, inGenerated);
      return stored[inGenerated < 0 ? position : position - count] as Item;
    },
  };
}

/** Whether an item is below those that parameters such as "artist.id=7" name. */
function isBelow(item: Item, query: Query): boolean {
  return ANCESTORS.every((type) => {
    const key = query.value(`${type}.id`);
    return key === undefined || ancestryOf(item).some(({ ratingKey }) => ratingKey === key);
  });
}

/** All items of a selection. */
export function itemsOf({ size, at }: Selection): Item[] {
  return Array.from({ length: size }, (_, position) => at(position));
}

/** All items of one type, as they are stored. */
export function allOfType(library: Library, type: ItemType): Item[] {
  return itemsOf(everything(library, [type], false));
}

/**
 * The items of the requested type, whose title contains the requested text, below the requested
 * show or artist, in the requested order. With `ignoreFilters` only the type counts. Other filters
 * have no effect.
 */
export function select(library: Library, query: Query, ignoreFilters: boolean): Selection {
  const value = (name: string) => ignoreFilters ? undefined : query.value(name);
  const sort = value("sort");
  const all = everything(library, typesOf(library, query), sort === "id");
  const title = value("title")?.toLowerCase();
  const order = sort === undefined || sort === "id" ? undefined : orderOf(sort);
  const isFiltered = title !== undefined || ANCESTORS.some((type) => value(`${type}.id`));
  if (!isFiltered && order === undefined) return all;
  const found = itemsOf(all).filter((item) =>
    item.title.toLowerCase().includes(title ?? "") && (ignoreFilters || isBelow(item, query))
  );
  return selectionOf(order === undefined ? found : found.sort(order));
}

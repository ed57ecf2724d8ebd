/**
 * `/library/sections/{id}/all`: the items of a library by type, in pages. Elements are made for the
 * page that is requested only.
 */
import type { Item, ItemType } from "../item.ts";
import type { Library } from "../library.ts";
import type { Simulation } from "../simulation.ts";
import { sourceMedia } from "./media.ts";
import { itemAttributes, sectionAttributes } from "./metadata.ts";
import { children, type Element } from "./plex_document.ts";
import type { Query } from "./query.ts";

/** Items in the requested order. */
interface Selection {
  readonly size: number;
  at(position: number): Item;
}

const TYPES: Readonly<Record<string, ItemType>> = {
  "1": "movie",
  "2": "show",
  "3": "season",
  "4": "episode",
  "8": "artist",
  "9": "album",
  "10": "track",
  "12": "clip",
  "13": "photo",
  "14": "photoalbum",
};

const TOP_LEVEL: Readonly<Record<Library["type"], ItemType>> = {
  movie: "movie",
  show: "show",
  artist: "artist",
  photo: "photoalbum",
};

/** The types of the items that a query selects. */
function typesOf(library: Library, query: Query): readonly ItemType[] {
  const number = query.value("type");
  const type = number === undefined ? TOP_LEVEL[library.type] : TYPES[number];
  if (library.type !== "photo" || type === "photoalbum") return type === undefined ? [] : [type];
  // docs/plex/api.md#photo-counts: without clusterZoomLevel=1 there are no photos and no videos.
  if (query.value("clusterZoomLevel") !== "1" || type === undefined) return [];
  return [type];
}

/** By rating key if that is requested, otherwise as they are stored. */
function select(library: Library, query: Query, isSorted: boolean): Selection {
  const clustered = library.type === "photo" && query.value("type") === undefined &&
    query.value("clusterZoomLevel") === "1";
  const types = clustered ? ["photo", "clip"] as const : typesOf(library, query);
  const stored = library.items.filter(({ type }) => types.includes(type));
  const { generated } = library;
  const [type] = types;
  const count = type === undefined ? 0 : generated?.countOf(type) ?? 0;
  if (isSorted) stored.sort((a, b) => Number(a.ratingKey) - Number(b.ratingKey));
  if (generated === undefined || type === undefined || count === 0) {
    return { size: stored.length, at: (position) => stored[position] as Item };
  }
  const firstKey = Number(generated.at(type, 0).ratingKey);
  const before = isSorted
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

const SUMMARY = "A letter is found in a drawer, and it is not what it seems to be. ".repeat(5);

/** An item with its attributes in a listing, besides its files. */
function listingElement(simulation: Simulation, item: Item): Element {
  const key = `/library/metadata/${item.ratingKey}`;
  return {
    ...itemAttributes(simulation, item),
    contentRating: "TV-14",
    summary: SUMMARY,
    tagline: "Nothing is what it seems.",
    thumb: `${key}/thumb/${item.updatedAtS}`,
    art: `${key}/art/${item.updatedAtS}`,
    audienceRating: 7.4,
    audienceRatingImage: "themoviedb://image.rating",
    Media: sourceMedia(item.versions, false),
    Image: [
      { alt: item.title, type: "coverPoster", url: `${key}/thumb/${item.updatedAtS}` },
      { alt: item.title, type: "background", url: `${key}/art/${item.updatedAtS}` },
    ],
    UltraBlurColors: { topLeft: "2b2b2b", topRight: "404040", bottomRight: "101010" },
    Director: [{ tag: "Orla Finch" }],
    Writer: [{ tag: "Brass Halloway" }],
    Genre: [{ tag: "Drama" }, { tag: "Mystery" }],
    Role: [{ tag: "Ada Bellmoor" }, { tag: "Zoë Kettle" }, { tag: "Moth Crown" }],
  };
}

/** The response; with `ignoreFilters`, sorting, filtering and leaving out have no effect. */
export function listingDocument(
  simulation: Simulation,
  library: Library,
  query: Query,
  ignoreFilters: boolean,
): Element {
  const isSorted = !ignoreFilters && query.value("sort") === "id";
  const selection = select(library, query, isSorted);
  const { page } = query;
  const { start, size } = page ?? { start: 0, size: selection.size };
  const excluded = ignoreFilters ? [] : ["excludeFields", "excludeElements"]
    .flatMap((name) => query.value(name)?.split(",") ?? []);
  const hidden = Object.fromEntries(excluded.map((name) => [name, undefined]));
  const shown: Element[] = [];
  for (let at = start; at < Math.min(start + size, selection.size); at += 1) {
    shown.push({ ...listingElement(simulation, selection.at(at)), ...hidden });
  }
  const photosHidden = library.type === "photo" && selection.size === 0;
  return {
    MediaContainer: {
      size: shown.length,
      // docs/plex/api.md#counts: absent when not paged, and in some answers with nothing in them.
      totalSize: page === undefined || photosHidden ? undefined : selection.size,
      offset: page?.start,
      ...sectionAttributes(library),
      title1: library.title,
      viewGroup: library.type,
      Metadata: children(shown),
    },
  };
}

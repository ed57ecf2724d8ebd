/**
 * Items as `Metadata`, by id and by library, and how they are counted.
 */
import type { Item, ItemType } from "../item.ts";
import type { Library } from "../library.ts";
import type { Simulation } from "../simulation.ts";
import { children, type Element } from "./plex_document.ts";
import { sourceMedia } from "./media.ts";
import type { Query } from "./query.ts";

const typeOfNumber: Readonly<Record<string, ItemType>> = {
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

const topLevel: Readonly<Record<Library["type"], ItemType>> = {
  movie: "movie",
  show: "show",
  artist: "artist",
  photo: "photoalbum",
};

/** What sessions and metadata say alike about an item; the section id is a number here. */
export function itemAttributes(simulation: Simulation, item: Item): Element {
  const { parent, live } = item;
  const grandparent = parent?.parent;
  const library = simulation.libraries.find((candidate) => candidate.id === item.libraryId);
  return {
    ratingKey: item.ratingKey,
    key: live?.path ?? `/library/metadata/${item.ratingKey}`,
    parentRatingKey: parent?.ratingKey,
    grandparentRatingKey: grandparent?.ratingKey,
    guid: item.guid,
    // An album of photos is of type photo on the wire, too.
    type: item.type === "photoalbum" ? "photo" : item.type,
    subtype: item.subtype,
    extraType: item.extraType,
    // docs/plex/api.md#live-television: "1", 1 and true have all been seen.
    live: live === undefined ? undefined : "1",
    title: item.title,
    originalTitle: item.originalTitle,
    parentTitle: parent?.title,
    grandparentTitle: grandparent?.title,
    index: item.index,
    parentIndex: parent?.index,
    year: item.year,
    duration: item.durationMs,
    addedAt: item.addedAtS,
    updatedAt: item.updatedAtS,
    librarySectionID: item.libraryId === undefined ? undefined : Number(item.libraryId),
    librarySectionKey: library && `/library/sections/${library.id}`,
    librarySectionTitle: library?.title,
  };
}

function sectionAttributes(library: Library): Element {
  return {
    allowSync: true,
    identifier: "com.plexapp.plugins.library",
    librarySectionID: Number(library.id),
    librarySectionTitle: library.title,
    librarySectionUUID: library.uuid,
    mediaTagPrefix: "/system/bundle/media/flags/",
    mediaTagVersion: 1_752_000_000,
  };
}

/**
 * `/library/metadata/{id}[,{id}…]`; undefined (a 404) when none of them is in a library. Ids that
 * are not found are left out.
 */
export function metadataDocument(simulation: Simulation, ids: string): Element | undefined {
  const items = ids.split(",").flatMap((id) => simulation.findItem(id) ?? []);
  const library = simulation.libraries.find((candidate) => candidate.id === items[0]?.libraryId);
  if (library === undefined) return undefined;
  return {
    MediaContainer: {
      size: items.length,
      ...sectionAttributes(library),
      Metadata: items.map((item) => ({
        ...itemAttributes(simulation, item),
        Media: sourceMedia(item.versions, true),
      })),
    },
  };
}

function matching(library: Library, query: Query): readonly Item[] {
  const number = query.value("type");
  const clustered = query.value("clusterZoomLevel") === "1";
  if (library.type === "photo") {
    // docs/plex/api.md#photo-counts: without clusterZoomLevel=1 there are no photos and no videos.
    const wanted: readonly ItemType[] = number === undefined
      ? (clustered ? ["photo", "clip"] : ["photoalbum"])
      : number === "14"
      ? ["photoalbum"]
      : clustered
      ? [typeOfNumber[number] ?? "movie"]
      : [];
    return library.items.filter((item) => wanted.includes(item.type));
  }
  const wanted = number === undefined ? topLevel[library.type] : typeOfNumber[number];
  return library.items.filter((item) => item.type === wanted);
}

/** `/library/sections/{id}/all`. */
export function allDocument(simulation: Simulation, library: Library, query: Query): Element {
  const items = matching(library, query);
  const page = query.page;
  const shown = page === undefined ? items : items.slice(page.start, page.start + page.size);
  const photosHidden = library.type === "photo" && items.length === 0;
  return {
    MediaContainer: {
      size: shown.length,
      // docs/plex/api.md#counts: absent when not paged, and in some answers with nothing in them.
      totalSize: page === undefined || photosHidden ? undefined : items.length,
      offset: page?.start,
      ...sectionAttributes(library),
      title1: library.title,
      viewGroup: library.type,
      Metadata: children(shown.map((item) => ({
        ...itemAttributes(simulation, item),
        Media: sourceMedia(item.versions, false),
      }))),
    },
  };
}

/** The attributes of items and libraries, as every response with items has them. */
import type { Item } from "../item.ts";
import type { Library } from "../library.ts";
import type { Simulation } from "../simulation.ts";
import type { Element } from "./plex_document.ts";

/** The identifier of Plex's library plugin. */
export const LIBRARY_IDENTIFIER = "com.plexapp.plugins.library";

/** The attributes by which clients find the images of tags. */
export const MEDIA_TAGS: Element = {
  mediaTagPrefix: "/system/bundle/media/flags/",
  mediaTagVersion: 1_752_000_000,
};

/** The path of an item; undefined for one without a rating key. */
export function pathOf(item: Item | undefined): string | undefined {
  return item?.ratingKey === undefined ? undefined : `/library/metadata/${item.ratingKey}`;
}

/** The attributes that items have in sessions and in metadata; the section id is a number here. */
export function itemAttributes(simulation: Simulation, item: Item): Element {
  const { parent, live } = item;
  const grandparent = parent?.parent;
  const library = simulation.libraries.find(item.libraryId);
  return {
    ratingKey: item.ratingKey,
    key: live?.path ??
      `/library/metadata/${item.ratingKey}${item.type === "photoalbum" ? "/children" : ""}`,
    parentRatingKey: parent?.ratingKey,
    grandparentRatingKey: grandparent?.ratingKey,
    parentKey: pathOf(parent),
    grandparentKey: pathOf(grandparent),
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

/** The attributes of the library in every response with its items. */
export function sectionAttributes(library: Library): Element {
  return {
    allowSync: true,
    identifier: LIBRARY_IDENTIFIER,
    librarySectionID: Number(library.id),
    librarySectionTitle: library.title,
    librarySectionUUID: library.uuid,
    ...MEDIA_TAGS,
  };
}

/**
 * Lists of items: `/library/sections/{id}/all` by type, title and order, what is below an item, and
 * what was added last.
 */
import type { Item, ItemType } from "../item.ts";
import { childrenOf, leavesOf, type Library, type LibraryType } from "../library.ts";
import type { Simulation } from "../simulation.ts";
import { excludedBy, itemElement } from "./metadata.ts";
import { LIBRARY_IDENTIFIER, sectionAttributes } from "./item_attributes.ts";
import { pageDocument, selectionOf } from "./page.ts";
import type { Element } from "./plex_document.ts";
import type { Query } from "./query.ts";
import { sectionMeta } from "./section_meta.ts";
import { allOfType, itemsOf, select } from "./selection.ts";

/**
 * The response; with `ignoreFilters`, the query neither sorts nor filters, and excludes no fields.
 */
export function listingDocument(
  simulation: Simulation,
  library: Library,
  query: Query,
  ignoreFilters: boolean,
): Element {
  const selection = select(library, query, ignoreFilters);
  const excluded = ignoreFilters ? {} : excludedBy(query);
  // docs/plex/api.md#counts: the total is absent in some empty answers.
  const isEmptyPhotoLibrary = library.type === "photo" && selection.size === 0;
  return pageDocument(
    selection,
    query,
    (item) => ({ ...itemElement(simulation, item, { withStreams: false }), ...excluded }),
    {
      ...(isEmptyPhotoLibrary ? { totalSize: undefined } : {}),
      ...sectionAttributes(library),
      title1: library.title,
      viewGroup: library.type,
      Meta: query.value("includeMeta") === "1" ? sectionMeta(library) : undefined,
    },
  );
}

/** `/library/all`: what a query selects in every library. */
export function everyLibraryDocument(
  simulation: Simulation,
  query: Query,
  ignoreFilters: boolean,
): Element {
  const items = simulation.libraries.all.flatMap((library) =>
    itemsOf(select(library, query, ignoreFilters))
  );
  return pageDocument(
    selectionOf(items),
    query,
    (item) => itemElement(simulation, item, { withStreams: false }),
  );
}

/** The items below another one: one level, two levels, or all that have files. */
const BELOW: Readonly<Record<Below, (library: Library, item: Item) => readonly Item[]>> = {
  children: childrenOf,
  grandchildren: (library, item) =>
    childrenOf(library, item).flatMap((child) => childrenOf(library, child)),
  allLeaves: leavesOf,
};

/** The last segment of `/library/metadata/{id}/…`. */
export type Below = "children" | "grandchildren" | "allLeaves";

/** `/library/metadata/{id}/children` and the like; undefined (a 404) for an unknown item. */
export function belowDocument(
  simulation: Simulation,
  id: string,
  below: Below,
  query: Query,
): Element | undefined {
  const item = simulation.libraries.findItem(id);
  const library = simulation.libraries.find(item?.libraryId);
  if (item === undefined || library === undefined) return undefined;
  const excluded = excludedBy(query);
  return pageDocument(
    selectionOf(BELOW[below](library, item)),
    query,
    (each) => ({ ...itemElement(simulation, each, { withStreams: false }), ...excluded }),
    {
      ...sectionAttributes(library),
      key: item.ratingKey,
      parentTitle: item.title,
      title1: library.title,
      title2: item.title,
    },
  );
}

/** The type under which new content of a library is listed. */
const ADDED_AS: Readonly<Record<LibraryType, ItemType>> = {
  movie: "movie",
  show: "season",
  artist: "album",
  photo: "photoalbum",
};

/** What was added to these libraries, the newest first. */
export function recentlyAddedDocument(
  simulation: Simulation,
  libraries: readonly Library[],
  query: Query,
): Element {
  const items = libraries.flatMap((library) => allOfType(library, ADDED_AS[library.type]));
  items.sort((a, b) => b.addedAtS - a.addedAtS);
  return pageDocument(
    selectionOf(items),
    query,
    (item) => itemElement(simulation, item, { withStreams: false }),
    { allowSync: true, identifier: LIBRARY_IDENTIFIER, mixedParents: true },
  );
}

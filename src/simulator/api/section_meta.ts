/**
 * `Meta` of a library: the fields by which its items can be filtered and sorted. Client libraries
 * check a search against it before they send it.
 */
import type { ItemType } from "../item.ts";
import type { Library, LibraryType } from "../library.ts";
import type { Element } from "./plex_document.ts";
import { TYPE_NUMBERS } from "./selection.ts";

const TYPES: Readonly<Record<LibraryType, readonly (readonly [ItemType, string])[]>> = {
  movie: [["movie", "Movies"]],
  show: [["show", "TV Shows"], ["season", "Seasons"], ["episode", "Episodes"]],
  artist: [["artist", "Artists"], ["album", "Albums"], ["track", "Tracks"]],
  photo: [["photoalbum", "Albums"], ["photo", "Photos"]],
};

const SORTS: readonly (readonly [key: string, direction: "asc" | "desc", title: string])[] = [
  ["titleSort", "asc", "Title"],
  ["addedAt", "desc", "Date Added"],
  ["year", "desc", "Year"],
  ["duration", "desc", "Duration"],
];

const SORT_ELEMENTS: readonly Element[] = SORTS.map(([key, defaultDirection, title]) => ({
  default: key === "titleSort" ? defaultDirection : undefined,
  defaultDirection,
  descKey: `${key}:desc`,
  key,
  title,
}));

function typeElement(path: string, type: string, title: string, active: boolean): Element {
  return {
    key: path,
    type,
    title,
    active,
    Sort: SORT_ELEMENTS,
    Field: [{ key: "title", title: "Title", type: "string" }],
  };
}

const FIELD_TYPES: readonly Element[] = [
  { type: "string", Operator: [{ key: "=", title: "contains" }] },
  { type: "integer", Operator: [{ key: "=", title: "is" }] },
];

/** The `Meta` of a library's items. */
export function sectionMeta({ id, type: libraryType }: Library): Element {
  return {
    Type: TYPES[libraryType].map(([type, title], nth) =>
      typeElement(`/library/sections/${id}/all?type=${TYPE_NUMBERS[type]}`, type, title, nth === 0)
    ),
    FieldType: FIELD_TYPES,
  };
}

/** The answer with the collections of a library, of which there are none. */
export function collectionsDocument({ id }: Library): Element {
  const type = typeElement(
    `/library/sections/${id}/all?type=18`,
    "collection",
    "Collections",
    true,
  );
  return { MediaContainer: { size: 0, totalSize: 0, Meta: { Type: [type] } } };
}

/**
 * The libraries of a server and the number of items in them. A library that has not been counted
 * yet has no counts. One that Plex no longer lists is removed.
 */
import { CONTENT_TYPES, type ContentType, type LibraryType } from "./enums.ts";

/** A library as Plex lists it. */
export interface LibraryListing {
  readonly id: string;
  readonly title: string;
  readonly type: LibraryType;
  /** A movie library without a metadata agent, as for home videos. */
  readonly otherVideos: boolean;
  /** Plex omits storage and duration for libraries that are empty or were never analysed. */
  readonly storageBytes?: number | undefined;
  readonly durationMs?: number | undefined;
  readonly scannedS?: number | undefined;
  readonly scanning: boolean;
  /** Changes with every change of the content; absent in the listing with sizes. */
  readonly contentRevision?: number | undefined;
}

/** A library with the counts that have been read so far. */
export interface Library extends LibraryListing {
  readonly counts: Readonly<Partial<Record<ContentType, number>>>;
  /** Whether only the list with sizes has the library. */
  readonly onlyWithSizes?: boolean;
}

/** The libraries by id; `undefined` until they have been listed. */
export type Libraries = ReadonlyMap<string, Library> | undefined;

/**
 * Applies a list of libraries. Counts are kept. A list `withSizes` comes from the expensive request
 * for storage and duration: of a library that the cheap list has, it updates these two and nothing
 * else, because the cheap list is newer. A library that only one of the lists has is kept. Known
 * libraries keep their order, which differs between the two requests.
 */
export function mergeLibraries(
  libraries: Libraries,
  listings: readonly LibraryListing[],
  withSizes: boolean,
): ReadonlyMap<string, Library> {
  if (withSizes && libraries !== undefined) return mergeSizes(libraries, listings);
  const order = new Map([...libraries?.keys() ?? []].map((id, position) => [id, position]));
  const position = ({ id }: LibraryListing) => order.get(id) ?? order.size;
  const listed = listings.map((listing): Library => {
    const known = libraries?.get(listing.id);
    const { storageBytes, durationMs } = known ?? listing;
    return { ...listing, storageBytes, durationMs, counts: countsOf(known, listing) };
  });
  const ids = new Set(listings.map(({ id }) => id));
  const others = [...libraries?.values() ?? []]
    .filter(({ id, onlyWithSizes = false }) => onlyWithSizes && !ids.has(id));
  const inOrder = [...listed, ...others].toSorted((a, b) => position(a) - position(b));
  return new Map(inOrder.map((library) => [library.id, library]));
}

/** The counts of a known library, unless it is of another type now. */
function countsOf(known: Library | undefined, { type }: LibraryListing): Library["counts"] {
  return known?.type === type ? known.counts : {};
}

function mergeSizes(
  libraries: ReadonlyMap<string, Library>,
  listings: readonly LibraryListing[],
): ReadonlyMap<string, Library> {
  const merged = new Map<string, Library>();
  const byId = new Map(listings.map((listing) => [listing.id, listing]));
  for (const [id, library] of libraries) {
    const { onlyWithSizes = false } = library;
    const { storageBytes, durationMs } = byId.get(id) ?? {};
    if (!onlyWithSizes) merged.set(id, { ...library, storageBytes, durationMs });
  }
  for (const listing of listings) {
    if (merged.has(listing.id)) continue;
    const counts = countsOf(libraries.get(listing.id), listing);
    merged.set(listing.id, { ...listing, counts, onlyWithSizes: true });
  }
  return merged;
}

/** The content types that are counted in a library, its top level first. */
export function contentTypes({ type }: Pick<Library, "type">): readonly ContentType[] {
  return CONTENT_TYPES[type];
}

/** The number of items on the library's top level; `undefined` until they have been counted. */
export function topLevelItems({ type, counts }: Library): number | undefined {
  return counts[CONTENT_TYPES[type][0]];
}

/** Storage or duration of a library: 0 for an empty one, `undefined` if Plex does not report it. */
export function sizeOf(library: Library, size: "storageBytes" | "durationMs"): number | undefined {
  return library[size] ?? (topLevelItems(library) === 0 ? 0 : undefined);
}

/** Applies one count. The count of a library that is not listed is ignored. */
export function countLibrary(
  libraries: Libraries,
  libraryId: string,
  contentType: ContentType,
  count: number,
): Libraries {
  const library = libraries?.get(libraryId);
  if (library === undefined) return libraries;
  const counts = { ...library.counts, [contentType]: count };
  return new Map(libraries).set(libraryId, { ...library, counts });
}

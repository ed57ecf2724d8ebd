/**
 * The libraries of a server and what is counted in them. What is not known stays unknown: a
 * library that has not been counted yet has no count, and one that vanished is gone.
 */
import type { Library, LibraryListing, ServerState } from "./state.ts";
import { CONTENT_TYPES, type ContentType } from "./enums.ts";

type Libraries = ServerState["libraries"];

/**
 * Takes the list of libraries. Counts are kept, and so are storage and duration, which only the
 * dear reading has that `measured` them. Of libraries that are known that one brings no more: which
 * there are is for the other to say. Known ones keep their order, which differs between the two.
 */
export function mergeLibraries(
  libraries: Libraries,
  listings: readonly LibraryListing[],
  measured: boolean,
): ReadonlyMap<string, Library> {
  if (measured && libraries !== undefined) return keepSizes(libraries, listings);
  const order = new Map([...libraries?.keys() ?? []].map((id, position) => [id, position]));
  const position = ({ id }: LibraryListing) => order.get(id) ?? order.size;
  const inOrder = listings.toSorted((a, b) => position(a) - position(b));
  return new Map(inOrder.map((listing) => {
    const known = libraries?.get(listing.id);
    const { storageBytes, durationMs } = known ?? listing;
    const counts = known?.type === listing.type ? known.counts : {};
    return [listing.id, { ...listing, storageBytes, durationMs, counts }];
  }));
}

function keepSizes(
  libraries: ReadonlyMap<string, Library>,
  listings: readonly LibraryListing[],
): ReadonlyMap<string, Library> {
  const measures = new Map(listings.map((listing) => [listing.id, listing]));
  return new Map(
    [...libraries].map(([id, library]) => {
      const { storageBytes, durationMs } = measures.get(id) ?? library;
      return [id, { ...library, storageBytes, durationMs }];
    }),
  );
}

/** How many items are on the library's top level; `undefined` until they have been counted. */
export function topLevelItems({ type, counts }: Library): number | undefined {
  return counts[CONTENT_TYPES[type][0]];
}

/**
 * A measure of the library. Plex leaves out that of an empty one, where it is 0, and of one that
 * was never analysed, where it is unknown.
 */
export function sizeOf(library: Library, of: "storageBytes" | "durationMs"): number | undefined {
  return library[of] ?? (topLevelItems(library) === 0 ? 0 : undefined);
}

/** Takes one count; one of a library that is not listed is nobody's. */
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

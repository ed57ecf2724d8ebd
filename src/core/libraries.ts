/**
 * The libraries of a server and what is counted in them. What is not known stays unknown: a
 * library that has not been counted yet has no count, and one that vanished is gone.
 */
import type { Library, LibraryListing, ServerState } from "./model.ts";
import { CONTENT_TYPES, type ContentType } from "./vocabulary.ts";

type Libraries = ServerState["libraries"];

/**
 * Takes the whole list of libraries. Counts are kept, and so are storage and duration unless they
 * were `measured` this time; known libraries keep their order, which differs between Plex's lists.
 */
export function listLibraries(
  libraries: Libraries,
  listings: readonly LibraryListing[],
  measured: boolean,
): ReadonlyMap<string, Library> {
  const order = new Map([...libraries?.keys() ?? []].map((id, position) => [id, position]));
  const position = ({ id }: LibraryListing) => order.get(id) ?? order.size;
  const inOrder = listings.toSorted((a, b) => position(a) - position(b));
  return new Map(inOrder.map((listing) => {
    const known = libraries?.get(listing.id);
    const { storageBytes, durationMs } = measured ? listing : known ?? listing;
    const counts = known?.type === listing.type ? known.counts : {};
    return [listing.id, { ...listing, storageBytes, durationMs, counts }];
  }));
}

/** How many items are on the library's top level; `undefined` until they have been counted. */
export function topLevelItems({ type, counts }: Library): number | undefined {
  return counts[CONTENT_TYPES[type][0]];
}

/**
 * A measure of the library. Plex leaves out that of an empty one, where it is 0, and of one that
 * was never analysed, where it is unknown.
 */
export function measure(library: Library, of: "storageBytes" | "durationMs"): number | undefined {
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

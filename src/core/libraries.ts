/**
 * The libraries of a server and what is counted in them. What is not known stays unknown: a
 * library that has not been counted yet has no count, and one that vanished is gone.
 */
import type { Library, LibraryListing, ServerState } from "./model.ts";
import type { ContentType } from "./vocabulary.ts";

type Libraries = ServerState["libraries"];

/**
 * Takes the whole list of libraries. Counts are kept; storage and duration, which Plex tells only
 * when asked for them, are kept where this list does not have them.
 */
export function listLibraries(
  libraries: Libraries,
  listings: readonly LibraryListing[],
): ReadonlyMap<string, Library> {
  return new Map(listings.map((listing) => {
    const known = libraries?.get(listing.id);
    const library: Library = {
      ...listing,
      storageBytes: listing.storageBytes ?? known?.storageBytes,
      durationMs: listing.durationMs ?? known?.durationMs,
      counts: known?.type === listing.type ? known.counts : {},
    };
    return [listing.id, library];
  }));
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

/** Wire to domain for libraries: the list, the sizes, and how the content is counted. */
import type { Library, LibraryListing } from "../../core/libraries.ts";
import type { ContentType } from "../../core/enums.ts";
import { libraryType } from "../../core/normalize.ts";
import { type HiddenLabels, hideValue } from "../redact_labels.ts";
import type { WireProvider, WireSection } from "../schema.ts";

const LIBRARY_PROVIDER = "com.plexapp.plugins.library";
const SECTION_KEY = /^\/library\/sections\/(\d+)$/;

/** The library of a directory with this id; `undefined` for menus and playlists. */
function mapSection(
  section: WireSection,
  id: string | undefined,
  hide: HiddenLabels,
): LibraryListing | undefined {
  const type = libraryType(section.type ?? "");
  if (id === undefined || type === undefined) return undefined;
  return {
    id,
    title: hideValue(hide, "library", section.title ?? ""),
    type,
    // Such libraries have the type movie, but no agent (docs/plex/api.md#library-types).
    otherVideos: type === "movie" && (section.agent ?? "").endsWith(".none"),
    scannedS: section.scannedAt || undefined,
    scanning: section.refreshing ?? false,
  };
}

/**
 * The libraries of `/media/providers?includeStorage=1`; `undefined` if the answer has no library
 * provider, which every server has. Other providers, such as live television, are ignored.
 */
export function mapProviders(
  providers: readonly WireProvider[],
  hide: HiddenLabels,
): readonly LibraryListing[] | undefined {
  const provider = providers.find(({ identifier }) => identifier === LIBRARY_PROVIDER);
  return provider?.Feature
    .filter(({ type }) => type === "content")
    .flatMap(({ Directory }) => Directory)
    .flatMap((section) => {
      const listing = mapSection(section, SECTION_KEY.exec(section.key ?? "")?.[1], hide);
      const { storageTotal: storageBytes, durationTotal: durationMs } = section;
      return listing === undefined ? [] : [{ ...listing, storageBytes, durationMs }];
    });
}

/**
 * The libraries of `/library/sections`: without sizes, but with the revision of their content.
 * `undefined` if no section has a key: the libraries must not count as removed then.
 */
export function mapSections(
  sections: readonly WireSection[],
  hide: HiddenLabels,
): readonly LibraryListing[] | undefined {
  if (sections.length > 0 && !sections.some(({ key }) => key)) return undefined;
  return sections.flatMap((section) => {
    const id = /^\d+$/.exec(section.key ?? "")?.[0];
    const listing = mapSection(section, id, hide);
    return listing === undefined ? [] : [{ ...listing, contentRevision: section.contentChangedAt }];
  });
}

/** Plex's type numbers of the content types. Music and photo albums have different ones. */
export const TYPE_NUMBERS: Readonly<Record<Exclude<ContentType, "albums">, number>> = {
  movies: 1,
  shows: 2,
  seasons: 3,
  episodes: 4,
  artists: 8,
  tracks: 10,
  videos: 12,
  photos: 13,
};
const MUSIC_ALBUM = 9;
const PHOTO_ALBUM = 14;

/**
 * The query that counts items without reading them (docs/plex/api.md#counts). In photo libraries
 * Plex finds photos and videos only with `clusterZoomLevel`.
 */
export function countQuery(library: Pick<Library, "type">, contentType: ContentType): string {
  const photo = library.type === "photo";
  const album = photo ? PHOTO_ALBUM : MUSIC_ALBUM;
  const type = contentType === "albums" ? album : TYPE_NUMBERS[contentType];
  return `type=${type}${photo ? "&clusterZoomLevel=1" : ""}` +
    "&X-Plex-Container-Start=0&X-Plex-Container-Size=0";
}

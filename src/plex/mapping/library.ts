/**
 * Wire to domain for libraries: what there is, how large it is, and what is counted in it how.
 * It decides nothing about when to count.
 */
import type { Library, LibraryListing } from "../../core/libraries.ts";
import { CONTENT_TYPES, type ContentType } from "../../core/enums.ts";
import { libraryType } from "../../core/normalize.ts";
import { type HiddenLabels, hideValue } from "../redact_labels.ts";
import type { WirePage, WireProvider, WireSection } from "../schema.ts";

/** A library with the mark by which Plex tells that its content changed. */
export interface LibraryListingWithRevision extends LibraryListing {
  /** Grows with every change of the content; comparing it is all it is good for. */
  readonly contentChangedMark?: number | undefined;
}

const LIBRARY_PROVIDER = "com.plexapp.plugins.library";
const SECTION_KEY = /^\/library\/sections\/(\d+)$/;

/** The library of a directory with this id; `undefined` for menus, playlists and the like. */
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
    // Such libraries are of the type movie, and only their missing agent tells
    // (docs/plex/api.md#library-types).
    otherVideos: type === "movie" && (section.agent ?? "").endsWith(".none"),
    scannedS: section.scannedAt || undefined,
    scanning: section.refreshing ?? false,
  };
}

/**
 * The libraries of `/media/providers?includeStorage=1`; `undefined` if the answer has no library
 * provider, which every server has. Of live television and other providers nothing is taken.
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
 * The libraries of `/library/sections`: without sizes, but with the mark of their content.
 * `undefined` if there are sections, none of which has a key: they are not to be taken for gone.
 */
export function mapSections(
  sections: readonly WireSection[],
  hide: HiddenLabels,
): readonly LibraryListingWithRevision[] | undefined {
  if (sections.length > 0 && !sections.some(({ key }) => key)) return undefined;
  return sections.flatMap((section) => {
    const id = /^\d+$/.exec(section.key ?? "")?.[0];
    const listing = mapSection(section, id, hide);
    return listing === undefined
      ? []
      : [{ ...listing, contentChangedMark: section.contentChangedAt }];
  });
}

/** Plex's numbers of the types that are counted. Albums are two types, of music and of photos. */
const TYPE_NUMBERS: Readonly<Record<Exclude<ContentType, "albums">, number>> = {
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

/** What is counted in a library, its top level first. */
export function contentTypes(library: Pick<Library, "type">): readonly ContentType[] {
  return CONTENT_TYPES[library.type];
}

/**
 * The query that counts in a library without reading it (docs/plex/api.md#counts). In photo
 * libraries Plex finds photos and videos only with `clusterZoomLevel`, and nothing without.
 */
export function countQuery(library: Pick<Library, "type">, contentType: ContentType): string {
  const photo = library.type === "photo";
  const album = photo ? PHOTO_ALBUM : MUSIC_ALBUM;
  const type = contentType === "albums" ? album : TYPE_NUMBERS[contentType];
  return `type=${type}${photo ? "&clusterZoomLevel=1" : ""}` +
    "&X-Plex-Container-Start=0&X-Plex-Container-Size=0";
}

/**
 * The count that a page of size 0 tells: its total, else that of the header, which some answers
 * lack. Without either, the size: 0 if there is nothing, or that of a page which was not cut.
 */
export function mapCount(page: WirePage, header: number | undefined): number | undefined {
  return page.totalSize ?? header ?? page.size;
}

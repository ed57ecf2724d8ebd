/** Wire to domain for the items of a library, which are read in pages. */
import { resolution } from "../../core/normalize.ts";
import type { LibraryType } from "../../core/enums.ts";
import type { WalkableType } from "../../core/library_walk.ts";
import type { WalkedItem, WalkedVersion } from "../../core/walked_item.ts";
import { readLibraryItem, type WireLibraryItem } from "../item_schema.ts";
import { type HiddenLabels, hideValue } from "../redact_labels.ts";
import type { WirePage } from "../schema.ts";
import { TYPE_NUMBERS } from "./library.ts";
import { bareMetadataQuery } from "./media.ts";
import { pageTotal } from "./page.ts";

/** Which items of a library are requested. */
export interface ItemPageRequest {
  readonly start: number;
  readonly size: number;
}

export interface ItemPage {
  /**
   * Each is read from the answer when it is iterated over, so that a page is never read in one go.
   */
  readonly items: Iterable<WalkedItem>;
  /** How many items Plex sent; of those without a rating key nothing is known. */
  readonly rows: number;
  /** How many items there are in all. */
  readonly total: number;
}

/** The content that has files, by the type of its library. */
const WALKED_CONTENT = { movie: "movies", show: "episodes", artist: "tracks" } as const;

/** Fields that Plex sends of an item by itself and nothing here reads: half of the answer. */
const UNUSED_FIELDS = (
  "guid,slug,key,titleSort,originalTitle,studio,year,duration,index,contentRating," +
  "originallyAvailableAt,chapterSource,primaryExtraKey,updatedAt,rating,ratingImage," +
  "audienceRating,audienceRatingImage,userRating,viewCount,viewOffset,skipCount," +
  "lastViewedAt,lastRatedAt,thumb,art,banner,theme,parentThumb,parentArt,grandparentThumb," +
  "grandparentArt,grandparentTheme,parentKey,grandparentKey,parentGuid,grandparentGuid," +
  "parentSlug,grandparentSlug,parentRatingKey,parentTitle,parentIndex,parentYear," +
  "parentStudio,librarySectionID,librarySectionKey,librarySectionTitle"
).split(",");

/**
 * A path that identifies a file, on Linux, macOS, Windows or a share. Plex sends full paths to the
 * owner only (docs/plex/api.md#paths-of-files); two files may have anything less in common.
 */
const FULL_PATH = /^(\/|\\\\|[a-z]:[\\/])/i;

/**
 * The query for a page of items. Sorted by id, items that are added meanwhile come last, and none
 * moves (docs/plex/api.md#sorting-a-library).
 */
export function itemPageQuery(type: WalkableType, { start, size }: ItemPageRequest): string {
  return `type=${TYPE_NUMBERS[WALKED_CONTENT[type]]}&sort=id&${bareMetadataQuery(UNUSED_FIELDS)}` +
    `&X-Plex-Container-Start=${start}&X-Plex-Container-Size=${size}`;
}

/** The page; `undefined` if it has no total. */
export function mapItemPage(
  page: WirePage & { readonly Metadata: readonly unknown[] },
  header: number | undefined,
  type: LibraryType,
  hide: HiddenLabels,
): ItemPage | undefined {
  const total = pageTotal(page, header);
  if (total === undefined) return undefined;
  const items = { [Symbol.iterator]: () => mapItems(page.Metadata, type, hide) };
  return { items, rows: page.Metadata.length, total };
}

function* mapItems(
  entries: readonly unknown[],
  type: LibraryType,
  hide: HiddenLabels,
): Generator<WalkedItem> {
  for (const entry of entries) {
    const wire = readLibraryItem(entry);
    const item = wire && mapItem(wire, type, hide);
    if (item !== undefined) yield item;
  }
}

function mapItem(
  { ratingKey, title, grandparentRatingKey, grandparentTitle, addedAt, Media }: WireLibraryItem,
  type: LibraryType,
  hide: HiddenLabels,
): WalkedItem | undefined {
  if (!ratingKey) return undefined;
  const top = type === "movie"
    ? { ratingKey, title }
    : { ratingKey: grandparentRatingKey || ratingKey, title: grandparentTitle };
  const versions = Media.map((media) => mapVersion(media, type));
  return {
    ratingKey,
    top: { ratingKey: top.ratingKey, title: hideValue(hide, "title", top.title ?? "") },
    addedS: addedAt || undefined,
    versions: versions.filter(({ files }) => files.length > 0),
  };
}

function mapVersion(
  { videoResolution, width, videoCodec, audioCodec, Part }: WireLibraryItem["Media"][number],
  type: LibraryType,
): WalkedVersion {
  const codec = type === "artist" ? audioCodec : videoCodec;
  return {
    resolution: type === "artist" ? "" : resolution(videoResolution, width),
    codec: (codec ?? "").toLowerCase(),
    files: Part.map(({ id, file = "", size }) => ({
      id: FULL_PATH.test(file) ? file : `part ${id}`,
      bytes: size,
    })),
  };
}

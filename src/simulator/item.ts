/**
 * What a library holds and a player plays: items, their files, and the streams in the files.
 * `api/metadata.ts` and `api/media.ts` write them as Plex does.
 */

/** Plex's item types. */
export type ItemType =
  | "movie"
  | "show"
  | "season"
  | "episode"
  | "artist"
  | "album"
  | "track"
  | "photoalbum"
  | "photo"
  | "clip";

/** The dynamic range of a video. */
export type DynamicRange = "sdr" | "hdr10" | "hlg" | "dolby_vision";

/** A video stream of a file. */
export interface VideoStream {
  readonly id: number;
  readonly codec: string;
  readonly profile: string;
  readonly bitrateKbps: number;
  readonly width: number;
  readonly height: number;
  readonly framesPerSecond: number;
  readonly range: DynamicRange;
}

/** An audio stream of a file. */
export interface AudioStream {
  readonly id: number;
  readonly codec: string;
  readonly channels: number;
  readonly bitrateKbps: number;
  readonly language: string;
}

/** A subtitle stream of a file. */
export interface SubtitleStream {
  readonly id: number;
  readonly codec: string;
  readonly language: string;
}

/** One file. */
export interface FilePart {
  readonly partId: number;
  readonly file: string;
  /** 0 where Plex does not know it. */
  readonly sizeBytes: number;
}

/** One version of an item: Plex calls it a Media, and each of its files a Part. */
export interface Version extends FilePart {
  readonly id: number;
  /** The files after the first, where a version is split. */
  readonly furtherParts?: readonly FilePart[];
  /** Only an optimised version has a title of its own. */
  readonly title?: string;
  readonly optimized?: boolean;
  readonly container: string;
  /** Absent for photos and live television. */
  readonly bitrateKbps?: number;
  /** "sd", "480", "576", "720", "1080", "4k"; absent for audio and photos. */
  readonly resolution?: string;
  readonly width?: number;
  readonly height?: number;
  readonly durationMs?: number;
  readonly video?: VideoStream;
  readonly audio: readonly AudioStream[];
  readonly subtitles: readonly SubtitleStream[];
}

/** The channel a live item is on. */
export interface Channel {
  readonly number: string;
  readonly callSign: string;
  readonly title: string;
}

/** A programme on a channel. */
export interface Broadcast {
  /** The path of the tuner's session, which is the item's key. */
  readonly path: string;
  readonly channel: Channel;
  readonly beginsAtS: number;
  readonly endsAtS: number;
  /**
   * The rating key in frames: empty, "0", the item's own or another one; absent where frames have
   * none (docs/plex/notifications.md#session-key).
   */
  readonly frameRatingKey?: string | undefined;
}

/** A film, a show, a season, a track, a photo, …; also what is in no library. */
export interface Item {
  readonly type: ItemType;
  /** Absent for live television of the old form. */
  readonly ratingKey?: string;
  readonly title: string;
  /** The artist of a track on a compilation. */
  readonly originalTitle?: string;
  readonly parent?: Item;
  readonly index?: number;
  readonly year?: number;
  readonly guid: string;
  /** "1", "2", …; "-2" for prerolls; absent where there is no library. */
  readonly libraryId?: string;
  readonly durationMs?: number;
  readonly addedAtS: number;
  readonly updatedAtS: number;
  readonly versions: readonly Version[];
  readonly subtype?: string;
  /** 1 for a trailer. */
  readonly extraType?: number;
  /** Present for live television. */
  readonly live?: Broadcast;
}

/** The item and what it belongs to: a season and a show, an album and an artist. */
export function ancestryOf(item: Item): readonly Item[] {
  return item.parent === undefined ? [item] : [item, ...ancestryOf(item.parent)];
}

/** The files of a version, in the order in which they are played. */
export function partsOf(version: Version): readonly FilePart[] {
  return [version, ...version.furtherParts ?? []];
}

/** Bytes of all files of an item. */
export function sizeBytes({ versions }: Pick<Item, "versions">): number {
  return versions.flatMap(partsOf).reduce((sum, part) => sum + part.sizeBytes, 0);
}

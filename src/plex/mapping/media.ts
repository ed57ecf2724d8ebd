/** Wire to domain for media: the versions of an item, and the file, video and audio of each. */
import type { Media } from "../../core/session.ts";
import { bitrateKbps, dynamicRange, resolution } from "../../core/normalize.ts";
import type { WireItem, WireMedia, WireStream } from "../schema.ts";

/**
 * The query that leaves out of items what is not used, which is most of it, and `unusedFields`
 * besides (docs/plex/api.md#item-metadata). Some versions of Plex disregard it.
 */
export function bareMetadataQuery(unusedFields: readonly string[] = []): string {
  return "includeGuids=0&excludeElements=Role,Director,Writer,Producer,Genre,Country,Collection," +
    "Guid,Rating,Image,Similar,UltraBlurColors,Mood,Style,Label,Field,Extras,Chapter,Marker" +
    `&excludeFields=${["summary", "tagline", ...unusedFields].join()}`;
}

/** One file of a library item, with the fields that identify it in a session. */
export interface Version {
  /** A string in sessions, a number in the library: compared as a string (docs/plex/api.md#ids). */
  readonly id: string;
  readonly selected: boolean;
  readonly media: Media;
}

/** Plex's stream types. */
const VIDEO = 1;
const AUDIO = 2;
const SUBTITLE = 3;

/** The part and the streams of a medium that are played. */
export interface SelectedStreams {
  readonly partDecision: string;
  readonly container: string;
  readonly video?: WireStream | undefined;
  readonly audio?: WireStream | undefined;
  /** Only if selected: by default there are none. */
  readonly subtitle?: WireStream | undefined;
}

/** The entry that is marked as selected, otherwise the first. */
export function selectedOrFirst<T extends { readonly selected?: boolean | undefined }>(
  entries: readonly T[],
): T | undefined {
  return entries.find(({ selected }) => selected) ?? entries[0];
}

/** The part and the streams of a medium that are played (docs/plex/api.md#play-decision). */
export function selectStreams(media: WireMedia | undefined): SelectedStreams {
  const part = selectedOrFirst(media?.Part ?? []);
  const ofType = (type: number) =>
    (part?.Stream ?? []).filter(({ streamType }) => streamType === type);
  return {
    partDecision: part?.decision ?? "",
    container: part?.container ?? "",
    video: selectedOrFirst(ofType(VIDEO)),
    audio: selectedOrFirst(ofType(AUDIO)),
    subtitle: ofType(SUBTITLE).find(({ selected }) => selected),
  };
}

/** A medium of the wire format. */
export function mapMedia(media: WireMedia | undefined, streams = selectStreams(media)): Media {
  const { video, audio } = streams;
  return {
    container: media?.container || streams.container,
    videoCodec: media?.videoCodec || (video?.codec ?? ""),
    audioCodec: media?.audioCodec || (audio?.codec ?? ""),
    // Photos have a width, too, which is not a video resolution.
    resolution: media?.videoResolution || media?.videoCodec || video
      ? resolution(media?.videoResolution, media?.width)
      : "",
    bitrateKbps: bitrateKbps(media?.bitrate),
    dynamicRange: dynamicRange(
      video && { dolbyVision: video.DOVIPresent, transfer: video.colorTrc?.toLowerCase() },
    ),
  };
}

/** The versions of every item of an answer, by rating key. */
export function mapVersions(
  items: readonly WireItem[],
): ReadonlyMap<string, readonly Version[]> {
  const versions = new Map<string, readonly Version[]>();
  for (const { ratingKey, Media } of items) {
    if (!ratingKey) continue;
    versions.set(
      ratingKey,
      Media.map((media) => ({
        id: media.id ?? "",
        selected: media.selected ?? false,
        media: mapMedia(media),
      })),
    );
  }
  return versions;
}

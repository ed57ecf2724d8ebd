/**
 * Wire to domain for media: the versions of an item, and the file, picture and sound of each. What
 * becomes of them on the way to a player is decided in `translate_session.ts`.
 */
import type { Media } from "../../core/session.ts";
import { bitrateKbps, dynamicRange, resolution } from "../../core/normalize.ts";
import type { WireItem, WireMedia, WireStream } from "../schema.ts";

/** One file of a library item, with what it takes to find it again in a session. */
export interface Version {
  /** Text in sessions, a number in the library: compared as text (docs/plex/api.md#ids). */
  readonly id: string;
  readonly selected: boolean;
  readonly media: Media;
}

/** Plex's numbers for the kinds of stream. */
const VIDEO = 1;
const AUDIO = 2;
const SUBTITLE = 3;

/** The part of a medium and its streams that are played, or would be. */
export interface SelectedStreams {
  readonly partDecision: string;
  readonly container: string;
  readonly video?: WireStream | undefined;
  readonly audio?: WireStream | undefined;
  /** Only subtitles that were selected: by default there are none. */
  readonly subtitle?: WireStream | undefined;
}

/** The one that is marked as selected, else the first. */
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

/** A medium as it stands on the wire. */
export function mapMedia(media: WireMedia | undefined, chosen = selectStreams(media)): Media {
  const { video, audio } = chosen;
  return {
    container: media?.container || chosen.container,
    videoCodec: media?.videoCodec || (video?.codec ?? ""),
    audioCodec: media?.audioCodec || (audio?.codec ?? ""),
    // Photos have a width too, but what they show is no video resolution.
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

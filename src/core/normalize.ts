/**
 * Maps single values of Plex to the domain's closed sets and units: spelling, sentinels, defaults.
 * `plex/mapping` decides which fields of Plex's answers they are.
 */
import {
  type ActivityType,
  type DynamicRange,
  type Hardware,
  JOB_TYPES,
  type JobType,
  LIBRARY_TYPES,
  type LibraryType,
  type Location,
  MEDIA_TYPES,
  type MediaType,
  PLAY_STATES,
  type PlayState,
  type RecordingStatus,
  type StreamDecision,
  type SubtitleDecision,
} from "./enums.ts";

function memberOf<T extends string>(set: readonly T[], value: string): T | undefined {
  return set.find((known) => known === value);
}

/** The state of Plex's value; `undefined` for `stopped`, `error` and unknown values. */
export function playState(value: string): PlayState | undefined {
  return memberOf(PLAY_STATES, value);
}

/** The media type of Plex's `type`; `live_tv` for live television, whatever its type. */
export function mediaType(type: string, live: boolean): MediaType {
  return live ? "live_tv" : memberOf(MEDIA_TYPES, type) ?? "other";
}

/** The library type of Plex's `type`; `undefined` for an unknown one. */
export function libraryType(type: string): LibraryType | undefined {
  return memberOf(LIBRARY_TYPES, type);
}

/**
 * The decision on a video or audio stream. Without an explicit decision the stream is played as it
 * is. Plex's `none`, `ignore` and `unavailable` mean that there is no such stream.
 */
export function streamDecision(value: string | undefined, exists: boolean): StreamDecision {
  switch (value?.toLowerCase()) {
    case "transcode":
      return "transcode";
    case "copy":
      return "copy";
    case "none":
    case "ignore":
    case "unavailable":
      return "none";
    default:
      return exists ? "direct_play" : "none";
  }
}

/** The decision on subtitles. Selected subtitles without a decision are played as they are. */
export function subtitleDecision(value: string | undefined, chosen: boolean): SubtitleDecision {
  const lower = value?.toLowerCase();
  if (lower === "burn") return "burn";
  return streamDecision(lower, chosen);
}

/**
 * How much of a video transcode runs in hardware. Plex names decoder and encoder only while they
 * are in use; `transcodeHwRequested` does not show whether they are.
 */
export function hardware(
  video: StreamDecision,
  decoder: string | undefined,
  encoder: string | undefined,
): Hardware {
  if (video !== "transcode") return "none";
  if (decoder && encoder) return "full";
  return decoder || encoder ? "partial" : "none";
}

/** The location of Plex's value (`cellular` is `wan`), else from whether the player is local. */
export function location(
  value: string | undefined,
  local: boolean | undefined,
  relayed: boolean,
): Location {
  if (relayed) return "wan";
  if (value) return value.toLowerCase() === "lan" ? "lan" : "wan";
  return local === false ? "wan" : "lan";
}

/** Minimum width of a 4k picture in pixels, whatever resolution Plex reports. */
const WIDTH_4K = 3840;

/**
 * The resolution in lower case without `p` or `i`: `sd`, `480`, `1080`, `4k`. Empty if unknown.
 * Plex reports `1080p` or `SD` for transcodes, `1080` or `sd` for files.
 */
export function resolution(value: string | undefined, widthPixels?: number): string {
  if (widthPixels !== undefined && widthPixels >= WIDTH_4K) return "4k";
  return (value ?? "").trim().toLowerCase().replace(/[pi]$/, "");
}

/** Bitrates from here on are placeholders of Plex, as for "Convert (Maximum)". */
const MAX_PLAUSIBLE_KBPS = 10_000_000;

/** A bitrate rounded to whole kbit/s; `undefined` where Plex reports no plausible one. */
export function bitrateKbps(kbps: number | undefined): number | undefined {
  if (kbps === undefined || !(kbps > 0) || kbps >= MAX_PLAUSIBLE_KBPS) return undefined;
  return Math.round(kbps);
}

/** The fields of a video stream that determine its dynamic range. */
export interface ColorInfo {
  readonly dolbyVision?: boolean | undefined;
  /** The transfer function: `smpte2084` for HDR10, `arib-std-b67` for HLG. */
  readonly transfer?: string | undefined;
}

/** The dynamic range of a video stream; empty without a stream. */
export function dynamicRange(stream: ColorInfo | undefined): DynamicRange {
  if (stream === undefined) return "";
  if (stream.dolbyVision) return "dolby_vision";
  if (stream.transfer === "smpte2084") return "hdr10";
  if (stream.transfer === "arib-std-b67") return "hlg";
  return "sdr";
}

/** The kind of activity by the prefix of Plex's type. The first match counts. */
const ACTIVITY_PREFIXES: readonly (readonly [string, ActivityType])[] = [
  ["library.update.section", "library_scan"],
  ["library.update.item.metadata", "metadata_refresh"],
  ["library.refresh", "metadata_refresh"],
  ["library.analy", "analysis"],
  ["media.generate", "analysis"],
  ["media.analy", "analysis"],
  ["media.download", "download"],
  ["media.optimize", "download"],
  ["sync", "download"],
  ["butler", "maintenance"],
  ["database", "maintenance"],
  ["provider.epg", "maintenance"],
];

/** The kind of a background activity from Plex's dotted type; `other` for an unknown one. */
export function activityType(type: string): ActivityType {
  return ACTIVITY_PREFIXES.find(([prefix]) => type.startsWith(prefix))?.[1] ?? "other";
}

/** The type of a background job; `other` for an unknown one. */
export function jobType(type: string): JobType {
  return memberOf(JOB_TYPES, type) ?? "other";
}

/** The status of a recording from Plex's status of its grab (docs/plex/api.md#recordings). */
export function recordingStatus(value: string): RecordingStatus {
  switch (value.toLowerCase()) {
    case "scheduled":
      return "scheduled";
    case "inprogress":
    case "postprocessing":
      return "recording";
    case "complete":
      return "complete";
    case "error":
      return "failed";
    default:
      return "other";
  }
}

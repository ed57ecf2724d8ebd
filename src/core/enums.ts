/**
 * The closed vocabularies of the domain, and the rules that bring Plex's words into them.
 * It judges single words and figures; it knows no session and no state.
 */

/** What a play is doing. A play that has ended has no state: it is gone. */
export const PLAY_STATES = ["playing", "paused", "buffering"] as const;
export type PlayState = (typeof PLAY_STATES)[number];

/** How the whole of a play is delivered. */
export const DECISIONS = ["direct_play", "direct_stream", "transcode"] as const;
export type Decision = (typeof DECISIONS)[number];

/** How one video or audio stream is delivered; `none`: the play has no such stream. */
export const STREAM_DECISIONS = ["direct_play", "copy", "transcode", "none"] as const;
export type StreamDecision = (typeof STREAM_DECISIONS)[number];

/** How the chosen subtitles are delivered; `none`: none are chosen. */
export const SUBTITLE_DECISIONS = ["none", "direct_play", "copy", "burn", "transcode"] as const;
export type SubtitleDecision = (typeof SUBTITLE_DECISIONS)[number];

/** Where a player is, seen from the server. */
export const LOCATIONS = ["lan", "wan"] as const;
export type Location = (typeof LOCATIONS)[number];

/** Which share of a video transcode runs in hardware that is in use, not merely asked for. */
export const HARDWARE = ["full", "partial", "none"] as const;
export type Hardware = (typeof HARDWARE)[number];

export const DYNAMIC_RANGES = ["sdr", "hdr10", "hlg", "dolby_vision", ""] as const;
export type DynamicRange = (typeof DYNAMIC_RANGES)[number];

export const MEDIA_TYPES = [
  "movie",
  "episode",
  "track",
  "photo",
  "clip",
  "live_tv",
  "other",
] as const;
export type MediaType = (typeof MEDIA_TYPES)[number];

/** The kinds of library that Plex has; anything else is not a library. */
export const LIBRARY_TYPES = ["movie", "show", "artist", "photo"] as const;
export type LibraryType = (typeof LIBRARY_TYPES)[number];

/** What is counted in a library of each type, its top level first. */
export const CONTENT_TYPES = {
  movie: ["movies"],
  show: ["shows", "seasons", "episodes"],
  artist: ["artists", "albums", "tracks"],
  photo: ["albums", "photos", "videos"],
} as const satisfies Record<LibraryType, readonly string[]>;
export type ContentType = (typeof CONTENT_TYPES)[LibraryType][number];

/** What Plex is busy with, beside playing. */
export const ACTIVITY_TYPES = [
  "library_scan",
  "analysis",
  "metadata_refresh",
  "download",
  "maintenance",
  "other",
] as const;
export type ActivityType = (typeof ACTIVITY_TYPES)[number];

/** Why a request or a poll failed, or that it did not. */
export const OUTCOMES = [
  "ok",
  "unauthorized",
  "not_found",
  "unavailable",
  "timeout",
  "refused",
  "malformed",
  "other",
] as const;
export type Outcome = (typeof OUTCOMES)[number];
export type Failure = Exclude<Outcome, "ok">;

/** What is read from Plex at intervals of its own, each good or stale for itself. */
export const DATA_SOURCES = [
  "sessions",
  "server",
  "libraries",
  "resources",
  "bandwidth",
  "activities",
  "history",
] as const;
export type DataSource = (typeof DATA_SOURCES)[number];

function member<T extends string>(words: readonly T[], word: string): T | undefined {
  return words.find((known) => known === word);
}

/** The state in Plex's word for it; `undefined` for `stopped`, `error` and words not known. */
export function playState(word: string): PlayState | undefined {
  return member(PLAY_STATES, word);
}

/** The media type of an item of Plex's `type`; live television is one of its own. */
export function mediaType(type: string, live: boolean): MediaType {
  return live ? "live_tv" : member(MEDIA_TYPES, type) ?? "other";
}

/** The library type in Plex's word for it; `undefined` for what is not a library. */
export function libraryType(type: string): LibraryType | undefined {
  return member(LIBRARY_TYPES, type);
}

/**
 * The decision on a video or audio stream. Without an explicit one the stream is played as it is;
 * Plex's `none`, `ignore` and `unavailable` mean that there is no such stream.
 */
export function streamDecision(word: string | undefined, exists: boolean): StreamDecision {
  switch (word?.toLowerCase()) {
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

/** The decision on subtitles; chosen ones without an explicit decision are played as they are. */
export function subtitleDecision(word: string | undefined, chosen: boolean): SubtitleDecision {
  const lower = word?.toLowerCase();
  if (lower === "burn") return "burn";
  return streamDecision(lower, chosen);
}

/**
 * How the play is delivered, from its streams: transcode if one is transcoded, direct stream if one
 * is copied into another container, else direct play.
 */
export function playDecision(video: StreamDecision, audio: StreamDecision): Decision {
  if (video === "transcode" || audio === "transcode") return "transcode";
  if (video === "copy" || audio === "copy") return "direct_stream";
  return "direct_play";
}

/** Which of the streams are transcoded, in the words of the compatible families. */
export function transcodeType(
  video: StreamDecision,
  audio: StreamDecision,
): "video" | "audio" | "both" | "none" {
  if (video === "transcode") return audio === "transcode" ? "both" : "video";
  return audio === "transcode" ? "audio" : "none";
}

/**
 * The hardware share of a video transcode. Plex names the decoder and the encoder only while they
 * are in use; that hardware was requested says nothing.
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

/** The location in Plex's word for it (`cellular` is outside), else from whether it is local. */
export function location(
  word: string | undefined,
  local: boolean | undefined,
  relayed: boolean,
): Location {
  if (relayed) return "wan";
  if (word) return word.toLowerCase() === "lan" ? "lan" : "wan";
  return local === false ? "wan" : "lan";
}

/** Width from which a picture is 4k, whatever Plex calls it. */
const WIDTH_4K = 3840;

/**
 * A resolution without its `p` or `i`, in lower case: `sd`, `480`, `1080`, `4k`. Empty if unknown.
 * Transcodes carry `1080p` or `SD` where files carry `1080` or `sd`.
 */
export function resolution(word: string | undefined, widthPixels?: number): string {
  if (widthPixels !== undefined && widthPixels >= WIDTH_4K) return "4k";
  return (word ?? "").trim().toLowerCase().replace(/[pi]$/, "");
}

/** Bitrates at or above this are sentinels or bugs of Plex ("Convert (Maximum)"), not rates. */
const MAX_PLAUSIBLE_KBPS = 10_000_000;

/** A bitrate in kbit/s as a whole number, or `undefined` where Plex gives none that can be true. */
export function bitrateKbps(figure: number | undefined): number | undefined {
  if (figure === undefined || !(figure > 0) || figure >= MAX_PLAUSIBLE_KBPS) return undefined;
  return Math.round(figure);
}

/** The facts on a video stream that tell its dynamic range. */
export interface ColorInfo {
  readonly dolbyVision?: boolean | undefined;
  /** The transfer function: `smpte2084` is HDR10's, `arib-std-b67` is HLG's. */
  readonly transfer?: string | undefined;
}

/** The dynamic range of a video stream; empty where there is none to judge. */
export function dynamicRange(stream: ColorInfo | undefined): DynamicRange {
  if (stream === undefined) return "";
  if (stream.dolbyVision) return "dolby_vision";
  if (stream.transfer === "smpte2084") return "hdr10";
  if (stream.transfer === "arib-std-b67") return "hlg";
  return "sdr";
}

/** The first matching start of a Plex activity type decides; the rest is `other`. */
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

/** The kind of a background activity, from its dotted Plex type. */
export function activityType(type: string): ActivityType {
  return ACTIVITY_PREFIXES.find(([prefix]) => type.startsWith(prefix))?.[1] ?? "other";
}

/** The domain's closed sets of values. `normalize` maps Plex's values to them. */

/** What a play is doing. A play that has ended is removed, so it has no state. */
export const PLAY_STATES = ["playing", "paused", "buffering"] as const;
export type PlayState = (typeof PLAY_STATES)[number];

/** How a play as a whole is delivered. */
export const DECISIONS = ["direct_play", "direct_stream", "transcode"] as const;
export type Decision = (typeof DECISIONS)[number];

/** How one video or audio stream is delivered; `none`: the play has no such stream. */
export const STREAM_DECISIONS = ["direct_play", "copy", "transcode", "none"] as const;
export type StreamDecision = (typeof STREAM_DECISIONS)[number];

/** What is done with subtitles that cannot be sent as they are. */
export const SUBTITLE_ACTIONS = ["burn", "transcode"] as const;
export type SubtitleAction = (typeof SUBTITLE_ACTIONS)[number];

/** How the chosen subtitles are delivered; `none`: none are chosen. */
export const SUBTITLE_DECISIONS = ["none", "direct_play", "copy", "burn", "transcode"] as const;
export type SubtitleDecision = (typeof SUBTITLE_DECISIONS)[number];

/** Where the player is, as seen from the server. */
export const LOCATIONS = ["lan", "wan"] as const;
export type Location = (typeof LOCATIONS)[number];

/** How much of a video transcode runs in hardware: decoder and encoder, one of them, or none. */
export const HARDWARE = ["full", "partial", "none"] as const;
export type Hardware = (typeof HARDWARE)[number];

/** The streams of a play that Plex may transcode. */
export const TRANSCODE_STREAMS = ["video", "audio", "subtitle"] as const;
export type TranscodeStream = (typeof TRANSCODE_STREAMS)[number];

/** The dynamic range of a video; empty without a video, or where it is not known. */
export const DYNAMIC_RANGES = ["sdr", "hdr10", "hlg", "dolby_vision", ""] as const;
export type DynamicRange = (typeof DYNAMIC_RANGES)[number];

/** What is played. `live_tv` is a broadcast of any type in Plex. */
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

/** The library types of Plex. */
export const LIBRARY_TYPES = ["movie", "show", "artist", "photo"] as const;
export type LibraryType = (typeof LIBRARY_TYPES)[number];

/** The kinds of item counted in a library of each type, the top level first. */
export const CONTENT_TYPES = {
  movie: ["movies"],
  show: ["shows", "seasons", "episodes"],
  artist: ["artists", "albums", "tracks"],
  photo: ["albums", "photos", "videos"],
} as const satisfies Record<LibraryType, readonly string[]>;
export type ContentType = (typeof CONTENT_TYPES)[LibraryType][number];

/** How long ago something was last viewed: each period begins where the one before ends. */
export const LAST_VIEW_PERIODS = ["week", "month", "quarter", "year", "older", "never"] as const;
export type LastViewPeriod = (typeof LAST_VIEW_PERIODS)[number];

/** The same for a single item, whose bytes are known even if Plex's history is not. */
export const ITEM_LAST_VIEWS = [...LAST_VIEW_PERIODS, "unknown"] as const;
export type ItemLastView = (typeof ITEM_LAST_VIEWS)[number];

/** Periods up to now in which items were added: each includes those before it. */
export const ADDED_PERIODS = ["day", "week", "month"] as const;
export type AddedPeriod = (typeof ADDED_PERIODS)[number];

/** Kinds of background activity. */
export const ACTIVITY_TYPES = [
  "library_scan",
  "analysis",
  "metadata_refresh",
  "download",
  "maintenance",
  "other",
] as const;
export type ActivityType = (typeof ACTIVITY_TYPES)[number];

/** Kinds of background job. Plex documents one. */
export const JOB_TYPES = ["transcode", "other"] as const;
export type JobType = (typeof JOB_TYPES)[number];

/** What a recording of television is doing; `recording` includes the processing after its end. */
export const RECORDING_STATUSES = [
  "scheduled",
  "recording",
  "complete",
  "failed",
  "other",
] as const;
export type RecordingStatus = (typeof RECORDING_STATUSES)[number];

/** What a television tuner is doing; `offline`: its device is off or does not answer Plex. */
export const TUNER_STATES = ["in_use", "idle", "offline"] as const;
export type TunerState = (typeof TUNER_STATES)[number];

/** How a request or a poll ended. */
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
/** Why a request or a poll failed. */
export type Failure = Exclude<Outcome, "ok">;

/** What is read from Plex. Each source has its own interval and is fresh or stale on its own. */
export const DATA_SOURCES = [
  "sessions",
  "server",
  "libraries",
  "resources",
  "bandwidth",
  "activities",
  "jobs",
  "history",
  "dvr",
] as const;
export type DataSource = (typeof DATA_SOURCES)[number];

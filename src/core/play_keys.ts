/**
 * The keys under which a play is counted and shown, derived from its session. Which Prometheus
 * labels they become is decided in `metrics`.
 */
import { keyText } from "./counter_vec.ts";
import type { Decision, LibraryType, MediaType, SubtitleDecision } from "./enums.ts";
import { playDecision, type Session } from "./session.ts";
import type { Library } from "./libraries.ts";
import { type TranscodeTimeKey, transcodeTimeKeys } from "./transcode_time.ts";

/** A key with these fields. All are text: a field over its limit is replaced by `other`. */
type KeyOf<Field extends string> = Readonly<Record<Field, string>>;

/** The keys of the play counters: plays, playing time, its parts, and buffering time. */
export type PlayCountKey = KeyOf<"user" | "mediaType" | "library" | "platform">;
export type PlayTimeKey = PlayCountKey & KeyOf<"location" | "decision">;
export type StreamTimeKey = KeyOf<
  "decision" | "hardware" | "sourceResolution" | "resolution" | "videoCodec"
>;
export type TitleTimeKey = KeyOf<"mediaType" | "library" | "title">;
export type BufferingTimeKey = KeyOf<"platform" | "location">;

/** The key of a play in the families of the original exporter. */
export type LegacyPlayKey = KeyOf<
  | "libraryType"
  | "library"
  | "libraryId"
  | "mediaType"
  | "title"
  | "childTitle"
  | "grandchildTitle"
  | "partDecision"
  | "resolution"
  | "sourceResolution"
  | "bitrateKbps"
  | "device"
  | "product"
  | "user"
  | "sessionKey"
  | "transcodeType"
  | "subtitleAction"
>;

/** Everything known of a session except what changes all the time, such as its progress. */
export type SessionInfoKey = KeyOf<
  | "sessionKey"
  | "user"
  | "player"
  | "product"
  | "platform"
  | "device"
  | "location"
  | "relayed"
  | "secure"
  | "library"
  | "mediaType"
  | "title"
  | "childTitle"
  | "grandchildTitle"
  | "channel"
  | "decision"
  | "videoDecision"
  | "audioDecision"
  | "subtitleDecision"
  | "sourceContainer"
  | "container"
  | "sourceVideoCodec"
  | "videoCodec"
  | "sourceAudioCodec"
  | "audioCodec"
  | "sourceResolution"
  | "resolution"
  | "dynamicRange"
  | "hardware"
>;

/** All keys of a play. The objects stay the same until one of their fields changes. */
export interface PlayKeys {
  readonly legacy: LegacyPlayKey;
  readonly info: SessionInfoKey;
  readonly plays: PlayCountKey;
  readonly playMs: PlayTimeKey;
  /** Only plays with video have it, once their hardware is known. */
  readonly streamMs?: StreamTimeKey | undefined;
  /** Only films, shows and artists have it. */
  readonly titleMs?: TitleTimeKey | undefined;
  readonly bufferingMs: BufferingTimeKey;
  /** One for each stream that is transcoded; that of a video once its hardware is known. */
  readonly transcodeMs: readonly TranscodeTimeKey[];
}

/** The library type of a media type, used until the library itself is known. */
const DEFAULT_LIBRARY_TYPE: Readonly<Partial<Record<MediaType, LibraryType>>> = {
  movie: "movie",
  episode: "show",
  track: "artist",
  photo: "photo",
};

/**
 * The keys of a session, before any limit is applied. `library` is the session's, if listed. While
 * its hardware is awaited it has no stream key.
 */
export function playKeys(
  session: Session,
  library: Library | undefined,
  awaitsHardware = false,
): PlayKeys {
  const { player, output, source, videoDecision } = session;
  const common = {
    user: session.user || "unknown",
    library: library?.title ?? session.library?.title ?? "none",
    decision: playDecision(session),
    hardware: awaitsHardware ? "" : session.transcode?.hardware ?? "none",
  };
  const platform = player.platform || "unknown";
  const plays = {
    user: common.user,
    mediaType: session.mediaType,
    library: common.library,
    platform,
  };
  return {
    legacy: legacyKey(session, library),
    info: infoKey(session, common),
    plays,
    playMs: { ...plays, location: session.location, decision: common.decision },
    streamMs: videoDecision === "none" || awaitsHardware ? undefined : {
      decision: playDecision({ videoDecision, audioDecision: "none" }),
      hardware: common.hardware,
      sourceResolution: source?.resolution ?? "",
      resolution: output.resolution,
      videoCodec: output.videoCodec,
    },
    titleMs: hasTitle(session)
      ? { mediaType: session.mediaType, library: common.library, title: session.title }
      : undefined,
    bufferingMs: { platform, location: session.location },
    transcodeMs: transcodeTimeKeys(session, awaitsHardware),
  };
}

/** Whether two sets of keys are equal in every field. */
export function sameKeys(a: PlayKeys, b: PlayKeys): boolean {
  // These two contain every field of the others.
  return keyText(a.legacy) === keyText(b.legacy) && keyText(a.info) === keyText(b.info);
}

/**
 * Whether the session's title is that of a film, a show or an artist. Titles of photos, broadcasts
 * and untagged files would use up the limit of titles.
 */
function hasTitle({ mediaType, grandchildTitle }: Session): boolean {
  const isPart = mediaType === "episode" || mediaType === "track";
  return mediaType === "movie" || (isPart && grandchildTitle !== "");
}

function legacyKey(session: Session, library: Library | undefined): LegacyPlayKey {
  const { player, output, source } = session;
  return {
    ...legacyLibrary(session, library),
    mediaType: session.live ? session.mediaType : session.plexType,
    title: session.title,
    childTitle: session.childTitle,
    grandchildTitle: session.grandchildTitle,
    partDecision: session.partDecision || "unknown",
    resolution: output.resolution,
    sourceResolution: source?.resolution ?? "",
    bitrateKbps: String(output.bitrateKbps ?? 0),
    device: player.device,
    product: player.product,
    user: session.user,
    sessionKey: session.sessionKey,
    transcodeType: transcodeType(session),
    subtitleAction: subtitleAction(session.subtitleDecision),
  };
}

function legacyLibrary(
  session: Session,
  library: Library | undefined,
): KeyOf<"libraryType" | "library" | "libraryId"> {
  if (session.library === undefined) {
    return { libraryType: "unknown", library: "unknown", libraryId: "0" };
  }
  return {
    libraryType: library?.type ?? DEFAULT_LIBRARY_TYPE[session.mediaType] ?? "unknown",
    library: library?.title ?? session.library.title,
    libraryId: session.library.id,
  };
}

/** Which of the streams are transcoded. */
function transcodeType({ videoDecision, audioDecision }: Session): string {
  if (videoDecision === "transcode") return audioDecision === "transcode" ? "both" : "video";
  return audioDecision === "transcode" ? "audio" : "none";
}

/** The original exporter has no action for subtitles that are played as they are. */
function subtitleAction(decision: SubtitleDecision): string {
  return decision === "direct_play" ? "none" : decision;
}

function infoKey(
  session: Session,
  common: {
    readonly user: string;
    readonly library: string;
    readonly decision: Decision;
    readonly hardware: string;
  },
): SessionInfoKey {
  const { player, output, source } = session;
  return {
    sessionKey: session.sessionKey,
    player: player.name,
    product: player.product,
    platform: player.platform,
    device: player.device,
    location: session.location,
    relayed: String(session.relayed),
    secure: String(session.secure),
    mediaType: session.mediaType,
    title: session.title,
    childTitle: session.childTitle,
    grandchildTitle: session.grandchildTitle,
    channel: session.channel,
    ...common,
    videoDecision: session.videoDecision,
    audioDecision: session.audioDecision,
    subtitleDecision: session.subtitleDecision,
    sourceContainer: source?.container ?? "",
    container: output.container,
    sourceVideoCodec: source?.videoCodec ?? "",
    videoCodec: output.videoCodec,
    sourceAudioCodec: source?.audioCodec ?? "",
    audioCodec: output.audioCodec,
    sourceResolution: source?.resolution ?? "",
    resolution: output.resolution,
    dynamicRange: source?.dynamicRange ?? output.dynamicRange,
  };
}

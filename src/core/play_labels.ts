/**
 * What is said of a play wherever it is counted: its label sets, from what the list tells of it.
 * It opens no series and adds no time.
 */
import { labelKey, type Labels } from "./counter_vec.ts";
import type { Library, PlayLabels } from "./state.ts";
import type { Session } from "./session.ts";
import {
  type Decision,
  type LibraryType,
  type MediaType,
  playDecision,
  type StreamDecision,
  type SubtitleDecision,
  transcodeType,
} from "./enums.ts";

/** The library type that media of a kind live in, until the library itself is known. */
const DEFAULT_LIBRARY_TYPE: Readonly<Partial<Record<MediaType, LibraryType>>> = {
  movie: "movie",
  episode: "show",
  track: "artist",
  photo: "photo",
};

/**
 * Whether its title is that of a film, a show or an artist: photos, broadcasts and files without
 * tags would fill the room of all others.
 */
function hasTitle({ mediaType, grandchildTitle }: Session): boolean {
  const isPart = mediaType === "episode" || mediaType === "track";
  return mediaType === "movie" || (isPart && grandchildTitle !== "");
}

/** The library of a session, as the compatible families name it. */
function libraryLabels(
  session: Session,
  library: Library | undefined,
): { library_type: string; library: string; library_id: string } {
  if (session.library === undefined) {
    return { library_type: "unknown", library: "unknown", library_id: "0" };
  }
  return {
    library_type: library?.type ?? DEFAULT_LIBRARY_TYPE[session.mediaType] ?? "unknown",
    library: library?.title ?? session.library.title,
    library_id: session.library.id,
  };
}

/** The action on subtitles in the compatible families: only what Plex decided in so many words. */
function subtitleAction(decision: SubtitleDecision): string {
  return decision === "direct_play" ? "none" : decision;
}

function hasVideo(decision: StreamDecision): boolean {
  return decision !== "none";
}

/** The label sets that a session asks for, before any cap. */
export function playLabels(session: Session, library: Library | undefined): PlayLabels {
  const { player, output, source, videoDecision, audioDecision } = session;
  const home = library?.title ?? session.library?.title ?? "none";
  const user = session.user || "unknown";
  const platform = player.platform || "unknown";
  const decision = playDecision(videoDecision, audioDecision);
  const plays = { user, media_type: session.mediaType, library: home, platform };
  return {
    play: {
      ...libraryLabels(session, library),
      media_type: session.live ? session.mediaType : session.plexType,
      title: session.title,
      child_title: session.childTitle,
      grandchild_title: session.grandchildTitle,
      stream_type: session.partDecision || "unknown",
      stream_resolution: output.resolution,
      stream_file_resolution: source?.resolution ?? "",
      stream_bitrate: String(output.bitrateKbps ?? 0),
      device: player.device,
      device_type: player.product,
      user: session.user,
      session: session.sessionKey,
      transcode_type: transcodeType(videoDecision, audioDecision),
      subtitle_action: subtitleAction(session.subtitleDecision),
    },
    plays,
    detail: detailLabels(session, { user, library: home, decision }),
    session: { session: session.sessionKey },
    playMs: { ...plays, location: session.location, decision },
    streamMs: hasVideo(videoDecision)
      ? {
        decision,
        hardware: session.transcode?.hardware ?? "none",
        source_resolution: source?.resolution ?? "",
        resolution: output.resolution,
        video_codec: output.videoCodec,
      }
      : undefined,
    titleMs: hasTitle(session)
      ? { media_type: session.mediaType, library: home, title: session.title }
      : undefined,
    bufferingMs: { platform, location: session.location },
  };
}

/** All that is known of a session, but for what moves while it goes on. */
function detailLabels(
  session: Session,
  { user, library, decision }: {
    readonly user: string;
    readonly library: string;
    readonly decision: Decision;
  },
): Labels {
  const { player, output, source, transcode } = session;
  return {
    session: session.sessionKey,
    user,
    player: player.name,
    product: player.product,
    platform: player.platform,
    device: player.device,
    location: session.location,
    relayed: String(session.relayed),
    secure: String(session.secure),
    library,
    media_type: session.mediaType,
    title: session.title,
    child_title: session.childTitle,
    grandchild_title: session.grandchildTitle,
    channel: session.channel,
    decision,
    video_decision: session.videoDecision,
    audio_decision: session.audioDecision,
    subtitle_decision: session.subtitleDecision,
    source_container: source?.container ?? "",
    container: output.container,
    source_video_codec: source?.videoCodec ?? "",
    video_codec: output.videoCodec,
    source_audio_codec: source?.audioCodec ?? "",
    audio_codec: output.audioCodec,
    source_resolution: source?.resolution ?? "",
    resolution: output.resolution,
    dynamic_range: source?.dynamicRange ?? output.dynamicRange,
    hardware: transcode?.hardware ?? "none",
  };
}

/** Whether two sets of accounts say the same. */
export function sameLabels(a: PlayLabels, b: PlayLabels): boolean {
  return labelsKey(a) === labelsKey(b);
}

function labelsKey({ play, detail }: PlayLabels): string {
  // The sets of the history say nothing that these two do not say.
  return [play, detail].map(labelKey).join("\u0001");
}

/**
 * What is said of a play wherever it is counted: its label sets, from what the list tells of it.
 * It opens no series and adds no time.
 */
import { labelKey } from "./ledger.ts";
import type { Accounts, Library, Session } from "./model.ts";
import {
  type LibraryType,
  type MediaType,
  playDecision,
  type StreamDecision,
  type SubtitleDecision,
  transcodeType,
} from "./vocabulary.ts";

/** The library type that media of a kind live in, until the library itself is known. */
const HOME: Readonly<Partial<Record<MediaType, LibraryType>>> = {
  movie: "movie",
  episode: "show",
  track: "artist",
  photo: "photo",
};

/** The library of a session, as the compatible families name it. */
function libraryLabels(
  session: Session,
  library: Library | undefined,
): { library_type: string; library: string; library_id: string } {
  if (session.library === undefined) {
    return { library_type: "unknown", library: "unknown", library_id: "0" };
  }
  return {
    library_type: library?.type ?? HOME[session.mediaType] ?? "unknown",
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
export function accountsOf(session: Session, library: Library | undefined): Accounts {
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
    titleMs: { media_type: session.mediaType, library: home, title: session.title },
    bufferingMs: { platform, location: session.location },
  };
}

/** Whether two sets of accounts say the same. */
export function sameAccounts(a: Accounts, b: Accounts): boolean {
  return accountsKey(a) === accountsKey(b);
}

function accountsKey({ play, playMs, streamMs }: Accounts): string {
  return [play, playMs, streamMs ?? {}].map(labelKey).join("\u0001");
}

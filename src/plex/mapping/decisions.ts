/** Wire to domain for a session's stream decisions: what is converted, into what, by what. */
import type { Media, Session, Transcode } from "../../core/session.ts";
import { hardware, streamDecision, subtitleDecision } from "../../core/normalize.ts";
import type { WireMedia, WireSession, WireTranscode } from "../schema.ts";
import {
  mapMedia,
  selectedOrFirst,
  type SelectedStreams,
  selectStreams,
  type Version,
} from "./media.ts";

/** The decisions on a session's streams, and the streams they are about. */
export interface StreamDecisions
  extends Pick<Session, "partDecision" | "videoDecision" | "audioDecision" | "subtitleDecision"> {
  readonly media?: WireMedia | undefined;
  readonly streams: SelectedStreams;
}

/**
 * Live television, also in its old form, which only the key shows
 * (docs/plex/api.md#live-television).
 */
export function isLive(session: WireSession): boolean {
  return session.live === true || (session.key ?? "").startsWith("/livetv/sessions/");
}

/**
 * The decisions on the streams that are played (docs/plex/api.md#play-decision): the
 * stream's own, otherwise the transcoder's; for live television the transcoder's first. A part that
 * is played directly has no transcoder, even if Plex lists one.
 */
export function streamDecisions(session: WireSession): StreamDecisions {
  const live = isLive(session);
  const media = selectedOrFirst(session.Media);
  const streams = selectStreams(media);
  const direct = streams.partDecision.toLowerCase() === "directplay" && !live;
  const transcoder = direct ? undefined : session.TranscodeSession;
  const choose = (ofStream: string | undefined, ofTranscoder: string | undefined) =>
    (live ? ofTranscoder || ofStream : ofStream || ofTranscoder) || undefined;
  const video = choose(streams.video?.decision, transcoder?.videoDecision);
  const audio = choose(streams.audio?.decision, transcoder?.audioDecision);
  const subtitle = choose(streams.subtitle?.decision, transcoder?.subtitleDecision);
  return {
    media,
    streams,
    partDecision: streams.partDecision,
    videoDecision: streamDecision(video, Boolean(streams.video || media?.videoCodec || video)),
    audioDecision: streamDecision(audio, Boolean(streams.audio || media?.audioCodec || audio)),
    subtitleDecision: subtitleDecision(subtitle, streams.subtitle !== undefined),
  };
}

/** Whether the player receives anything but the unchanged file. */
export function isConverted(decisions: StreamDecisions): boolean {
  const { partDecision, videoDecision, audioDecision } = decisions;
  return [partDecision.toLowerCase(), videoDecision, audioDecision]
    .some((decision) => decision === "transcode" || decision === "copy");
}

/**
 * What the player receives, and the file that it is made of; without a conversion both are the
 * same. During a conversion, the session's medium is the output, while its id is still that of the
 * file (docs/plex/api.md#media-of-a-transcode). `versions` are the item's files in the library, if
 * they were looked up.
 */
export function mapSourceAndOutput(
  decisions: StreamDecisions,
  transcode: WireTranscode | undefined,
  versions: readonly Version[] | undefined,
): Pick<Session, "output" | "source"> {
  const shown = mapMedia(decisions.media, decisions.streams);
  if (!isConverted(decisions)) return { output: shown, source: shown };
  const file = (versions?.find(({ id }) => id !== "" && id === decisions.media?.id) ??
    selectedOrFirst(versions ?? []))?.media;
  const copied = {
    video: decisions.videoDecision === "copy",
    audio: decisions.audioDecision === "copy",
  };
  const video = codecs(
    shown.videoCodec || transcode?.videoCodec,
    file?.videoCodec || transcode?.sourceVideoCodec,
    copied.video,
  );
  const audio = codecs(
    shown.audioCodec || transcode?.audioCodec,
    file?.audioCodec || transcode?.sourceAudioCodec,
    copied.audio,
  );
  // A converted stream has no color fields: their absence does not mean SDR
  // (docs/plex/api.md#dynamic-range).
  const shownRange = shown.dynamicRange === "sdr" ? "" : shown.dynamicRange;
  const output: Media = {
    ...shown,
    videoCodec: video.output,
    audioCodec: audio.output,
    dynamicRange: (copied.video && file?.dynamicRange) || shownRange,
  };
  const known = file ?? inferFile(output, copied.video);
  const source = { ...known, videoCodec: video.source, audioCodec: audio.source };
  const isUnknown = file === undefined && video.source === "" && audio.source === "";
  return { output, source: isUnknown ? undefined : source };
}

/** The codec at either end: Plex writes `*` for the same as in the file, as it is for a copy. */
function codecs(
  output: string | undefined,
  source: string | undefined,
  copied: boolean,
): { readonly output: string; readonly source: string } {
  const named = output === "*" ? "" : output ?? "";
  const same = copied || output === "*";
  return {
    output: named || (same ? source ?? "" : ""),
    source: source || (same ? named : ""),
  };
}

/** What a copied video stream shows of a file that was not looked up. */
function inferFile(output: Media, videoCopied: boolean): Media {
  return {
    container: "",
    videoCodec: "",
    audioCodec: "",
    resolution: videoCopied ? output.resolution : "",
    dynamicRange: videoCopied ? output.dynamicRange : "",
  };
}

/**
 * The last segment of a transcoder's key, for exact comparison
 * (docs/plex/notifications.md#transcode-key).
 */
export function transcodeKey(key: string | undefined): string {
  return (key ?? "").split("/").findLast((segment) => segment !== "") ?? "";
}

/** The transcoder of a session; also one that only follows a direct play, for its key. */
export function mapTranscode(
  decisions: StreamDecisions,
  transcode: WireTranscode | undefined,
): Transcode | undefined {
  const key = transcodeKey(transcode?.key);
  if (transcode === undefined || key === "") return undefined;
  const { transcodeHwDecoding: decoder, transcodeHwEncoding: encoder } = transcode;
  return {
    key,
    hardware: isStarting(transcode)
      ? undefined
      : hardware(decisions.videoDecision, decoder, encoder),
    speed: transcode.speed,
    throttled: transcode.throttled ?? false,
  };
}

/**
 * Whether a transcode has not begun to work: in its first second it has no speed, and Plex does not
 * name its hardware yet (docs/plex/api.md#hardware-transcoding).
 */
function isStarting(
  { progress = 0, speed, throttled, transcodeHwDecoding, transcodeHwEncoding }: WireTranscode,
): boolean {
  const isNamed = Boolean(transcodeHwDecoding || transcodeHwEncoding);
  return speed === 0 && progress <= 0 && !isNamed && !throttled;
}

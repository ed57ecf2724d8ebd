/**
 * The `TranscodeSession` element of lists and frames. It does not name its session.
 */
import { progressAt, type Session, type Transcode } from "../session.ts";
import type { Element } from "./plex_document.ts";

const HARDWARE_TITLES: Readonly<Record<string, string>> = {
  vaapi: "Intel (VAAPI)",
  nvenc: "NVIDIA (NVENC)",
};

/** docs/plex/api.md#transcode-session: at first a transcode has neither speed nor hardware. */
const STARTING_MS = 1_000;

/** How the element is written. */
export interface TranscodeForm {
  /** False in the `.end` frame, which has no offsets. */
  readonly offsets: boolean;
  /**
   * Old `/transcode/sessions` answers carry the bare id as key
   * (docs/plex/api.md#background-transcodes).
   */
  readonly bareKey?: boolean;
  /** "static" for downloads and optimisations. */
  readonly context?: "streaming" | "static";
}

/** The transcode of a session at `nowMs`. */
export function transcodeElement(
  session: Session,
  transcode: Transcode,
  nowMs: number,
  form: TranscodeForm,
): Element {
  const { stream, item, version } = session;
  const progress = progressAt(session, transcode, nowMs);
  const { output } = stream;
  const live = item.live !== undefined;
  const converts = stream.video === "transcode";
  const isStarting = converts && nowMs - transcode.startedAtMs < STARTING_MS;
  const { decoder, encoder } = isStarting ? {} : stream;
  return {
    key: form.bareKey === true ? transcode.id : `/transcode/sessions/${transcode.id}`,
    throttled: progress.throttled,
    complete: progress.complete,
    progress: isStarting ? 0 : progress.percent,
    size: isStarting ? 0 : -22,
    speed: isStarting ? 0 : progress.speed,
    error: transcode.failed,
    duration: item.durationMs ?? 7_200_000,
    remaining: progress.remainingS,
    context: form.context ?? "streaming",
    sourceVideoCodec: live ? "" : version.video?.codec,
    sourceAudioCodec: live ? "" : version.audio[0]?.codec,
    videoDecision: stream.video,
    audioDecision: stream.audio,
    // "ignore": the file has subtitles, and none are selected.
    subtitleDecision: stream.subtitle ?? (version.subtitles.length > 0 ? "ignore" : undefined),
    protocol: output?.protocol,
    container: output?.container,
    // docs/plex/api.md#transcode-session: "*" stands for "as in the source".
    videoCodec: live ? "*" : output?.videoCodec,
    audioCodec: output?.audioCodec,
    audioChannels: output?.audioChannels,
    // docs/plex/api.md#transcode-session: those of the source, and missing with some hardware.
    width: stream.encoder === undefined ? version.width : undefined,
    height: stream.encoder === undefined ? version.height : undefined,
    // "Requested" does not mean that it is in use.
    transcodeHwRequested: converts && !isStarting,
    transcodeHwDecoding: decoder,
    transcodeHwEncoding: encoder,
    transcodeHwDecodingTitle: decoder && HARDWARE_TITLES[decoder],
    transcodeHwEncodingTitle: encoder && HARDWARE_TITLES[encoder],
    transcodeHwFullPipeline: converts ? decoder !== undefined && encoder !== undefined : false,
    timeStamp: transcode.startedAtMs / 1000,
    maxOffsetAvailable: form.offsets ? progress.maxOffsetS : undefined,
    minOffsetAvailable: form.offsets ? transcode.fromMs / 1000 : undefined,
  };
}

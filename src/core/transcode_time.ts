/**
 * Playing time in which Plex transcodes a stream: video by hardware, audio, and subtitles, which
 * are burned into the video or converted on their own.
 */
import { type CounterVec, emptyCounterVec, ensureSeries, increment } from "./counter_vec.ts";
import { HARDWARE, type Hardware, type TranscodeStream } from "./enums.ts";
import type { Session } from "./session.ts";

/** The key that transcode time is counted under. Only video has hardware other than `none`. */
export type TranscodeTimeKey = { readonly stream: TranscodeStream; readonly hardware: Hardware };

const keyOf = (stream: TranscodeStream, hardware: Hardware = "none"): TranscodeTimeKey => ({
  stream,
  hardware,
});

const VIDEO_KEYS: ReadonlyMap<Hardware, TranscodeTimeKey> = new Map(
  HARDWARE.map((hardware) => [hardware, keyOf("video", hardware)]),
);
const AUDIO_KEY = keyOf("audio");
const SUBTITLE_KEY = keyOf("subtitle");

const KEYS: readonly TranscodeTimeKey[] = [...VIDEO_KEYS.values(), AUDIO_KEY, SUBTITLE_KEY];

/** Every series, at 0. */
export function emptyTranscodeTimes(createdAtScrape: number): CounterVec<TranscodeTimeKey> {
  return KEYS.reduce(
    (vec, key) => ensureSeries(vec, key, createdAtScrape),
    emptyCounterVec<TranscodeTimeKey>(KEYS.length),
  );
}

/** A key for each transcoded stream of a session. Video has none while it awaits hardware. */
export function transcodeTimeKeys(
  { videoDecision, audioDecision, subtitleDecision, transcode }: Session,
  awaitsHardware: boolean,
): readonly TranscodeTimeKey[] {
  const isVideoKnown = videoDecision === "transcode" && !awaitsHardware;
  const videoKey = isVideoKnown ? VIDEO_KEYS.get(transcode?.hardware ?? "none") : undefined;
  return [
    ...videoKey === undefined ? [] : [videoKey],
    ...audioDecision === "transcode" ? [AUDIO_KEY] : [],
    ...subtitleDecision === "transcode" || subtitleDecision === "burn" ? [SUBTITLE_KEY] : [],
  ];
}

/** Adds `ms` to each of the keys. */
export function addTranscodeTime(
  vec: CounterVec<TranscodeTimeKey>,
  keys: readonly TranscodeTimeKey[],
  ms: number,
): CounterVec<TranscodeTimeKey> {
  return keys.reduce((sum, key) => increment(sum, key, ms), vec);
}

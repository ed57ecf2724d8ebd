/**
 * Playing time in which Plex transcodes a stream: video by hardware, audio, and subtitles, which are
 * burned into the video or converted on their own.
 */
import { type CounterVec, emptyCounterVec, ensureSeries, increment } from "./counter_vec.ts";
import { HARDWARE, type Hardware, type TranscodeStream } from "./enums.ts";
import type { Session } from "./session.ts";

/** Only video has hardware other than `none`. */
export type TranscodeTimeKey = { readonly stream: string; readonly hardware: string };

const keyOf = (stream: TranscodeStream, hardware: Hardware = "none"): TranscodeTimeKey => ({
  stream,
  hardware,
});

const VIDEO_KEYS = HARDWARE.map((hardware) => [hardware, keyOf("video", hardware)] as const);
const VIDEO_KEY_OF: ReadonlyMap<Hardware, TranscodeTimeKey> = new Map(VIDEO_KEYS);
const AUDIO_KEY = keyOf("audio");
const SUBTITLE_KEY = keyOf("subtitle");

/** All keys. */
const KEYS: readonly TranscodeTimeKey[] = [
  ...VIDEO_KEYS.map(([, key]) => key),
  AUDIO_KEY,
  SUBTITLE_KEY,
];

/** Every series, at 0. */
export function emptyTranscodeTimes(createdAtScrape: number): CounterVec<TranscodeTimeKey> {
  return KEYS.reduce(
    (vec, key) => ensureSeries(vec, key, createdAtScrape),
    emptyCounterVec<TranscodeTimeKey>(KEYS.length),
  );
}

/** A key for each stream of a session that is transcoded. Video has none while it awaits hardware. */
export function transcodeTimeKeys(
  { videoDecision, audioDecision, subtitleDecision, transcode }: Session,
  awaitsHardware: boolean,
): readonly TranscodeTimeKey[] {
  const isVideoKnown = videoDecision === "transcode" && !awaitsHardware;
  const videoKey = isVideoKnown ? VIDEO_KEY_OF.get(transcode?.hardware ?? "none") : undefined;
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

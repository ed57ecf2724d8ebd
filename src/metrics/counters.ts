/** What was played while the exporter was watching: counters without session or bitrate labels. */
import type { CounterVec, SeriesKey } from "../core/counter_vec.ts";
import type {
  BufferingTimeKey,
  PlayCountKey,
  PlayTimeKey,
  StreamTimeKey,
  TitleTimeKey,
} from "../core/play_keys.ts";
import type { HourKey, PlayCounters } from "../core/play_counters.ts";
import type { ServerState } from "../core/state.ts";
import type { TranscodeTimeKey } from "../core/transcode_time.ts";
import { counterVecFamily, type ServerFamily } from "./family.ts";
import { type LabelMapping, labelsOf } from "./labels.ts";

/** A counter of milliseconds, shown as seconds from the first session list on. */
function secondsFamily<Key extends SeriesKey>(
  name: string,
  help: string,
  labels: LabelMapping<Key>,
  vecOf: (counters: PlayCounters) => CounterVec<Key>,
): ServerFamily {
  return counterVecFamily(name, help, labels, vecSinceFirstList(vecOf), 1000);
}

/** No vector before the first session list, which creates the counters and `estimatedBits`. */
function vecSinceFirstList<Key extends SeriesKey>(
  vecOf: (counters: PlayCounters) => CounterVec<Key>,
): (state: ServerState) => CounterVec<Key> | undefined {
  return ({ playCounters, estimatedBits }) => estimatedBits && vecOf(playCounters);
}

/** The families of the play counters. */
export const COUNTERS: readonly ServerFamily[] = [
  counterVecFamily(
    "plex_plays_total",
    "Total number of plays.",
    labelsOf<PlayCountKey>({
      user: "user",
      media_type: "mediaType",
      library: "library",
      platform: "platform",
    }),
    vecSinceFirstList(({ plays }) => plays),
  ),
  secondsFamily(
    "plex_play_seconds_total",
    "Total playing time in seconds, without pauses and buffering.",
    labelsOf<PlayTimeKey>({
      user: "user",
      media_type: "mediaType",
      library: "library",
      platform: "platform",
      location: "location",
      decision: "decision",
    }),
    ({ playMs }) => playMs,
  ),
  secondsFamily(
    "plex_stream_seconds_total",
    "Total playing time of video in seconds, by the decision on the video stream.",
    labelsOf<StreamTimeKey>({
      decision: "decision",
      hardware: "hardware",
      source_resolution: "sourceResolution",
      resolution: "resolution",
      video_codec: "videoCodec",
    }),
    ({ streamMs }) => streamMs,
  ),
  secondsFamily(
    "plex_transcode_seconds_total",
    "Total playing time in seconds with a transcode, by transcoded stream and by hardware of video.",
    labelsOf<TranscodeTimeKey>({ stream: "stream", hardware: "hardware" }),
    ({ transcodeMs }) => transcodeMs,
  ),
  secondsFamily(
    "plex_play_seconds_by_hour_total",
    "Total playing time in seconds, by local weekday (1 is Monday) and hour.",
    labelsOf<HourKey>({ weekday: "weekday", hour: "hour" }),
    ({ hourMs }) => hourMs,
  ),
  secondsFamily(
    "plex_title_play_seconds_total",
    "Total playing time in seconds, by film, show or artist.",
    labelsOf<TitleTimeKey>({ media_type: "mediaType", library: "library", title: "title" }),
    ({ titleMs }) => titleMs,
  ),
  secondsFamily(
    "plex_buffering_seconds_total",
    "Total time in seconds that players spent buffering.",
    labelsOf<BufferingTimeKey>({ platform: "platform", location: "location" }),
    ({ bufferingMs }) => bufferingMs,
  ),
];

/** What has been played since the exporter started: counters without session or bitrate labels. */
import type { CounterVec, SeriesKey } from "../core/counter_vec.ts";
import type {
  BufferingTimeKey,
  PlayCountKey,
  PlayTimeKey,
  StreamTimeKey,
  TitleTimeKey,
} from "../core/play_keys.ts";
import type { HourKey, PlayCounters } from "../core/state.ts";
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

/** The counters are reset by the first session list: before it there is nothing to show. */
function vecSinceFirstList<Key extends SeriesKey>(
  vecOf: (counters: PlayCounters) => CounterVec<Key>,
): Parameters<typeof counterVecFamily<Key>>[3] {
  return ({ playCounters, estimatedBits }) => estimatedBits && vecOf(playCounters);
}

export const COUNTERS: readonly ServerFamily[] = [
  counterVecFamily(
    "plex_plays_total",
    "Plays begun.",
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
    "Seconds played; paused and buffering time does not count.",
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
    "Seconds of video played, by what was made of the file.",
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
    "plex_play_seconds_by_hour_total",
    "Seconds played, by local weekday (Monday is 1) and hour.",
    labelsOf<HourKey>({ weekday: "weekday", hour: "hour" }),
    ({ hourMs }) => hourMs,
  ),
  secondsFamily(
    "plex_title_play_seconds_total",
    "Seconds played, by film, show or artist.",
    labelsOf<TitleTimeKey>({ media_type: "mediaType", library: "library", title: "title" }),
    ({ titleMs }) => titleMs,
  ),
  secondsFamily(
    "plex_buffering_seconds_total",
    "Seconds that players waited for their buffer to fill.",
    labelsOf<BufferingTimeKey>({ platform: "platform", location: "location" }),
    ({ bufferingMs }) => bufferingMs,
  ),
];

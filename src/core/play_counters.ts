/**
 * Counters of what was played while the exporter was watching. They never decrease. `confirmation`
 * decides which spans of time are credited.
 */
import { ensureLimitedSeries, LIMITS } from "./cardinality.ts";
import {
  type CounterVec,
  emptyCounterVec,
  ensureSeries,
  increment,
  type SeriesKey,
} from "./counter_vec.ts";
import { hourOfWeek, MINUTE_MS } from "./hour_of_week.ts";
import type {
  BufferingTimeKey,
  PlayCountKey,
  PlayKeys,
  PlayTimeKey,
  StreamTimeKey,
  TitleTimeKey,
} from "./play_keys.ts";
import type { ServerState } from "./state.ts";
import { addTranscodeTime, emptyTranscodeTimes, type TranscodeTimeKey } from "./transcode_time.ts";

/** Weekday (Monday is 1) and hour of the day (00 to 23). */
export type HourKey = { readonly weekday: string; readonly hour: string };

/** Plays, and times in milliseconds. */
export interface PlayCounters {
  readonly plays: CounterVec<PlayCountKey>;
  readonly playMs: CounterVec<PlayTimeKey>;
  /** Playing time of video. */
  readonly streamMs: CounterVec<StreamTimeKey>;
  readonly hourMs: CounterVec<HourKey>;
  readonly titleMs: CounterVec<TitleTimeKey>;
  readonly bufferingMs: CounterVec<BufferingTimeKey>;
  /** Playing time with a transcode, for each transcoded stream. */
  readonly transcodeMs: CounterVec<TranscodeTimeKey>;
}

/** The vectors whose keys come from Plex. */
const LIMITED_VECTORS = ["plays", "playMs", "bufferingMs", "titleMs", "streamMs"] as const;

/** The key of every hour of the week, always the same objects. */
const HOUR_KEYS: readonly HourKey[] = Array.from({ length: 7 * 24 }, (_, index) => ({
  weekday: String(Math.trunc(index / 24) + 1),
  hour: String(index % 24).padStart(2, "0"),
}));

/** The vectors with a closed set of keys at 0; the others without series. */
export function emptyPlayCounters(createdAtScrape: number): PlayCounters {
  const empty = emptyCounterVec<never>(LIMITS.series);
  return {
    plays: empty,
    playMs: empty,
    streamMs: empty,
    titleMs: empty,
    bufferingMs: empty,
    transcodeMs: emptyTranscodeTimes(createdAtScrape),
    hourMs: HOUR_KEYS.reduce(
      (vec, key) => ensureSeries(vec, key, createdAtScrape),
      emptyCounterVec<HourKey>(HOUR_KEYS.length),
    ),
  };
}

/** Creates every series of a play; returns the keys that it is counted under. */
export function ensurePlaySeries(
  state: ServerState,
  requested: PlayKeys,
): [ServerState, PlayKeys] {
  let { cardinality } = state;
  const vectors: Record<string, CounterVec<SeriesKey>> = {};
  const keys: Record<string, SeriesKey> = {};
  for (const name of LIMITED_VECTORS) {
    const key = requested[name];
    if (key === undefined) continue;
    const vec: CounterVec<SeriesKey> = state.playCounters[name];
    [cardinality, vectors[name], keys[name]] = ensureLimitedSeries(
      cardinality,
      name,
      vec,
      key,
      state.scrapes.begun,
    );
  }
  const playCounters = { ...state.playCounters, ...vectors };
  return [{ ...state, cardinality, playCounters }, { ...requested, ...keys }];
}

/** Counts one play. */
export function countPlay(counters: PlayCounters, keys: PlayKeys): PlayCounters {
  return { ...counters, plays: increment(counters.plays, keys.plays, 1) };
}

/** Adds `ms` of playing time from `fromAt` on, split where an hour of the week ends. */
export function addPlayTime(
  counters: PlayCounters,
  { playMs, titleMs, streamMs, transcodeMs }: PlayKeys,
  fromAt: number,
  ms: number,
  zone: string,
): PlayCounters {
  return {
    ...counters,
    playMs: increment(counters.playMs, playMs, ms),
    titleMs: titleMs ? increment(counters.titleMs, titleMs, ms) : counters.titleMs,
    streamMs: streamMs ? increment(counters.streamMs, streamMs, ms) : counters.streamMs,
    hourMs: addHourTime(counters.hourMs, fromAt, ms, zone),
    transcodeMs: addTranscodeTime(counters.transcodeMs, transcodeMs, ms),
  };
}

/** Adds `ms` of playing time to the video stream alone, whose hardware has become known. */
export function addStreamTime(
  counters: PlayCounters,
  { streamMs, transcodeMs }: PlayKeys,
  ms: number,
): PlayCounters {
  if (streamMs === undefined) return counters;
  const videoKeys = transcodeMs.filter(({ stream }) => stream === "video");
  return {
    ...counters,
    streamMs: increment(counters.streamMs, streamMs, ms),
    transcodeMs: addTranscodeTime(counters.transcodeMs, videoKeys, ms),
  };
}

/** Adds `ms` of waiting for the player's buffer to fill. */
export function addBufferingTime(
  counters: PlayCounters,
  { bufferingMs }: PlayKeys,
  ms: number,
): PlayCounters {
  return { ...counters, bufferingMs: increment(counters.bufferingMs, bufferingMs, ms) };
}

function addHourTime(
  hours: CounterVec<HourKey>,
  fromAt: number,
  ms: number,
  zone: string,
): CounterVec<HourKey> {
  let vec = hours;
  const untilAt = fromAt + ms;
  let at = fromAt;
  while (at < untilAt) {
    const end = Math.min(untilAt, (Math.floor(at / MINUTE_MS) + 1) * MINUTE_MS);
    const { weekday, hour } = hourOfWeek(at, zone);
    const key = HOUR_KEYS[(weekday - 1) * 24 + hour];
    if (key !== undefined) vec = increment(vec, key, end - at);
    at = end;
  }
  return vec;
}

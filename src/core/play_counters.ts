/**
 * What has been played since the exporter started: bounded counter series that never fall.
 * It knows spans and labels; when a span is to be credited is decided in `playback`.
 */
import { hourOfWeek, MINUTE_MS } from "./hour_of_week.ts";
import {
  type CounterVec,
  emptyCounterVec,
  ensureSeries,
  hasCapacity,
  increment,
  keyText,
  type SeriesKey,
} from "./counter_vec.ts";
import type { PlayKeys } from "./play_keys.ts";
import type { HourKey, PlayCounters } from "./state.ts";

/** Bounds per server, so that no user and no library can flood a Prometheus. */
export const LIMITS = {
  sessions: 1_000,
  users: 200,
  platforms: 100,
  titles: 1_000,
  series: 5_000,
  /** Of each family: what is dropped beyond that is no longer told apart. */
  dropped: 1_000,
} as const;

/** What stands in for names and label sets over their cap. */
export const OVERFLOW_VALUE = "other";

/** The vectors whose keys come from Plex, so that their number has to be limited. */
const LIMITED_FAMILIES = ["plays", "playMs", "bufferingMs", "titleMs", "streamMs"] as const;
type LimitedFamily = (typeof LIMITED_FAMILIES)[number];

const LIMITED_LABELS = { user: "users", platform: "platforms", title: "titles" } as const;
type LimitedLabel = keyof typeof LIMITED_LABELS;

function isLimitedLabel(label: string): label is LimitedLabel {
  return label in LIMITED_LABELS;
}

/** The key of every hour of the week, always the same objects. */
const HOUR_KEYS: readonly HourKey[] = Array.from({ length: 7 * 24 }, (_, index) => ({
  weekday: String(Math.trunc(index / 24) + 1),
  hour: String(index % 24).padStart(2, "0"),
}));

/** Counters of nothing: every hour of the week at 0, the other vectors without series. */
export function emptyPlayCounters(createdAtScrape: number): PlayCounters {
  const empty = emptyCounterVec<never>(LIMITS.series);
  return {
    plays: empty,
    playMs: empty,
    streamMs: empty,
    titleMs: empty,
    bufferingMs: empty,
    hourMs: HOUR_KEYS.reduce(
      (vec, key) => ensureSeries(vec, key, createdAtScrape),
      emptyCounterVec<HourKey>(HOUR_KEYS.length),
    ),
    users: new Set(),
    platforms: new Set(),
    titles: new Set(),
    dropped: new Map(),
  };
}

/**
 * Records a key or session that `family` had no room for. It counts once, however often it comes:
 * how often says more about Plex's polls than about what is missing.
 */
export function recordDropped(counters: PlayCounters, family: string, key: string): PlayCounters {
  const known = counters.dropped.get(family) ?? new Set<string>();
  if (known.has(key) || known.size >= LIMITS.dropped) return counters;
  return { ...counters, dropped: new Map(counters.dropped).set(family, new Set(known).add(key)) };
}

/** The key with `other` for each value over its limit, and whether there was one. */
export function limitLabelValues<Key extends SeriesKey>(
  counters: PlayCounters,
  key: Key,
): [PlayCounters, Key, boolean] {
  let next = counters;
  let over = false;
  const limited: Record<string, string> = {};
  for (const [field, value] of Object.entries(key)) {
    limited[field] = value;
    if (!isLimitedLabel(field)) continue;
    const kind = LIMITED_LABELS[field];
    const names = next[kind];
    if (names.has(value)) continue;
    if (names.size < LIMITS[kind]) next = { ...next, [kind]: new Set(names).add(value) };
    else {
      limited[field] = OVERFLOW_VALUE;
      over = true;
    }
  }
  return [next, limited as Key, over];
}

/** Creates the series of `key`, or the one of `other` where there is no capacity; says which. */
function openSeries<Key extends SeriesKey>(
  counters: PlayCounters,
  family: LimitedFamily,
  key: Key,
  createdAtScrape: number,
): [PlayCounters, Key] {
  let [next, limited, over] = limitLabelValues(counters, key);
  const vec: CounterVec<SeriesKey> = next[family];
  if (!hasCapacity(vec, limited)) {
    limited = Object.fromEntries(Object.keys(key).map((field) => [field, OVERFLOW_VALUE])) as Key;
    over = true;
  }
  if (over) next = recordDropped(next, family, keyText(key));
  return [{ ...next, [family]: ensureSeries(vec, limited, createdAtScrape) }, limited];
}

/** Creates every series of a play; returns the keys that it is counted under. */
export function openSeriesFor(
  counters: PlayCounters,
  requested: PlayKeys,
  createdAtScrape: number,
): [PlayCounters, PlayKeys] {
  let next = counters;
  const keys: Record<string, SeriesKey> = {};
  for (const family of LIMITED_FAMILIES) {
    const key = requested[family];
    if (key !== undefined) [next, keys[family]] = openSeries(next, family, key, createdAtScrape);
  }
  return [next, { ...requested, ...keys }];
}

/** Counts one play. */
export function countPlay(counters: PlayCounters, keys: PlayKeys): PlayCounters {
  return { ...counters, plays: increment(counters.plays, keys.plays, 1) };
}

/** Adds `ms` of playing time from `fromAt` on, split where an hour of the week ends. */
export function addPlayTime(
  counters: PlayCounters,
  { playMs, titleMs, streamMs }: PlayKeys,
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
  };
}

/** Adds `ms` of waiting for the player's buffer to fill. */
export function addBufferingTime(
  counters: PlayCounters,
  keys: PlayKeys,
  ms: number,
): PlayCounters {
  return { ...counters, bufferingMs: increment(counters.bufferingMs, keys.bufferingMs, ms) };
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

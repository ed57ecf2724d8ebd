/**
 * Limits on the number of series of one server, so that no user or library can flood Prometheus.
 * First come, first served: a value keeps its series, and what is over a limit is counted under
 * `other` and recorded as dropped.
 */
import {
  type CounterVec,
  ensureSeries,
  hasCapacity,
  keyText,
  type SeriesKey,
} from "./counter_vec.ts";

/** The limits, each for one server. */
export const LIMITS = {
  sessions: 1_000,
  users: 200,
  platforms: 100,
  titles: 1_000,
  devices: 500,
  /** Series per vector. */
  series: 5_000,
  /** Keys recorded as dropped, per family; more are not counted. */
  dropped: 1_000,
} as const;

/** The value of a field over its limit, and of every field of a key over its vector's capacity. */
export const OVERFLOW_VALUE = "other";

/** The families with a limit: sessions, and the vectors whose keys come from Plex. */
export type LimitedFamily =
  | "sessions"
  | "plays"
  | "playMs"
  | "streamMs"
  | "titleMs"
  | "bufferingMs"
  | "userBytes"
  | "deviceBytes"
  | "downloads"
  | "libraryFiles"
  | "views"
  | "titleViews";

/**
 * The key fields whose number of values is limited: in all vectors together, except that the views
 * of Plex's own history have users and titles of their own.
 */
const LIMITED_FIELDS = {
  user: "users",
  platform: "platforms",
  title: "titles",
  device: "devices",
} as const;

/** How far the limits are used, and what was over them. */
export interface Cardinality {
  /** The values that have series of their own. */
  readonly users: ReadonlySet<string>;
  readonly platforms: ReadonlySet<string>;
  readonly titles: ReadonlySet<string>;
  readonly devices: ReadonlySet<string>;
  /** The text of each key that was over a limit, and the id of each play that was left out. */
  readonly dropped: ReadonlyMap<LimitedFamily, ReadonlySet<string>>;
}

/** Before any series. */
export const INITIAL_CARDINALITY: Cardinality = {
  users: new Set(),
  platforms: new Set(),
  titles: new Set(),
  devices: new Set(),
  dropped: new Map(),
};

/**
 * Records a key or play over the limit of `family`. The same one counts once: how often it comes
 * depends on how often Plex is polled.
 */
export function recordDropped(
  cardinality: Cardinality,
  family: LimitedFamily,
  key: string,
): Cardinality {
  const keys = cardinality.dropped.get(family) ?? new Set<string>();
  if (keys.has(key) || keys.size >= LIMITS.dropped) return cardinality;
  const dropped = new Map(cardinality.dropped).set(family, new Set(keys).add(key));
  return { ...cardinality, dropped };
}

/** Records several keys over the limit of `family`. */
export function recordAllDropped(
  cardinality: Cardinality,
  family: LimitedFamily,
  keys: Iterable<string>,
): Cardinality {
  let next = cardinality;
  for (const key of keys) next = recordDropped(next, family, key);
  return next;
}

/** The key with `other` instead of each value over its limit. */
export function limitValues<Key extends SeriesKey>(
  cardinality: Cardinality,
  family: LimitedFamily,
  key: Key,
): [Cardinality, Key] {
  let next = cardinality;
  const over: Record<string, string> = {};
  for (const [field, kind] of Object.entries(LIMITED_FIELDS)) {
    const value = key[field];
    if (value === undefined || next[kind].has(value)) continue;
    if (next[kind].size < LIMITS[kind]) next = { ...next, [kind]: new Set(next[kind]).add(value) };
    else over[field] = OVERFLOW_VALUE;
  }
  if (Object.keys(over).length === 0) return [next, key];
  return [recordDropped(next, family, keyText(key)), { ...key, ...over }];
}

/** The key with `other` in every field: that of what is over a vector's capacity. */
export function overflowKey<Key extends SeriesKey>(key: Key): Key {
  return Object.fromEntries(Object.keys(key).map((field) => [field, OVERFLOW_VALUE])) as Key;
}

/**
 * The vector with a series for `requested`, or for `other` where that is over a limit, and the key
 * of that series.
 */
export function ensureLimitedSeries<Key extends SeriesKey>(
  cardinality: Cardinality,
  family: LimitedFamily,
  vec: CounterVec<Key>,
  requested: Key,
  createdAtScrape: number,
): [Cardinality, CounterVec<Key>, Key] {
  let [next, key] = limitValues(cardinality, family, requested);
  if (!hasCapacity(vec, key)) {
    next = recordDropped(next, family, keyText(requested));
    key = overflowKey(requested);
  }
  return [next, ensureSeries(vec, key, createdAtScrape), key];
}

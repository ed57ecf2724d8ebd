/**
 * What of a server's state outlives the process: its counters, and enough of its running plays not
 * to count them again. Everything else is read from Plex anew. It has no scrape numbers, which begin
 * anew in each process, but says of each counter whether a scrape has shown it.
 */
import {
  type ApiStats,
  type Durations,
  emptyApiStats,
  type Endpoint,
  type NotificationKey,
  type RequestKey,
} from "./api_stats.ts";
import { INITIAL_BANDWIDTH, type SentKey, type UserSentKey } from "./bandwidth.ts";
import type { LimitedFamily } from "./cardinality.ts";
import {
  type Counter,
  type CounterVec,
  counterVecOf,
  keyText,
  type SeriesKey,
  seriesOf,
} from "./counter_vec.ts";
import { emptyPlayCounters, type PlayCounters } from "./play_counters.ts";
import type { LegacyPlayKey } from "./play_keys.ts";
import type { Scrapes } from "./scrapes.ts";
import type { ServerInfo } from "./server.ts";
import type { ServerState } from "./state.ts";
import type { TitleViewKey, ViewKey } from "./view.ts";

/** A counter, and whether a completed scrape has shown it: otherwise it is shown at 0 first. */
export interface SavedCounter {
  readonly value: number;
  readonly shown: boolean;
}

/** The series of a vector, in their order. */
export type SavedVec<Key extends SeriesKey> = readonly (SavedCounter & { readonly key: Key })[];

type SavedVecs<Vecs> = {
  readonly [Name in keyof Vecs]: Vecs[Name] extends CounterVec<infer Key> ? SavedVec<Key> : never;
};

/** A play that was running. The first list of sessions finds it by its id. */
export interface SavedPlay {
  readonly id: string;
  readonly startedAt: number;
  readonly legacyKey: LegacyPlayKey;
  readonly playedMs: SavedCounter;
}

/** The series of Plex's own history: they must not fall where Plex has removed rows meanwhile. */
export interface SavedViews {
  readonly views: SavedVec<ViewKey>;
  readonly titleViews: SavedVec<TitleViewKey>;
  readonly users: readonly string[];
  readonly titles: readonly string[];
  /** How many rows were counted. */
  readonly rows: number;
}

export interface SavedServer {
  readonly server: ServerInfo;
  readonly plays: readonly SavedPlay[];
  readonly playCounters: SavedVecs<PlayCounters>;
  readonly estimatedBits?: SavedCounter | undefined;
  readonly bandwidth: {
    readonly watermarkS?: number | undefined;
    readonly rows: readonly (readonly [key: string, atS: number, bytes: number])[];
    readonly byLocation: SavedVec<SentKey>;
    readonly byUser: SavedVec<UserSentKey>;
  };
  /** The values that have series of their own, and the keys that were over a limit. */
  readonly cardinality: {
    readonly users: readonly string[];
    readonly platforms: readonly string[];
    readonly titles: readonly string[];
    readonly dropped: Readonly<Partial<Record<LimitedFamily, readonly string[]>>>;
  };
  readonly views?: SavedViews | undefined;
  readonly apiStats: {
    readonly requests: SavedVec<RequestKey>;
    readonly durations: Readonly<Partial<Record<Endpoint, Durations>>>;
    readonly notifications: SavedVec<NotificationKey>;
    readonly connections: number;
    /** Whether a completed scrape has shown durations, connections and dropped series. */
    readonly shown: boolean;
  };
}

/** What is to be saved of a server; `undefined` before Plex has said which one it is. */
export function saveServer(state: ServerState): SavedServer | undefined {
  const { server, scrapes, bandwidth, cardinality, apiStats, playCounters } = state;
  if (server === undefined || server.id === "") return undefined;
  const counter = (saved: Counter) => saveCounter(saved, scrapes);
  const vec = <Key extends SeriesKey>(saved: CounterVec<Key>): SavedVec<Key> =>
    seriesOf(saved).map((series) => ({ key: series.key, ...counter(series) }));
  const { viewHistory } = state;
  return {
    server,
    plays: [
      // Until the first list they may still be running.
      ...state.savedPlays.values(),
      ...[...state.plays.values()].map(({ id, startedAt, keys, playedMs }): SavedPlay => ({
        id,
        startedAt,
        legacyKey: keys.legacy,
        playedMs: counter(playedMs),
      })),
    ],
    playCounters: {
      plays: vec(playCounters.plays),
      playMs: vec(playCounters.playMs),
      streamMs: vec(playCounters.streamMs),
      hourMs: vec(playCounters.hourMs),
      titleMs: vec(playCounters.titleMs),
      bufferingMs: vec(playCounters.bufferingMs),
    },
    estimatedBits: state.estimatedBits && counter(state.estimatedBits),
    bandwidth: {
      watermarkS: bandwidth.watermarkS,
      rows: [...bandwidth.rows].map(([key, { atS, bytes }]) => [key, atS, bytes] as const),
      byLocation: vec(bandwidth.byLocation),
      byUser: vec(bandwidth.byUser),
    },
    cardinality: {
      users: [...cardinality.users],
      platforms: [...cardinality.platforms],
      titles: [...cardinality.titles],
      dropped: Object.fromEntries(
        [...cardinality.dropped].map(([family, keys]) => [family, [...keys]]),
      ),
    },
    views: viewHistory === undefined ? state.savedViews : {
      views: vec(viewHistory.views),
      titleViews: vec(viewHistory.titleViews),
      users: [...viewHistory.users],
      titles: [...viewHistory.titles],
      rows: viewHistory.rows,
    },
    apiStats: {
      requests: vec(apiStats.requests),
      durations: Object.fromEntries(apiStats.durations),
      notifications: vec(apiStats.notifications),
      connections: apiStats.connections,
      shown: isShown(apiStats, scrapes),
    },
  };
}

/**
 * The state with what another process has saved of the same server. Plays of the state are dropped:
 * the next list of sessions finds them again.
 */
export function restoreServer(state: ServerState, saved: SavedServer): ServerState {
  const { begun } = state.scrapes;
  const vec = <Key extends SeriesKey>(initial: CounterVec<Key>, series: SavedVec<Key>) =>
    restoreVec(initial, series, begun);
  const plays = emptyPlayCounters(begun);
  const { bandwidth, cardinality } = saved;
  return {
    ...state,
    server: state.server ?? saved.server,
    plays: new Map(),
    savedPlays: new Map(saved.plays.map((play) => [play.id, play])),
    playCounters: {
      plays: vec(plays.plays, saved.playCounters.plays),
      playMs: vec(plays.playMs, saved.playCounters.playMs),
      streamMs: vec(plays.streamMs, saved.playCounters.streamMs),
      hourMs: vec(plays.hourMs, saved.playCounters.hourMs),
      titleMs: vec(plays.titleMs, saved.playCounters.titleMs),
      bufferingMs: vec(plays.bufferingMs, saved.playCounters.bufferingMs),
    },
    estimatedBits: saved.estimatedBits && restoreCounter(saved.estimatedBits, begun),
    bandwidth: {
      watermarkS: bandwidth.watermarkS,
      rows: new Map(bandwidth.rows.map(([key, atS, bytes]) => [key, { atS, bytes }])),
      byLocation: vec(INITIAL_BANDWIDTH.byLocation, bandwidth.byLocation),
      byUser: vec(INITIAL_BANDWIDTH.byUser, bandwidth.byUser),
    },
    cardinality: {
      users: new Set(cardinality.users),
      platforms: new Set(cardinality.platforms),
      titles: new Set(cardinality.titles),
      dropped: new Map(
        Object.entries(cardinality.dropped).map((
          [family, keys],
        ) => [family as LimitedFamily, new Set(keys)]),
      ),
    },
    savedViews: saved.views,
    apiStats: restoreApiStats(state, saved),
  };
}

function restoreApiStats(state: ServerState, { apiStats: saved }: SavedServer): ApiStats {
  const { begun } = state.scrapes;
  const empty = emptyApiStats();
  return {
    ...state.apiStats,
    createdAtScrape: createdAt(saved.shown, begun),
    connections: saved.connections,
    requests: restoreVec(empty.requests, saved.requests, begun),
    notifications: restoreVec(empty.notifications, saved.notifications, begun),
    durations: new Map([
      ...empty.durations,
      ...Object.entries(saved.durations) as [Endpoint, Durations][],
    ]),
  };
}

function saveCounter(counter: Counter, scrapes: Scrapes): SavedCounter {
  return { value: counter.value, shown: isShown(counter, scrapes) };
}

function isShown(
  { createdAtScrape }: Pick<Counter, "createdAtScrape">,
  { completed }: Scrapes,
): boolean {
  return completed > createdAtScrape;
}

/** What is shown with its value in the first scrape was created before all scrapes. */
function createdAt(shown: boolean, begun: number): number {
  return shown ? -1 : begun;
}

/** The series of `initial`, which are there from the start, with what was saved of them and others. */
export function restoreVec<Key extends SeriesKey>(
  initial: CounterVec<Key>,
  saved: SavedVec<Key>,
  begun: number,
): CounterVec<Key> {
  const all = new Map(seriesOf(initial).map((series) => [keyText(series.key), series]));
  for (const { key, ...counter } of saved) {
    const text = keyText(key);
    const known = all.get(text);
    if (known === undefined && all.size >= initial.capacity) continue;
    all.set(text, { key: known?.key ?? key, ...restoreCounter(counter, begun) });
  }
  return counterVecOf([...all.values()], initial.capacity);
}

/** A counter that was shown is shown with its value in the first scrape, another one at 0. */
export function restoreCounter({ value, shown }: SavedCounter, begun: number): Counter {
  return { value, createdAtScrape: createdAt(shown, begun) };
}

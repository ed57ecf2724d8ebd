/**
 * What is saved of a server's state: its counters, and enough of its running plays not to count
 * them again. Everything else is read from Plex again. Scrape numbers begin at 0 in each process,
 * so they are not saved; instead, for each counter, whether a scrape has shown it.
 */
import type { Durations, Endpoint, NotificationKey, RequestKey } from "./api_stats.ts";
import type { DeviceSentKey, SentKey, UserSentKey } from "./bandwidth.ts";
import type { LimitedFamily } from "./cardinality.ts";
import { type Counter, type CounterVec, type SeriesKey, seriesOf } from "./counter_vec.ts";
import type { PlayCounters } from "./play_counters.ts";
import type { LegacyPlayKey } from "./play_keys.ts";
import { isShown } from "./scrapes.ts";
import type { ServerInfo } from "./server.ts";
import { initialState, type Play, type ServerState } from "./state.ts";
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

/**
 * A play that was running, or had just ended: the first list of sessions, which may lag behind its
 * end, finds it by its id.
 */
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

/** What is saved of one server. */
export interface SavedServer {
  /** The address at which it was monitored. */
  readonly address: string;
  readonly server: ServerInfo;
  readonly plays: readonly SavedPlay[];
  readonly playCounters: SavedVecs<PlayCounters>;
  readonly estimatedBits?: SavedCounter | undefined;
  readonly bandwidth: {
    readonly watermarkS?: number | undefined;
    readonly rows: readonly (readonly [key: string, atS: number, bytes: number])[];
    readonly byLocation: SavedVec<SentKey>;
    readonly byUser: SavedVec<UserSentKey>;
    readonly byDevice: SavedVec<DeviceSentKey>;
  };
  /** The values that have series of their own, and the keys that were over a limit. */
  readonly cardinality: {
    readonly users: readonly string[];
    readonly platforms: readonly string[];
    readonly titles: readonly string[];
    readonly devices: readonly string[];
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

/** What is to be saved of a server; `undefined` before it is identified. */
export function saveServer(state: ServerState): SavedServer | undefined {
  const { server } = state;
  return server === undefined || server.id === "" ? undefined : saveAs(state, server);
}

/** What is saved of a server of which nothing has been counted. */
export function saveEmpty({ address, zone }: ServerState, server: ServerInfo): SavedServer {
  return saveAs(initialState(address, zone), server);
}

function saveAs(state: ServerState, server: ServerInfo): SavedServer {
  const { address, scrapes, bandwidth, cardinality, apiStats, playCounters } = state;
  const counter = (saved: Counter): SavedCounter => ({
    value: saved.value,
    shown: isShown(saved, scrapes),
  });
  const vec = <Key extends SeriesKey>(saved: CounterVec<Key>): SavedVec<Key> =>
    seriesOf(saved).map((series) => ({ key: series.key, ...counter(series) }));
  // Closed sets, hours and requests, exist from the start and are mostly 0.
  const nonZero = <Key extends SeriesKey>(saved: CounterVec<Key>): SavedVec<Key> =>
    vec(saved).filter(({ value }) => value > 0);
  const { viewHistory } = state;
  const play = ({ id, startedAt, keys, playedMs }: Play): SavedPlay => ({
    id,
    startedAt,
    legacyKey: keys.legacy,
    playedMs: counter(playedMs),
  });
  return {
    address,
    server,
    plays: [
      // Until the first list they may still be running.
      ...state.savedPlays.values(),
      ...state.recentlyEnded.filter(({ byNotification }) => byNotification)
        .map((ended) => play(ended.play)),
      ...[...state.plays.values()].map(play),
    ],
    playCounters: {
      plays: vec(playCounters.plays),
      playMs: vec(playCounters.playMs),
      streamMs: vec(playCounters.streamMs),
      hourMs: nonZero(playCounters.hourMs),
      titleMs: vec(playCounters.titleMs),
      bufferingMs: vec(playCounters.bufferingMs),
      transcodeMs: vec(playCounters.transcodeMs),
    },
    estimatedBits: state.estimatedBits && counter(state.estimatedBits),
    bandwidth: {
      watermarkS: bandwidth.watermarkS,
      rows: [...bandwidth.rows].map(([key, { atS, bytes }]) => [key, atS, bytes] as const),
      byLocation: vec(bandwidth.byLocation),
      byUser: vec(bandwidth.byUser),
      byDevice: vec(bandwidth.byDevice),
    },
    cardinality: {
      users: [...cardinality.users],
      platforms: [...cardinality.platforms],
      titles: [...cardinality.titles],
      devices: [...cardinality.devices],
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
      requests: nonZero(apiStats.requests),
      durations: Object.fromEntries(apiStats.durations),
      notifications: nonZero(apiStats.notifications),
      connections: apiStats.connections,
      shown: isShown(apiStats, scrapes),
    },
  };
}

/**
 * The state of a server from what was saved of it. Counters that a scrape had shown are shown at
 * their values in the first scrape, others at 0.
 */
import { type ApiStats, type Durations, emptyApiStats, type Endpoint } from "./api_stats.ts";
import { INITIAL_BANDWIDTH } from "./bandwidth.ts";
import { type LimitedFamily, overflowKey } from "./cardinality.ts";
import {
  BEFORE_ALL_SCRAPES,
  type Counter,
  type CounterVec,
  counterVecOf,
  keyText,
  type SeriesKey,
  seriesOf,
} from "./counter_vec.ts";
import { emptyPlayCounters } from "./play_counters.ts";
import type { SavedCounter, SavedServer, SavedVec } from "./saved_server.ts";
import type { ServerState } from "./state.ts";

/**
 * The state with what was saved of a server, instead of all that was counted. Its plays are
 * dropped: the next list of sessions finds them again.
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
    recentlyEnded: [],
    pendingNotifications: new Map(),
    deferredNotifications: new Map(),
    viewHistory: undefined,
    playCounters: {
      plays: vec(plays.plays, saved.playCounters.plays),
      playMs: vec(plays.playMs, saved.playCounters.playMs),
      streamMs: vec(plays.streamMs, saved.playCounters.streamMs),
      hourMs: vec(plays.hourMs, saved.playCounters.hourMs),
      titleMs: vec(plays.titleMs, saved.playCounters.titleMs),
      bufferingMs: vec(plays.bufferingMs, saved.playCounters.bufferingMs),
      transcodeMs: vec(plays.transcodeMs, saved.playCounters.transcodeMs),
    },
    estimatedBits: saved.estimatedBits && restoreCounter(saved.estimatedBits, begun),
    bandwidth: {
      watermarkS: bandwidth.watermarkS,
      rows: new Map(bandwidth.rows.map(([key, atS, bytes]) => [key, { atS, bytes }])),
      byLocation: vec(INITIAL_BANDWIDTH.byLocation, bandwidth.byLocation),
      byUser: vec(INITIAL_BANDWIDTH.byUser, bandwidth.byUser),
      byDevice: vec(INITIAL_BANDWIDTH.byDevice, bandwidth.byDevice),
    },
    cardinality: {
      users: new Set(cardinality.users),
      platforms: new Set(cardinality.platforms),
      titles: new Set(cardinality.titles),
      devices: new Set(cardinality.devices),
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

function createdAt(shown: boolean, begun: number): number {
  return shown ? BEFORE_ALL_SCRAPES : begun;
}

/**
 * The series of `initial` with their saved values, and the other saved series up to the capacity of
 * `initial`; beyond it, only the series `other`. `begun` is the number of scrapes that have begun.
 */
export function restoreVec<Key extends SeriesKey>(
  initial: CounterVec<Key>,
  saved: SavedVec<Key>,
  begun: number,
): CounterVec<Key> {
  const all = new Map(
    seriesOf(initial).map((series) => [
      keyText(series.key),
      { ...series, createdAtScrape: begun },
    ]),
  );
  for (const { key, ...counter } of saved) {
    const text = keyText(key);
    const known = all.get(text);
    const isOverflow = text === keyText(overflowKey(key));
    if (known === undefined && all.size >= initial.capacity && !isOverflow) continue;
    all.set(text, { key: known?.key ?? key, ...restoreCounter(counter, begun) });
  }
  return counterVecOf([...all.values()], initial.capacity);
}

/** A counter that was shown is shown with its value in the first scrape, another one at 0. */
export function restoreCounter({ value, shown }: SavedCounter, begun: number): Counter {
  return { value, createdAtScrape: createdAt(shown, begun) };
}

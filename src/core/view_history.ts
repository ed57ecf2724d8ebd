/**
 * The views of Plex's own history as counters: exposed at their whole values once the history has
 * been read, then incremented by each new row. A row counts once, however often it is listed.
 */
import { ensureLimitedSeries, LIMITS, recordAllDropped } from "./cardinality.ts";
import {
  BEFORE_ALL_SCRAPES,
  type CounterVec,
  counterVecOf,
  emptyCounterVec,
  increment,
  keyText,
  type Series,
  type SeriesKey,
  seriesOf,
} from "./counter_vec.ts";
import type { ServerEvent } from "./event.ts";
import { restoreVec } from "./restored_server.ts";
import type { ServerState } from "./state.ts";
import {
  type LastView,
  laterView,
  recordItemViews,
  type TitleViewKey,
  type View,
  type ViewKey,
} from "./view.ts";
import { type Count, HISTORY_OVERLAP_S, rowsSince, type ViewTally } from "./view_tally.ts";
import { chooseTitles, limitTitles } from "./view_titles.ts";

/** The counters, and what is needed to recognise new rows. */
export interface ViewHistory {
  readonly views: CounterVec<ViewKey>;
  readonly titleViews: CounterVec<TitleViewKey>;
  /** Users and titles that have series of their own; the others are counted as `other`. */
  readonly users: ReadonlySet<string>;
  readonly titles: ReadonlySet<string>;
  /** By user, when that user last viewed something. */
  readonly lastViews: ReadonlyMap<string, LastView>;
  /** By rating key, when anyone last viewed the item, or an item of the show or artist. */
  readonly lastItemViewS: ReadonlyMap<number, number>;
  /** When the newest row was viewed, or when it was read if its time lies in the future. */
  readonly newestS: number;
  /** The rows of the overlap: when each was viewed, by its id. */
  readonly recentRows: ReadonlyMap<string, number>;
  /** How many of Plex's rows are counted; without those that Plex has removed since. */
  readonly rows: number;
}

/** A history with less than this share of its rows was cleared; with more, rows were removed. */
const CLEARED_SHARE = 0.5;

/** The time of the last view of an item, show or artist in seconds; `undefined` without views. */
export function lastViewOf(
  history: Pick<ViewHistory, "lastItemViewS">,
  ratingKey: string,
): number | undefined {
  return history.lastItemViewS.get(Number(ratingKey));
}

/** The second from which on rows may be new: older ones have been counted. */
export function historyOverlapFromS({ newestS }: Pick<ViewHistory, "newestS">): number {
  return newestS - HISTORY_OVERLAP_S;
}

/** Applies the count of a whole history. No series falls: what Plex has removed stays counted. */
export function replaceViews(state: ServerState, tally: ViewTally): ServerState {
  const known = state.viewHistory ?? savedHistory(state, tally);
  const titles = chooseTitles(tally, known?.titles);
  const [titleCounts, droppedTitles] = limitTitles([...tally.titleViews.values()], titles);
  // Views are older than the exporter, so they are shown at once; after a restart, those that the
  // last process had not counted are new.
  const continues = known !== undefined && state.viewHistory === undefined;
  const createdAtScrape = continues ? state.scrapes.begun : BEFORE_ALL_SCRAPES;
  return {
    ...state,
    cardinality: recordAllDropped(
      recordAllDropped(state.cardinality, "views", tally.dropped),
      "titleViews",
      droppedTitles,
    ),
    savedViews: undefined,
    viewHistory: {
      views: mergeCounts(known?.views, [...tally.views.values()], createdAtScrape),
      titleViews: mergeCounts(known?.titleViews, titleCounts, createdAtScrape),
      users: new Set([...known?.users ?? [], ...tally.users]),
      titles,
      lastViews: new Map([...known?.lastViews ?? [], ...tally.lastViews]),
      lastItemViewS: tally.lastItemViewS,
      newestS: tally.newestS,
      recentRows: tally.recentRows,
      rows: tally.rows,
    },
  };
}

/** What the last process counted, unless Plex's history has been cleared since. */
function savedHistory(
  { savedViews: saved, scrapes: { begun } }: ServerState,
  tally: ViewTally,
): Pick<ViewHistory, "views" | "titleViews" | "users" | "titles" | "lastViews"> | undefined {
  if (saved === undefined || tally.rows < saved.rows * CLEARED_SHARE) return undefined;
  return {
    views: restoreVec(emptyCounterVec(LIMITS.series), saved.views, begun),
    titleViews: restoreVec(emptyCounterVec(LIMITS.series), saved.titleViews, begun),
    users: new Set(saved.users),
    titles: new Set(saved.titles),
    lastViews: new Map(),
  };
}

/** Adds the rows that are new. Drops the history if Plex's has been cleared. */
export function addViews(
  state: ServerState,
  { at, views, total }: Extract<ServerEvent, { type: "history_listed" }>,
): ServerState {
  const known = state.viewHistory;
  if (known === undefined) return state;
  if (total < known.rows * CLEARED_SHARE) return { ...state, viewHistory: undefined };
  const fromS = historyOverlapFromS(known);
  const isNew = ({ id, viewedS }: View) => viewedS >= fromS && !known.recentRows.has(id);
  const added = new Map(views.filter(isNew).map((view) => [view.id, view]));
  const rows = Math.min(total, known.rows + added.size);
  if (added.size === 0) return { ...state, viewHistory: { ...known, rows } };
  let next = state;
  let history: ViewHistory = { ...known, rows };
  for (const view of added.values()) [next, history] = addView(next, history, view);
  return { ...next, viewHistory: recordRows(history, [...added.values()], at / 1000) };
}

function addView(
  state: ServerState,
  history: ViewHistory,
  { user, mediaType, library, title, viewedS }: View,
): [ServerState, ViewHistory] {
  const { begun } = state.scrapes;
  const { users, titles } = history;
  const requested = { user, mediaType, library };
  // The history has users and titles of its own: those of plays do not count against its limits.
  let [cardinality, views, key] = ensureLimitedSeries(
    { ...state.cardinality, users, titles },
    "views",
    history.views,
    requested,
    begun,
  );
  let { titleViews } = history;
  if (title !== undefined) {
    let titleKey: TitleViewKey = { mediaType, library, title };
    [cardinality, titleViews, titleKey] = ensureLimitedSeries(
      cardinality,
      "titleViews",
      titleViews,
      titleKey,
      begun,
    );
    titleViews = increment(titleViews, titleKey, 1);
  }
  const last = laterView(history.lastViews.get(key.user), key.user, viewedS);
  return [
    { ...state, cardinality: { ...state.cardinality, dropped: cardinality.dropped } },
    {
      ...history,
      views: increment(views, key, 1),
      titleViews,
      users: cardinality.users,
      titles: cardinality.titles,
      lastViews: new Map(history.lastViews).set(key.user, last),
    },
  ];
}

/** Records the rows as the newest, and when their items were viewed. */
function recordRows(history: ViewHistory, added: readonly View[], nowS: number): ViewHistory {
  let { newestS } = history;
  const lastItemViewS = new Map(history.lastItemViewS);
  const recentRows = new Map(history.recentRows);
  for (const view of added) {
    recentRows.set(view.id, view.viewedS);
    newestS = Math.max(newestS, Math.min(view.viewedS, nowS));
    recordItemViews(lastItemViewS, view);
  }
  const fromS = historyOverlapFromS({ newestS });
  return { ...history, newestS, lastItemViewS, recentRows: rowsSince(recentRows, fromS) };
}

/** The counts as a vector. Known series keep their keys and never fall. */
function mergeCounts<Key extends SeriesKey>(
  known: CounterVec<Key> = emptyCounterVec(LIMITS.series),
  counts: readonly Count<Key>[],
  createdAtScrape: number,
): CounterVec<Key> {
  const series = new Map<string, Series<Key>>();
  for (const each of seriesOf(known)) series.set(keyText(each.key), each);
  for (const { key, views } of counts) {
    const before = series.get(keyText(key)) ?? { key, value: 0, createdAtScrape };
    series.set(keyText(key), { ...before, value: Math.max(before.value, views) });
  }
  return counterVecOf([...series.values()], known.capacity);
}

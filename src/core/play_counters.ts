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
  labelKey,
  type Labels,
} from "./counter_vec.ts";
import type { PlayCounters, PlayLabels } from "./state.ts";

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

/** Families whose label sets come from outside and may run over. */
export type LimitedFamily = "plays" | "playMs" | "streamMs" | "titleMs" | "bufferingMs";

const LIMITED_LABELS = { user: "users", platform: "platforms", title: "titles" } as const;
type LimitedLabel = keyof typeof LIMITED_LABELS;

function isLimitedLabel(label: string): label is LimitedLabel {
  return label in LIMITED_LABELS;
}

/** The label set of an hour of the week, the same object every time. */
const HOURS: readonly Labels[] = Array.from({ length: 7 * 24 }, (_, index) => ({
  weekday: String(Math.trunc(index / 24) + 1),
  hour: String(index % 24).padStart(2, "0"),
}));

/** A history of nothing: all hours of the week at 0, born now, the rest without series. */
export function emptyPlayCounters(createdAtScrape: number): PlayCounters {
  const ledger = emptyCounterVec(LIMITS.series);
  return {
    plays: ledger,
    playMs: ledger,
    streamMs: ledger,
    titleMs: ledger,
    bufferingMs: ledger,
    hourMs: HOURS.reduce(
      (hours, labels) => ensureSeries(hours, labels, createdAtScrape),
      emptyCounterVec(HOURS.length),
    ),
    users: new Set(),
    platforms: new Set(),
    titles: new Set(),
    dropped: new Map(),
  };
}

/**
 * Notes a label set or session that had no room in `family`. However often it comes it is one, for
 * how often that is says more of Plex's polls than of what is missing.
 */
export function recordDropped(history: PlayCounters, family: string, key: string): PlayCounters {
  const known = history.dropped.get(family) ?? new Set<string>();
  if (known.has(key) || known.size >= LIMITS.dropped) return history;
  return { ...history, dropped: new Map(history.dropped).set(family, new Set(known).add(key)) };
}

/** Gives each name in `labels` its place, or `other` where its kind has none left; says whether. */
export function limitLabelValues(
  history: PlayCounters,
  labels: Labels,
): [PlayCounters, Labels, boolean] {
  let next = history;
  let over = false;
  const admitted: Record<string, string> = {};
  for (const [label, value] of Object.entries(labels)) {
    admitted[label] = value;
    if (!isLimitedLabel(label)) continue;
    const kind = LIMITED_LABELS[label];
    const names = next[kind];
    if (names.has(value)) continue;
    if (names.size < LIMITS[kind]) next = { ...next, [kind]: new Set(names).add(value) };
    else {
      admitted[label] = OVERFLOW_VALUE;
      over = true;
    }
  }
  return [next, admitted, over];
}

/** Opens the series of `labels`, or the one of `other` where there is no room; says which. */
function openSeries(
  history: PlayCounters,
  family: LimitedFamily,
  labels: Labels,
  createdAtScrape: number,
): [PlayCounters, Labels] {
  let [next, admitted, over] = limitLabelValues(history, labels);
  if (!hasCapacity(next[family], admitted)) {
    admitted = Object.fromEntries(Object.keys(labels).map((label) => [label, OVERFLOW_VALUE]));
    over = true;
  }
  if (over) next = recordDropped(next, family, labelKey(labels));
  return [{ ...next, [family]: ensureSeries(next[family], admitted, createdAtScrape) }, admitted];
}

/** The accounts that are wanted, with every series open and every name within its cap. */
export function openSeriesFor(
  history: PlayCounters,
  wanted: PlayLabels,
  createdAtScrape: number,
): [PlayCounters, PlayLabels] {
  const [plays, playsLabels] = openSeries(history, "plays", wanted.plays, createdAtScrape);
  const [playMs, playLabels] = openSeries(plays, "playMs", wanted.playMs, createdAtScrape);
  const [bufferingMs, waiting] = openSeries(
    playMs,
    "bufferingMs",
    wanted.bufferingMs,
    createdAtScrape,
  );
  let accounts: PlayLabels = {
    ...wanted,
    plays: playsLabels,
    playMs: playLabels,
    bufferingMs: waiting,
  };
  let next = bufferingMs;
  for (const family of ["titleMs", "streamMs"] as const) {
    const labels = wanted[family];
    if (labels === undefined) continue;
    const [opened, admitted] = openSeries(next, family, labels, createdAtScrape);
    next = opened;
    accounts = { ...accounts, [family]: admitted };
  }
  return [next, accounts];
}

/** Adds one play. */
export function countPlay(history: PlayCounters, accounts: PlayLabels): PlayCounters {
  return { ...history, plays: increment(history.plays, accounts.plays, 1) };
}

/** Adds `ms` of playing that began at `fromAt`, split where an hour of the week ends. */
export function addPlayTime(
  history: PlayCounters,
  accounts: PlayLabels,
  fromAt: number,
  ms: number,
  zone: string,
): PlayCounters {
  const credit = (ledger: CounterVec, labels: Labels | undefined) =>
    labels === undefined ? ledger : increment(ledger, labels, ms);
  return {
    ...history,
    playMs: credit(history.playMs, accounts.playMs),
    titleMs: credit(history.titleMs, accounts.titleMs),
    streamMs: credit(history.streamMs, accounts.streamMs),
    hourMs: addHourTime(history.hourMs, fromAt, ms, zone),
  };
}

/** Adds `ms` of waiting for the buffer to fill. */
export function addBufferingTime(
  history: PlayCounters,
  accounts: PlayLabels,
  ms: number,
): PlayCounters {
  return { ...history, bufferingMs: increment(history.bufferingMs, accounts.bufferingMs, ms) };
}

function addHourTime(hours: CounterVec, fromAt: number, ms: number, zone: string): CounterVec {
  let ledger = hours;
  const untilAt = fromAt + ms;
  let at = fromAt;
  while (at < untilAt) {
    const end = Math.min(untilAt, (Math.floor(at / MINUTE_MS) + 1) * MINUTE_MS);
    const { weekday, hour } = hourOfWeek(at, zone);
    const labels = HOURS[(weekday - 1) * 24 + hour];
    if (labels !== undefined) ledger = increment(ledger, labels, end - at);
    at = end;
  }
  return ledger;
}

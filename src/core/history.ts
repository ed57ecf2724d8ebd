/**
 * What has been played since the exporter started: bounded counter series that never fall.
 * It knows spans and labels; when a span is to be credited is decided in `playback`.
 */
import { hourOfWeek, MINUTE_MS } from "./calendar.ts";
import { add, emptyLedger, hasRoom, labelKey, type Labels, type Ledger, open } from "./ledger.ts";
import type { Accounts, History } from "./model.ts";

/** Bounds per server, so that no user and no library can flood a Prometheus. */
export const CAPS = {
  sessions: 1_000,
  users: 200,
  platforms: 100,
  titles: 1_000,
  series: 5_000,
  /** Of each family: what is dropped beyond that is no longer told apart. */
  dropped: 1_000,
} as const;

/** What stands in for names and label sets over their cap. */
export const OTHER = "other";

/** Families whose label sets come from outside and may run over. */
export type OpenFamily = "plays" | "playMs" | "streamMs" | "titleMs" | "bufferingMs";

const NAMES = { user: "users", platform: "platforms", title: "titles" } as const;
type Name = keyof typeof NAMES;

function isName(label: string): label is Name {
  return label in NAMES;
}

/** The label set of an hour of the week, the same object every time. */
const HOURS: readonly Labels[] = Array.from({ length: 7 * 24 }, (_, index) => ({
  weekday: String(Math.trunc(index / 24) + 1),
  hour: String(index % 24).padStart(2, "0"),
}));

/** A history of nothing: all hours of the week at 0, born now, the rest without series. */
export function emptyHistory(born: number): History {
  const ledger = emptyLedger(CAPS.series);
  return {
    plays: ledger,
    playMs: ledger,
    streamMs: ledger,
    titleMs: ledger,
    bufferingMs: ledger,
    hourMs: HOURS.reduce((hours, labels) => open(hours, labels, born), emptyLedger(HOURS.length)),
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
export function drop(history: History, family: string, key: string): History {
  const known = history.dropped.get(family) ?? new Set<string>();
  if (known.has(key) || known.size >= CAPS.dropped) return history;
  return { ...history, dropped: new Map(history.dropped).set(family, new Set(known).add(key)) };
}

/** Gives each name in `labels` its place, or `other` where its kind has none left; says whether. */
export function admitNames(history: History, labels: Labels): [History, Labels, boolean] {
  let next = history;
  let over = false;
  const admitted: Record<string, string> = {};
  for (const [label, value] of Object.entries(labels)) {
    admitted[label] = value;
    if (!isName(label)) continue;
    const kind = NAMES[label];
    const names = next[kind];
    if (names.has(value)) continue;
    if (names.size < CAPS[kind]) next = { ...next, [kind]: new Set(names).add(value) };
    else {
      admitted[label] = OTHER;
      over = true;
    }
  }
  return [next, admitted, over];
}

/** Opens the series of `labels`, or the one of `other` where there is no room; says which. */
function openSeries(
  history: History,
  family: OpenFamily,
  labels: Labels,
  born: number,
): [History, Labels] {
  let [next, admitted, over] = admitNames(history, labels);
  if (!hasRoom(next[family], admitted)) {
    admitted = Object.fromEntries(Object.keys(labels).map((label) => [label, OTHER]));
    over = true;
  }
  if (over) next = drop(next, family, labelKey(labels));
  return [{ ...next, [family]: open(next[family], admitted, born) }, admitted];
}

/** The accounts that are wanted, with every series open and every name within its cap. */
export function openAccounts(
  history: History,
  wanted: Accounts,
  born: number,
): [History, Accounts] {
  const [plays, playsLabels] = openSeries(history, "plays", wanted.plays, born);
  const [playMs, playLabels] = openSeries(plays, "playMs", wanted.playMs, born);
  const [bufferingMs, waiting] = openSeries(playMs, "bufferingMs", wanted.bufferingMs, born);
  let accounts: Accounts = {
    ...wanted,
    plays: playsLabels,
    playMs: playLabels,
    bufferingMs: waiting,
  };
  let next = bufferingMs;
  for (const family of ["titleMs", "streamMs"] as const) {
    const labels = wanted[family];
    if (labels === undefined) continue;
    const [opened, admitted] = openSeries(next, family, labels, born);
    next = opened;
    accounts = { ...accounts, [family]: admitted };
  }
  return [next, accounts];
}

/** Adds one play. */
export function countPlay(history: History, accounts: Accounts): History {
  return { ...history, plays: add(history.plays, accounts.plays, 1) };
}

/** Adds `ms` of playing that began at `fromAt`, split where an hour of the week ends. */
export function creditPlaying(
  history: History,
  accounts: Accounts,
  fromAt: number,
  ms: number,
  zone: string,
): History {
  const credit = (ledger: Ledger, labels: Labels | undefined) =>
    labels === undefined ? ledger : add(ledger, labels, ms);
  return {
    ...history,
    playMs: credit(history.playMs, accounts.playMs),
    titleMs: credit(history.titleMs, accounts.titleMs),
    streamMs: credit(history.streamMs, accounts.streamMs),
    hourMs: creditHours(history.hourMs, fromAt, ms, zone),
  };
}

/** Adds `ms` of waiting for the buffer to fill. */
export function creditBuffering(history: History, accounts: Accounts, ms: number): History {
  return { ...history, bufferingMs: add(history.bufferingMs, accounts.bufferingMs, ms) };
}

function creditHours(hours: Ledger, fromAt: number, ms: number, zone: string): Ledger {
  let ledger = hours;
  const untilAt = fromAt + ms;
  let at = fromAt;
  while (at < untilAt) {
    const end = Math.min(untilAt, (Math.floor(at / MINUTE_MS) + 1) * MINUTE_MS);
    const { weekday, hour } = hourOfWeek(at, zone);
    const labels = HOURS[(weekday - 1) * 24 + hour];
    if (labels !== undefined) ledger = add(ledger, labels, end - at);
    at = end;
  }
  return ledger;
}

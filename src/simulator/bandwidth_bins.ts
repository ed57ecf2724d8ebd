/**
 * Bytes sent by hour, day, week and month, which the server keeps longer than those by second.
 * Bins begin by UTC; the current one is not over yet.
 */
import type { BandwidthRow } from "./bandwidth_log.ts";

const HOUR_S = 3_600;
const DAY_S = 24 * HOUR_S;

/** Plex's numbers of the timespans, and for how long their bins are kept. */
const TIMESPANS: Readonly<Record<string, { readonly keptS: number; start(atS: number): number }>> =
  {
    "1": { keptS: Infinity, start: startOfMonth },
    // A week begins on a Monday, and the epoch began on a Thursday.
    "2": { keptS: Infinity, start: (atS) => startOf(atS + 3 * DAY_S, 7 * DAY_S) - 3 * DAY_S },
    "3": { keptS: 60 * DAY_S, start: (atS) => startOf(atS, DAY_S) },
    "4": { keptS: 3 * DAY_S, start: (atS) => startOf(atS, HOUR_S) },
  };

function startOf(atS: number, lengthS: number): number {
  return Math.floor(atS / lengthS) * lengthS;
}

function startOfMonth(atS: number): number {
  const date = new Date(atS * 1000);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1) / 1000;
}

/** All bytes that were ever sent, summed by hour. */
export class BandwidthBins {
  readonly #hours = new Map<string, BandwidthRow>();
  #past: () => Iterable<BandwidthRow> = () => [];

  /** Sets what was sent before the simulation; `past` is called when a bin is first read. */
  setPast(past: () => Iterable<BandwidthRow>): void {
    this.#past = past;
  }

  /** Adds what was sent in one second. */
  record(sent: BandwidthRow): void {
    addRow(this.#hours, sent, startOf(sent.atS, HOUR_S));
  }

  /** The bins of a timespan that are still kept at `nowS`; undefined for one that has no bins. */
  rows(timespan: string, nowS: number): BandwidthRow[] | undefined {
    const kind = TIMESPANS[timespan];
    if (kind === undefined) return undefined;
    const firstS = kind.keptS === Infinity ? -Infinity : kind.start(nowS - kind.keptS);
    const bins = new Map<string, BandwidthRow>();
    for (const hour of this.#load()) {
      const startS = kind.start(hour.atS);
      if (startS >= firstS) addRow(bins, hour, startS);
    }
    return [...bins.values()];
  }

  /** All bytes of the hours from `fromS` up to `untilS` of Plex's clock, kept or not. */
  total(fromS: number, untilS: number, where: { readonly lan?: boolean } = {}): number {
    return [...this.#load()]
      .filter(({ atS, lan }) => atS >= fromS && atS < untilS && lan === (where.lan ?? lan))
      .reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** The hours, those of the past included. */
  #load(): Iterable<BandwidthRow> {
    for (const sent of this.#past()) this.record(sent);
    this.#past = () => [];
    return this.#hours.values();
  }
}

/** Adds bytes to the row of a time, an account, a device and a network. */
export function addRow(rows: Map<string, BandwidthRow>, sent: BandwidthRow, atS: number): void {
  const { accountId, deviceId, lan } = sent;
  const key = `${atS} ${accountId} ${deviceId} ${lan}`;
  const bytes = (rows.get(key)?.bytes ?? 0) + sent.bytes;
  rows.set(key, { atS, accountId, deviceId, lan, bytes });
}

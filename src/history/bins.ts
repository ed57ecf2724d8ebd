/**
 * Bytes that Plex keeps by month, by day and by hour, as increments of counters. The finest bins
 * count; if finer bins cover a part of a bin, the bytes that they lack belong to the rest of it.
 */
import type { BandwidthRow } from "../core/event.ts";

const HOUR_S = 3_600;
const DAY_S = 24 * HOUR_S;

/** Rows of each granularity; their `atS` is when the bin begins. */
export interface BandwidthBins {
  readonly months: readonly BandwidthRow[];
  readonly days: readonly BandwidthRow[];
  readonly hours: readonly BandwidthRow[];
}

/** Bytes sent between two times. */
export interface Bin {
  readonly fromS: number;
  readonly untilS: number;
  readonly bytes: number;
}

/** To which account and location bytes were sent. */
export interface BinKey {
  readonly accountId: string;
  readonly lan: boolean;
}

/**
 * The bins of each account and location, in the order of their times and without overlap. A bin
 * that is not over at `untilS` is left out, since its bytes are not complete.
 */
export function mergeBins(
  { months, days, hours }: BandwidthBins,
  untilS: number,
): ReadonlyMap<BinKey, readonly Bin[]> {
  const hourBins = binsOf(hours, () => HOUR_S);
  const dayBins = prependCoarse(binsOf(days, () => DAY_S), hourBins);
  const monthBins = prependCoarse(binsOf(months, monthLengthS), dayBins);
  const merged = new Map<BinKey, readonly Bin[]>();
  for (const { key, bins } of monthBins.values()) {
    const past = bins.filter((bin) => bin.untilS <= untilS && bin.bytes > 0);
    if (past.length > 0) merged.set(key, past.sort((a, b) => a.fromS - b.fromS));
  }
  return merged;
}

/** Bins by the text of their key. */
type BinTable = ReadonlyMap<string, { readonly key: BinKey; readonly bins: Bin[] }>;

/** The bins of one granularity; the devices of an account are summed. */
function binsOf(rows: readonly BandwidthRow[], lengthS: (atS: number) => number): BinTable {
  const sums = new Map<string, { readonly key: BinKey; readonly byStart: Map<number, number> }>();
  for (const { accountId, lan, atS, bytes } of rows) {
    const text = `${accountId}/${lan}`;
    const entry = sums.get(text) ?? { key: { accountId, lan }, byStart: new Map<number, number>() };
    sums.set(text, entry);
    entry.byStart.set(atS, (entry.byStart.get(atS) ?? 0) + bytes);
  }
  return new Map(
    [...sums].map(([text, { key, byStart }]) => [text, {
      key,
      bins: [...byStart].map(([fromS, bytes]) => ({
        fromS,
        untilS: fromS + lengthS(fromS),
        bytes,
      })),
    }]),
  );
}

/** The fine bins, and the coarse ones up to where the first of the fine ones begins. */
function prependCoarse(coarse: BinTable, fine: BinTable): BinTable {
  const starts = [...fine.values()].flatMap(({ bins }) => bins.map(({ fromS }) => fromS));
  const fineFromS = starts.reduce((first, fromS) => Math.min(first, fromS), Infinity);
  const filled = new Map(
    [...fine].map(([text, { key, bins }]) => [text, { key, bins: [...bins] }]),
  );
  for (const [text, { key, bins }] of coarse) {
    const entry = filled.get(text) ?? { key, bins: [] };
    filled.set(text, entry);
    const finer = fine.get(text)?.bins ?? [];
    for (const bin of bins) {
      const cut = cutAt(bin, fineFromS, finer);
      if (cut !== undefined) entry.bins.push(cut);
    }
  }
  return filled;
}

/** The part of a bin before `atS`: all of it, or what remains without the finer bins within it. */
function cutAt(bin: Bin, atS: number, finer: readonly Bin[]): Bin | undefined {
  if (bin.fromS >= atS) return undefined;
  if (bin.untilS <= atS) return bin;
  const known = finer.filter(({ fromS }) => fromS >= atS && fromS < bin.untilS)
    .reduce((sum, { bytes }) => sum + bytes, 0);
  return { fromS: bin.fromS, untilS: atS, bytes: Math.max(0, bin.bytes - known) };
}

/**
 * The hours from any zone's midnight to a time at which UTC has the same date: zones are at
 * most 14 h ahead of UTC and 12 h behind.
 */
const TO_UTC_DATE_S = 14 * HOUR_S;

/** The length in seconds of the month that begins at `fromS`, a midnight of the server's zone. */
function monthLengthS(fromS: number): number {
  const date = new Date((fromS + TO_UTC_DATE_S) * 1000);
  const startS = (month: number) => Date.UTC(date.getUTCFullYear(), month, 1) / 1000;
  return startS(date.getUTCMonth() + 1) - startS(date.getUTCMonth());
}

/** The increments of a bin: its bytes spread evenly over its hours. */
export function* spread(
  { fromS, untilS, bytes }: Bin,
): Generator<readonly [atS: number, bytes: number]> {
  for (let atS = fromS; atS < untilS;) {
    const endS = Math.min(untilS, (Math.floor(atS / HOUR_S) + 1) * HOUR_S);
    yield [endS, bytes * ((endS - atS) / (untilS - fromS))];
    atS = endS;
  }
}

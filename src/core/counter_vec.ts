/**
 * A set of counter series that only grow: each with its labels, its total and the scrape it was
 * born before. It is persistent: adding gives a new ledger and leaves the old one as it was, for the
 * price of one chunk; only a birth costs more the more series there are. It knows nothing of what is
 * counted.
 */

/** Label names and values. One object serves a series for life, so renderers may cache by it. */
export type Labels = Readonly<Record<string, string>>;

/** A total and its birth: the number of scrapes begun when it came to be. */
export interface Counter {
  readonly value: number;
  readonly createdAtScrape: number;
}

export interface Series extends Counter {
  readonly labels: Labels;
}

/** Series a chunk: small enough to copy on every addition, large enough for few chunks. */
const CHUNK = 64;

export interface CounterVec {
  /** Label values → position. Copied at a birth only. */
  readonly positions: ReadonlyMap<string, number>;
  readonly chunks: readonly (readonly Series[])[];
  /** Most series it takes; what comes later is for the caller to send elsewhere. */
  readonly capacity: number;
}

export function emptyCounterVec(capacity: number): CounterVec {
  return { positions: new Map(), chunks: [], capacity };
}

/** The identity of a label set among label sets of the same names. */
export function labelKey(labels: Labels): string {
  return Object.values(labels).join("\u0000");
}

/** Whether a series of these labels is open, or there is room for one more. */
export function hasCapacity(ledger: CounterVec, labels: Labels): boolean {
  return ledger.positions.size < ledger.capacity || ledger.positions.has(labelKey(labels));
}

/** The ledger with a series of these labels, at 0 if it is new. Room is the caller's concern. */
export function ensureSeries(
  ledger: CounterVec,
  labels: Labels,
  createdAtScrape: number,
): CounterVec {
  const key = labelKey(labels);
  if (ledger.positions.has(key)) return ledger;
  const position = ledger.positions.size;
  const last = ledger.chunks.at(-1);
  const series: Series = { labels, value: 0, createdAtScrape };
  const chunks = last === undefined || last.length === CHUNK
    ? [...ledger.chunks, [series]]
    : ledger.chunks.with(-1, [...last, series]);
  return { ...ledger, chunks, positions: new Map(ledger.positions).set(key, position) };
}

/** The ledger with `amount` more in the series of these labels, which must be open. */
export function increment(ledger: CounterVec, labels: Labels, amount: number): CounterVec {
  const position = ledger.positions.get(labelKey(labels));
  if (position === undefined || amount === 0) return ledger;
  const at = Math.trunc(position / CHUNK);
  const chunk = ledger.chunks[at];
  const series = chunk?.[position % CHUNK];
  if (chunk === undefined || series === undefined) return ledger;
  const grown = { ...series, value: series.value + amount };
  return { ...ledger, chunks: ledger.chunks.with(at, chunk.with(position % CHUNK, grown)) };
}

/** Opens a series if it is new and adds to it. */
export function inc(
  ledger: CounterVec,
  labels: Labels,
  amount: number,
  createdAtScrape: number,
): CounterVec {
  return increment(ensureSeries(ledger, labels, createdAtScrape), labels, amount);
}

/** All series, oldest first. */
export function seriesOf(ledger: CounterVec): readonly Series[] {
  return ledger.chunks.flat();
}

/**
 * A vector of counters: one series for each key, like client_golang's `CounterVec`, but persistent.
 * Every change returns a new vector and leaves the old one as it was. A change copies one chunk of
 * series; only a new series costs more, the more series there are.
 */

/** A counter with this `createdAtScrape` shows its value in its first scrape, not 0. */
export const BEFORE_ALL_SCRAPES = -1;

/** Identifies a series of a vector: a type alias with a fixed set of text fields. */
export type SeriesKey = Readonly<Record<string, string>>;

/** A total, and the number of scrapes that had begun when the counter was created. */
export interface Counter {
  readonly value: number;
  readonly createdAtScrape: number;
}

/** A counter with its key. */
export interface Series<Key extends SeriesKey> extends Counter {
  /** The same object for the life of the series, so that others can cache by its identity. */
  readonly key: Key;
}

/** Series per chunk: few enough to copy at every increment, enough to keep the chunks few. */
const CHUNK_SIZE = 64;

/** Counters by key, in the order of their creation. */
export interface CounterVec<Key extends SeriesKey> {
  /** The position of each series by the text of its key. Copied only when a series is added. */
  readonly positions: ReadonlyMap<string, number>;
  readonly chunks: readonly (readonly Series<Key>[])[];
  /** The limit on the number of series, which `hasCapacity` checks; callers enforce it. */
  readonly capacity: number;
}

/** A vector without series. */
export function emptyCounterVec<Key extends SeriesKey>(capacity: number): CounterVec<Key> {
  return { positions: new Map(), chunks: [], capacity };
}

/** A vector of these series, whose keys differ. Faster than adding one after the other. */
export function counterVecOf<Key extends SeriesKey>(
  series: readonly Series<Key>[],
  capacity: number,
): CounterVec<Key> {
  const chunks: Series<Key>[][] = [];
  for (let start = 0; start < series.length; start += CHUNK_SIZE) {
    chunks.push(series.slice(start, start + CHUNK_SIZE));
  }
  const positions = new Map(series.map(({ key }, position) => [keyText(key), position]));
  return { positions, chunks, capacity };
}

/** A text that is equal for equal keys of one type. Their fields must have the same order. */
export function keyText(key: SeriesKey): string {
  return Object.values(key).join("\u0000");
}

/** Whether the vector has a series with this key, or capacity for one more. */
export function hasCapacity<Key extends SeriesKey>(vec: CounterVec<Key>, key: Key): boolean {
  return vec.positions.size < vec.capacity || vec.positions.has(keyText(key));
}

/** The vector with a series of this key: a new one starts at 0. Does not check the capacity. */
export function ensureSeries<Key extends SeriesKey>(
  vec: CounterVec<Key>,
  key: Key,
  createdAtScrape: number,
): CounterVec<Key> {
  const text = keyText(key);
  if (vec.positions.has(text)) return vec;
  const position = vec.positions.size;
  const last = vec.chunks.at(-1);
  const series: Series<Key> = { key, value: 0, createdAtScrape };
  const chunks = last === undefined || last.length === CHUNK_SIZE
    ? [...vec.chunks, [series]]
    : vec.chunks.with(-1, [...last, series]);
  return { ...vec, chunks, positions: new Map(vec.positions).set(text, position) };
}

/** The vector with `amount` added to the series of this key. Without such a series, no change. */
export function increment<Key extends SeriesKey>(
  vec: CounterVec<Key>,
  key: Key,
  amount: number,
): CounterVec<Key> {
  const position = vec.positions.get(keyText(key));
  if (position === undefined || amount === 0) return vec;
  const chunkIndex = Math.trunc(position / CHUNK_SIZE);
  const index = position % CHUNK_SIZE;
  const chunk = vec.chunks[chunkIndex];
  const series = chunk?.[index];
  if (chunk === undefined || series === undefined) return vec;
  const incremented = { ...series, value: series.value + amount };
  return { ...vec, chunks: vec.chunks.with(chunkIndex, chunk.with(index, incremented)) };
}

/** Creates the series of this key if there is none, then adds to it. */
export function ensureAndIncrement<Key extends SeriesKey>(
  vec: CounterVec<Key>,
  key: Key,
  amount: number,
  createdAtScrape: number,
): CounterVec<Key> {
  return increment(ensureSeries(vec, key, createdAtScrape), key, amount);
}

/** All series, oldest first. */
export function seriesOf<Key extends SeriesKey>(vec: CounterVec<Key>): readonly Series<Key>[] {
  return vec.chunks.flat();
}

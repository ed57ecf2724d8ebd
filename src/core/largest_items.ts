/** Sums bytes by film, show or artist, and returns the largest sums. */

interface Sum {
  readonly title: string;
  bytes: number;
}

/** The bytes of a film, show or artist. */
export interface ItemSum {
  readonly ratingKey: string;
  readonly title: string;
  readonly bytes: number;
}

/** Above this number, complete sums are reduced to the largest. */
const MAX_COMPLETE = 1_000;

/** The sums of one library: of films the largest only, of shows and artists all. */
export class LargestItems {
  readonly #count: number;
  /** Whether a sum is complete with its first item: films are their own top level. */
  readonly #isComplete: boolean;
  #sums = new Map<string, Sum>();

  /** Keeps the `count` largest. With `isComplete` each rating key is added once. */
  constructor(count: number, isComplete: boolean) {
    this.#count = count;
    this.#isComplete = isComplete;
  }

  /** Adds to the sum of a film, show or artist. */
  add(ratingKey: string, title: string, bytes: number): void {
    const sum = this.#sums.get(ratingKey);
    if (sum === undefined) this.#sums.set(ratingKey, { title, bytes });
    else sum.bytes += bytes;
    if (!this.#isComplete || this.#sums.size <= MAX_COMPLETE) return;
    this.#sums = new Map(this.largest().map(({ ratingKey, ...kept }) => [ratingKey, kept]));
  }

  /** The largest first; of equal ones the first by title. What has no bytes is left out. */
  largest(): readonly ItemSum[] {
    return [...this.#sums]
      .filter(([, { bytes }]) => bytes > 0)
      .sort(([, a], [, b]) => b.bytes - a.bytes || (a.title < b.title ? -1 : 1))
      .slice(0, this.#count)
      .map(([ratingKey, { title, bytes }]) => ({ ratingKey, title, bytes }));
  }
}

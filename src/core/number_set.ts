/**
 * A set of whole numbers in typed arrays. It takes a fifth of the memory of a `Set`, outside the
 * JavaScript heap, so that the keys of a large library fit into the memory limit.
 */

/** Tables of a set, which grow one at a time, so that little is copied and freed at once. */
const TABLES = 256;

const MIN_SLOTS = 16;

/**
 * Share of slots in use above which a table doubles. A search in a table that is fuller than this
 * passes more than fifty slots, most of them in the same cache lines.
 */
const MAX_LOAD = 0.9;

/** A set of whole numbers from 1 to 2^53 − 1. */
export class NumberSet {
  readonly #tables = Array.from({ length: TABLES }, () => new Table());
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Adds a number. Returns whether it was missing. */
  add(value: number): boolean {
    const isNew = this.#tableOf(value).add(value);
    if (isNew) this.#size += 1;
    return isNew;
  }

  has(value: number): boolean {
    return this.#tableOf(value).has(value);
  }

  #tableOf(value: number): Table {
    return this.#tables[hashNumber(value) & (TABLES - 1)] as Table;
  }
}

/** The numbers whose hashes have the same last bits. */
class Table {
  /** Their number is a power of two; 0 is a free slot. */
  #slots = new Float64Array(MIN_SLOTS);
  #size = 0;

  add(value: number): boolean {
    const slot = this.#find(value);
    if (this.#slots[slot] === value) return false;
    this.#slots[slot] = value;
    this.#size += 1;
    if (this.#size > this.#slots.length * MAX_LOAD) this.#grow();
    return true;
  }

  has(value: number): boolean {
    return this.#slots[this.#find(value)] === value;
  }

  /** The slot of `value`, or the free slot where it belongs. */
  #find(value: number): number {
    const mask = this.#slots.length - 1;
    let slot = (hashNumber(value) / TABLES) & mask;
    while (this.#slots[slot] !== 0 && this.#slots[slot] !== value) slot = (slot + 1) & mask;
    return slot;
  }

  #grow(): void {
    const values = this.#slots;
    this.#slots = new Float64Array(values.length * 2);
    for (const value of values) if (value !== 0) this.#slots[this.#find(value)] = value;
    // Frees the memory now: on its own it is too little to trigger a garbage collection.
    values.buffer.transfer(0);
  }
}

/** 32 bits, each of which depends on all of the number, as in the end of MurmurHash3. */
function hashNumber(value: number): number {
  let hash = value ^ (value / 0x1_0000_0000);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/**
 * A number from 1 to 2^53 − 1 for a text: FNV-1a twice, with different offsets. Among a million
 * texts the chance that any two have the same number is 1 in 10,000.
 */
export function hashText(text: string): number {
  let low = 0x811c9dc5;
  let high = 0x9747b28c;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    low = Math.imul(low ^ unit, 0x01000193);
    high = Math.imul(high ^ unit, 0x01000193);
    high ^= high >>> 15;
  }
  const number = (high >>> 11) * 0x1_0000_0000 + (low >>> 0);
  return number === 0 ? 1 : number;
}

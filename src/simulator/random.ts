/** A seeded random number generator, which must not be used for secrets. */

/** Random numbers that are the same for the same seed. */
export interface Random {
  /** A number from 0 up to, but not including, 1. */
  next(): number;
  /** A whole number, both ends included. */
  integer(low: number, high: number): number;
  /** One of the list, which must not be empty. */
  pick<T>(list: readonly T[]): T;
  /** True in this share (0 to 1) of the calls. */
  chance(share: number): boolean;
  /** Lower-case hexadecimal digits. */
  hex(length: number): string;
  /** An independent generator, so that what one user draws does not change another's values. */
  fork(): Random;
}

/** Mulberry32: small, fast, and good enough for a simulation. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const integer = (low: number, high: number) => low + Math.floor(next() * (high - low + 1));
  return {
    next,
    integer,
    pick: <T>(list: readonly T[]) => {
      if (list.length === 0) throw new RangeError("Cannot pick from an empty list");
      return list[integer(0, list.length - 1)] as T;
    },
    chance: (share) => next() < share,
    hex: (length) => Array.from({ length }, () => integer(0, 15).toString(16)).join(""),
    fork: () => createRandom(Math.floor(next() * 4_294_967_296)),
  };
}

/** Pieces of queries that more than one dashboard is made of. */

/** The servers that the reader has chosen. */
export const CHOSEN = 'server=~"$server"';

/** Items without what they are grouped in. */
export const LEAVES = 'content_type=~"movies|episodes|tracks|photos"';

/** The series of a family for the chosen servers. */
export function chosen(family: string, ...matchers: readonly string[]): string {
  return `${family}{${[CHOSEN, ...matchers].join(",")}}`;
}

/** Values of now summed by labels; over all if there are none. */
export function sumBy(family: string, by: string, ...matchers: readonly string[]): string {
  return sum(by, chosen(family, ...matchers));
}

/** What was counted over the whole range, by labels. */
export function inRange(family: string, by: string, ...matchers: readonly string[]): string {
  return sum(by, `increase(${chosen(family, ...matchers)}[$__range])`);
}

/** What is counted in a second, by labels. */
export function perSecond(family: string, by: string, ...matchers: readonly string[]): string {
  return sum(by, `rate(${chosen(family, ...matchers)}[$__rate_interval])`);
}

/** By how much a gauge has changed in each step, by labels; for panels with steps of a day. */
export function perDay(family: string, by: string, ...matchers: readonly string[]): string {
  return sum(by, `delta(${chosen(family, ...matchers)}[$__interval])`);
}

/** The ten that had most of it over the whole range. */
export function topTen(family: string, by: string, ...matchers: readonly string[]): string {
  return `topk(10, ${inRange(family, by, ...matchers)} > 0)`;
}

/** The largest value over the range of what changes from minute to minute. */
export function peak(expression: string): string {
  return `max_over_time(${expression}[$__range:1m])`;
}

/** The ten with the largest values of a counter that goes back to the beginning. */
export function topTenEver(family: string, by: string, ...matchers: readonly string[]): string {
  return `topk(10, ${sumBy(family, by, ...matchers)} > 0)`;
}

/** 0 where there is nothing yet. */
export function orZero(expression: string): string {
  return `${expression} or vector(0)`;
}

/** Series with a label `key` that no two servers share, to join tables by. */
export function keyed(series: string, ...labels: readonly string[]): string {
  const list = ["server_id", ...labels].map((label) => `"${label}"`).join(", ");
  return `label_join(${series}, "key", "/", ${list})`;
}

/** A family of sessions with nothing but its key. */
export function bySession(family: string): string {
  return sum("key", keyed(chosen(family), "session"));
}

/** A family of libraries with nothing but its key. */
export function byLibrary(family: string, ...matchers: readonly string[]): string {
  return sum("key", keyed(chosen(family, ...matchers), "library_id"));
}

function sum(by: string, of: string): string {
  return by === "" ? `sum(${of})` : `sum by (${by}) (${of})`;
}

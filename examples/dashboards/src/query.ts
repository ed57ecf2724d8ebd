/** Parts of queries that several dashboards use. */

/** The selected servers. */
const SERVER_MATCHER = 'server=~"$server"';

/** Items without shows, seasons, artists and albums. */
export const LEAF_ITEMS = 'content_type=~"movies|episodes|tracks|photos"';

/** The series of a family for the selected servers. */
export function selected(family: string, ...matchers: readonly string[]): string {
  return `${family}{${[SERVER_MATCHER, ...matchers].join(",")}}`;
}

/** Current values summed by labels; over all if there are none. */
export function sumBy(family: string, by: string, ...matchers: readonly string[]): string {
  return sum(by, selected(family, ...matchers));
}

/** The increase over the whole range, by labels. */
export function inRange(family: string, by: string, ...matchers: readonly string[]): string {
  return sum(by, `increase(${selected(family, ...matchers)}[$__range])`);
}

/** The rate per second, by labels. */
export function perSecond(family: string, by: string, ...matchers: readonly string[]): string {
  return sum(by, `rate(${selected(family, ...matchers)}[$__rate_interval])`);
}

/** The change of a gauge in each step, by labels; for panels with steps of a day. */
export function perDay(family: string, by: string, ...matchers: readonly string[]): string {
  return sum(by, `delta(${selected(family, ...matchers)}[$__interval])`);
}

/** The ten largest increases over the whole range. */
export function topTen(family: string, by: string, ...matchers: readonly string[]): string {
  return `topk(10, ${inRange(family, by, ...matchers)} > 0)`;
}

/** The maximum of an expression over the range. */
export function peak(expression: string): string {
  return `max_over_time(${expression}[$__range:1m])`;
}

/** The ten largest values of a counter that includes Plex's history. */
export function topTenOfAllTime(
  family: string,
  by: string,
  ...matchers: readonly string[]
): string {
  return `topk(10, ${sumBy(family, by, ...matchers)} > 0)`;
}

/** The current values in the order in which a bar gauge shows them. */
export function largestFirst(expression: string): string {
  return `sort_desc(${expression})`;
}

/** 0 without data. */
export function orZero(expression: string): string {
  return `${expression} or vector(0)`;
}

/** Series with a label `key` that is unique across servers, to join tables by. */
export function keyed(series: string, ...labels: readonly string[]): string {
  const list = ["server_id", ...labels].map((label) => `"${label}"`).join(", ");
  return `label_join(${series}, "key", "/", ${list})`;
}

/** A session family reduced to its key. */
export function bySession(family: string): string {
  return sum("key", keyed(selected(family), "session"));
}

/** A library family reduced to its key. */
export function byLibrary(family: string, ...matchers: readonly string[]): string {
  return sum("key", keyed(selected(family, ...matchers), "library_id"));
}

function sum(by: string, of: string): string {
  return by === "" ? `sum(${of})` : `sum by (${by}) (${of})`;
}

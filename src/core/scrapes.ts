/**
 * Scrapes of the metrics path: numbered, so that a new counter can show 0 in its first scrape, and
 * by client address, so that the status page can show whether Prometheus scrapes.
 */
import type { Counter } from "./counter_vec.ts";

/** A client that scrapes. */
export interface Scraper {
  /** When its last scrapes were completed, oldest first; at most `MAX_TIMES`. */
  readonly completedAt: readonly number[];
  /** Series in its last scrape, of all servers together. */
  readonly series: number;
}

/** The scrapes so far. */
export interface Scrapes {
  /** The number of scrapes that have begun, which is also the number of the newest one. */
  readonly begun: number;
  /** The highest number of a completed scrape: one whose response was sent to the end. */
  readonly completed: number;
  /** By client address, the least recent first; at most `MAX_SCRAPERS`. */
  readonly scrapers: ReadonlyMap<string, Scraper>;
}

/** Enough for two Prometheus servers, an agent and a few browsers. */
const MAX_SCRAPERS = 8;

/** Enough for the median interval to ignore a missed scrape. */
const MAX_TIMES = 6;

/** Before the first scrape. */
export const NO_SCRAPES: Scrapes = { begun: 0, completed: 0, scrapers: new Map() };

/** Numbers a scrape that begins. */
export function beginScrape(scrapes: Scrapes): Scrapes {
  return { ...scrapes, begun: scrapes.begun + 1 };
}

/** Records a completed scrape. If there are too many clients, the least recent one is dropped. */
export function completeScrape(
  { begun, completed, scrapers: before }: Scrapes,
  { at, scrape, client, series }: {
    readonly at: number;
    readonly scrape: number;
    readonly client: string;
    readonly series: number;
  },
): Scrapes {
  const times = [...before.get(client)?.completedAt ?? [], at].sort((a, b) => a - b);
  const scrapers = new Map(before);
  scrapers.delete(client);
  scrapers.set(client, { completedAt: times.slice(-MAX_TIMES), series });
  const [oldest] = scrapers.keys();
  if (scrapers.size > MAX_SCRAPERS && oldest !== undefined) scrapers.delete(oldest);
  return { begun, completed: Math.max(completed, scrape), scrapers };
}

/** Whether a completed scrape has shown a counter: one that began after its creation. */
export function isShown(
  { createdAtScrape }: Pick<Counter, "createdAtScrape">,
  { completed }: Pick<Scrapes, "completed">,
): boolean {
  return completed > createdAtScrape;
}

/** When the last scrape of any client was completed; `undefined` before the first. */
export function lastScrapeAt({ scrapers }: Scrapes): number | undefined {
  const times = [...scrapers.values()].flatMap(({ completedAt }) => completedAt.at(-1) ?? []);
  return times.length === 0 ? undefined : Math.max(...times);
}

/** The median interval between the client's scrapes; `undefined` before the second. */
export function medianIntervalMs({ completedAt }: Scraper): number | undefined {
  const intervals = completedAt.slice(1)
    .map((at, index) => at - (completedAt[index] ?? at))
    .sort((a, b) => a - b);
  return intervals[Math.trunc(intervals.length / 2)];
}

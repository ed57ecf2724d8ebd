/**
 * Who reads the metrics: scrapes by number, so that counters can be seen at 0 first, and by
 * address, so that people can see whether Prometheus comes by. It renders no page.
 */

/** What is known of one who scrapes. */
export interface Scraper {
  /** When the last few scrapes had reached it whole, oldest first. */
  readonly completedAt: readonly number[];
  /** Series on the last page that it took, those of all servers together. */
  readonly series: number;
}

/** Scrapes of the metrics path by their number, which is the count of those begun. */
export interface Scrapes {
  readonly begun: number;
  /** The highest number that reached its reader whole. */
  readonly completed: number;
  /** By address; the one whose scrape is longest ago comes first. Bounded. */
  readonly scrapers: ReadonlyMap<string, Scraper>;
}

/** Addresses remembered: two Prometheus servers, an agent, and those who try things out. */
const MAX_SCRAPERS = 8;

/** Times remembered of each: enough for one missed scrape not to change the usual interval. */
const MAX_TIMES = 6;

/** Nobody has asked yet. */
export const NO_SCRAPES: Scrapes = { begun: 0, completed: 0, scrapers: new Map() };

/** Gives the next scrape its number. */
export function beginScrape(scrapes: Scrapes): Scrapes {
  return { ...scrapes, begun: scrapes.begun + 1 };
}

/** Records that a scrape reached its reader whole; beyond the bound the oldest reader is forgotten. */
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

/** The time that usually lies between two scrapes; `undefined` before the second. */
export function usualIntervalMs({ completedAt }: Scraper): number | undefined {
  const intervals = completedAt.slice(1)
    .map((at, index) => at - (completedAt[index] ?? at))
    .sort((a, b) => a - b);
  return intervals[Math.trunc(intervals.length / 2)];
}

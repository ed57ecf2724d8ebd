/** Reads the views and the bytes sent that one server has kept. */
import { createHistoryCursor, type HistoryStep } from "../plex/history_cursor.ts";
import type { BandwidthReading, Timespan } from "../plex/mapping/bandwidth.ts";
import { mapViews } from "../plex/mapping/history.ts";
import type { HiddenLabels } from "../plex/redact_labels.ts";
import type { SentBytes } from "./bandwidth.ts";
import { ReadError, type ReadOptions, requestWithRetries } from "./retries.ts";
import type { ReadViews } from "./views.ts";

/** Rows a page: 200,000 take 200 requests, and 400 as the history is read twice. */
const PAGE_ROWS = 1_000;

/** Minimum time between two lines about the progress. */
const PROGRESS_INTERVAL_MS = 5_000;

/** Reads the whole history at each call and reports the progress. */
export function readViewPages(
  options: ReadOptions,
  hide: HiddenLabels,
  report: (line: string) => void,
): ReadViews {
  const { client, clock } = options;
  let readings = 0;
  return async function* () {
    readings += 1;
    const accounts = await requestWithRetries(options, "the accounts", client.accounts);
    if (accounts === undefined) return;
    const sections = await requestWithRetries(options, "the libraries", client.sections);
    if (sections === undefined) return;
    const libraries = new Map(sections.map((section) => [section.id, section]));
    let rows = 0;
    let reportedAt = -Infinity;
    for await (const page of readPages(options)) {
      rows += page.rows.length;
      if (page.isLast || clock.now() - reportedAt >= PROGRESS_INTERVAL_MS) {
        reportedAt = clock.now();
        report(`${rows} of ${page.total} views read (reading ${readings} of 2)`);
      }
      yield mapViews(page.rows, { accounts, libraries }, hide);
    }
  };
}

/** The pages of the whole history. Ends at once when the signal aborts. Throws a `ReadError`. */
async function* readPages(options: ReadOptions): AsyncGenerator<HistoryStep> {
  const cursor = createHistoryCursor(options.client, { size: PAGE_ROWS, newestFirst: false });
  for (;;) {
    const step = await requestWithRetries(options, "Plex's history", () => cursor.next());
    if (step === undefined) return;
    yield step;
    if (step.isLast) return;
  }
}

/**
 * All that Plex has kept of bytes sent; `undefined` without Plex Pass or when the signal aborts.
 */
export async function readBandwidth(
  options: ReadOptions,
  report: (line: string) => void,
): Promise<SentBytes | undefined> {
  try {
    const months = await readBins(options, "month");
    if (months === undefined) return undefined;
    const days = await readBins(options, "day");
    if (days === undefined) return undefined;
    const hours = await readBins(options, "hour");
    if (hours === undefined) return undefined;
    report("bytes sent read");
    return {
      months: months.rows,
      days: days.rows,
      hours: hours.rows,
      accounts: new Map([...months.accounts, ...days.accounts, ...hours.accounts]),
    };
  } catch (error) {
    if (!(error instanceof ReadError) || error.failure !== "not_found") throw error;
    report("no bytes sent: Plex keeps them with Plex Pass only");
    return undefined;
  }
}

function readBins(
  options: ReadOptions,
  timespan: Timespan,
): Promise<BandwidthReading | undefined> {
  const what = `the bytes sent by ${timespan}`;
  return requestWithRetries(options, what, () => options.client.allBandwidth(timespan));
}

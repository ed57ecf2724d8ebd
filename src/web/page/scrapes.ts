/** The scrapes section of the status page: which clients scrape, and the state file. */
import type { ServerState } from "../../core/state.ts";
import { medianIntervalMs, type Scraper } from "../../core/scrapes.ts";
import { type Html, html } from "../html.ts";
import {
  formatAge,
  formatDuration,
  formatNumber,
  type Severity,
  statusDot,
  untrusted,
} from "./format.ts";
import { stateFileLine, type StateFileStatus } from "./state_file.ts";

/** Intervals without a scrape after which a regular scraper counts as missing. */
const MISSED_AFTER = 3;

/** Intervals below this are manual requests: Prometheus scrapes once a second at most. */
const MANUAL_INTERVAL_MS = 900;

/** The scrapers, the most recent first, and the state file if there is one. */
export function scrapesSection(
  states: readonly ServerState[],
  at: number,
  metricsPath: string,
  stateFile?: StateFileStatus,
): Html {
  // The first server has existed longest, so it has seen every scrape.
  const scrapers = [...states[0]?.scrapes.scrapers ?? []].reverse();
  return html`
    <section aria-labelledby="scrapes">
      <h2 id="scrapes">Scrapes</h2>
      ${scrapers.length > 0 ? table(scrapers, at) : html`
        <p class="empty">Nothing has scraped <code>${metricsPath}</code> since the exporter started.
        Is it a target of Prometheus, and can Prometheus reach this port?</p>
      `}
      ${stateFile && stateFileLine(stateFile, at)}
    </section>
  `;
}

function table(scrapers: readonly (readonly [string, Scraper])[], at: number): Html {
  return html`
    <table class="card scrapes">
      <thead>
        <tr>
          <th scope="col">From</th>
          <th scope="col">Last</th>
          <th scope="col">How often</th>
          <th scope="col" class="number">Page</th>
        </tr>
      </thead>
      <tbody>${scrapers.map(([client, scraper]) => row(client, scraper, at))}</tbody>
    </table>
  `;
}

function row(client: string, scraper: Scraper, at: number): Html {
  const ageMs = at - (scraper.completedAt.at(-1) ?? at);
  const [severity, often] = regularity(scraper, ageMs);
  return html`
    <tr>
      <th scope="row">${statusDot(severity)} ${untrusted(client)}</th>
      <td>${formatAge(ageMs)}</td>
      <td>${often}</td>
      <td class="number">${formatNumber(scraper.series)} series</td>
    </tr>
  `;
}

function regularity(scraper: Scraper, ageMs: number): readonly [Severity, string] {
  const intervalMs = medianIntervalMs(scraper);
  if (intervalMs === undefined) return ["idle", "once so far"];
  if (intervalMs < MANUAL_INTERVAL_MS) return ["idle", "several times at once"];
  const interval = `about every ${formatDuration(intervalMs)}`;
  return ageMs > MISSED_AFTER * intervalMs ? ["warn", `was ${interval}`] : ["good", interval];
}

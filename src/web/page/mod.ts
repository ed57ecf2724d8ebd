/**
 * The status page at `/`: the state of each server, what is playing, the age of each data source,
 * and when the exporter was scraped. It is rendered from the same state as `/metrics`.
 */
import { primaryFor } from "../../core/duplicate_servers.ts";
import type { ServerState } from "../../core/state.ts";
import { type Html, html } from "../html.ts";
import { ICON } from "./icon.ts";
import { libraries } from "./libraries.ts";
import { playing } from "./playing.ts";
import { scrapesSection } from "./scrapes.ts";
import { serverName, serversSection } from "./servers.ts";
import { sources } from "./sources.ts";
import type { StateFileStatus } from "./state_file.ts";
import { STYLE } from "./style.ts";
import { television } from "./television.ts";
import { timeOfDay } from "./format.ts";

/** What the page shows in addition to the states of the servers. */
export interface PageInfo {
  readonly version: string;
  readonly metricsPath: string;
  /** `undefined` without a state file. */
  readonly stateFile?: StateFileStatus | undefined;
}

/** Headers of the HTML pages, which run no script and load nothing: the icon is embedded. */
export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  "Content-Security-Policy": "default-src 'none'; img-src data:; style-src 'unsafe-inline'",
  "Referrer-Policy": "no-referrer",
};

/** Refresh interval of the browser in seconds, about that of the session poll. */
const REFRESH_S = 10;

/** Renders the page for the servers in the order of the settings, at the time `at`. */
export function renderPage(
  states: readonly ServerState[],
  at: number,
  { version, metricsPath, stateFile }: PageInfo,
): string {
  const shown = states.filter((state) => primaryFor(states, state) === undefined);
  const zone = states[0]?.zone;
  return html`
    <!DOCTYPE html>
    <html lang="en">
      <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <meta http-equiv="refresh" content="${REFRESH_S}">
        <title>prometheus-plex-exporter</title>
        ${ICON}
        ${STYLE}
      </head>
      <body>
        <header>
          <h1>prometheus-plex-exporter <span class="version">${version}</span></h1>
          <nav><a href=".${metricsPath}">${metricsPath}</a> · <a href="./healthz">/healthz</a> ·
          <a href="./dashboards">dashboards</a> · <a href="./alerts.yml">alerts.yml</a></nav>
        </header>
        <main>
          ${serversSection(states, at)}
          ${section("playing", "Now playing", shown, (state) => playing(state, at))}
          ${section("television", "Television", shown, (state) => television(state, at))}
          ${section("sources", "Sources", shown, (state) => sources(state, at))}
          ${scrapesSection(states, at, metricsPath, stateFile)}
          ${section("libraries", "Libraries", shown, (state) => libraries(state, at))}
        </main>
        <footer>
          ${zone === undefined ? undefined : `As of ${timeOfDay(at, at, zone)} (${zone}). `}
          This page refreshes every ${REFRESH_S} s.
        </footer>
      </body>
    </html>
  `.toString().trim();
}

/** A section with content for each server, under its name if there are several. */
function section(
  id: string,
  title: string,
  states: readonly ServerState[],
  render: (state: ServerState) => Html | undefined,
): Html | undefined {
  const contents = states.flatMap((state) => {
    const content = render(state);
    return content === undefined ? [] : [{ state, content }];
  });
  if (contents.length === 0) return undefined;
  return html`
    <section aria-labelledby="${id}">
      <h2 id="${id}">${title}</h2>
      ${contents.map(({ state, content }) => [
        states.length > 1 ? html`<h3><span class="clip">${serverName(state)}</span></h3>` : "",
        content,
      ])}
    </section>
  `;
}

/** The page at `/dashboards`: links to the dashboards and alert rules of this version. */
import { type Html, html } from "../html.ts";
import { ICON } from "./icon.ts";
import { STYLE } from "./style.ts";

/** What the page shows of a dashboard's JSON. */
interface Dashboard {
  readonly title?: string;
  readonly description?: string;
}

/** Renders the page for dashboards, a map from file name to JSON. */
export function renderDashboardsPage(dashboards: ReadonlyMap<string, string>): string {
  return html`
    <!DOCTYPE html>
    <html lang="en">
      <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>Dashboards – prometheus-plex-exporter</title>
        ${ICON}
        ${STYLE}
      </head>
      <body>
        <header>
          <h1>Dashboards and alerts</h1>
          <nav><a href="./">Status</a></nav>
        </header>
        <main>
          <p>Made for this version; begin with the first. In Grafana: Dashboards, New, Import; then
          choose the file, and the Prometheus that scrapes this exporter.</p>
          <ul>
            ${[...dashboards].map(([name, text]) => item(name, JSON.parse(text)))}
          </ul>
          <p>For Prometheus, under <code>rule_files</code>: <a href="alerts.yml">alerts.yml</a></p>
        </main>
      </body>
    </html>
  `.toString().trim();
}

function item(name: string, { title = name, description = "" }: Dashboard): Html {
  return html`
    <li><a href="dashboards/${encodeURIComponent(name)}">${title}</a> ${description}</li>
  `;
}

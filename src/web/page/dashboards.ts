/** The page at `/dashboards`: what there is to take along for Grafana and Prometheus. */
import { html } from "../html.ts";
import { STYLE } from "./style.ts";

/** The page as HTML, with a link for each dashboard by the name of its file. */
export function renderDashboardsPage(names: readonly string[]): string {
  return html`
    <!DOCTYPE html>
    <html lang="en">
      <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>Dashboards – prometheus-plex-exporter</title>
        ${STYLE}
      </head>
      <body>
        <header>
          <h1>Dashboards and alerts</h1>
          <nav><a href="/">Status</a></nav>
        </header>
        <main>
          <p>Made for this version. In Grafana: Dashboards, New, Import; then choose the file, and
          the Prometheus that scrapes this exporter.</p>
          <ul>
            ${names.map((name) =>
              html`<li><a href="/dashboards/${encodeURIComponent(name)}">${name}</a></li>`
            )}
          </ul>
          <p>For Prometheus, under <code>rule_files</code>: <a href="/alerts.yml">alerts.yml</a></p>
        </main>
      </body>
    </html>
  `.toString().trim();
}

/**
 * The page at `/`: what runs here, where its metrics are, and how each server is. It reads no state
 * and does not know what the words about a server mean.
 */
import { html } from "./html.ts";

/** What the page shows, all of it plain text. */
export interface PageContent {
  readonly name: string;
  readonly version: string;
  readonly metricsPath: string;
  readonly servers: readonly { readonly name: string; readonly status: string }[];
}

/** The headers that the page needs beside those of every answer: it runs and loads nothing. */
export const pageHeaders: Readonly<Record<string, string>> = {
  "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
  "Referrer-Policy": "no-referrer",
};

/** The whole page as HTML. */
export function renderPage({ name, version, metricsPath, servers }: PageContent): string {
  const rows = servers.map((server) =>
    html`
      <tr>
        <th scope="row">${server.name}</th>
        <td>${server.status}</td>
      </tr>
    `
  );
  return html`
    <!DOCTYPE html>
    <html lang="en">
      <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width">
        <title>${name}</title>
        <style>
        :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
        body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
        h1 { font-size: 1.25rem; }
        th { text-align: left; padding-right: 2rem; }
        </style>
      </head>
      <body>
        <h1>${name} ${version}</h1>
        <p><a href="${metricsPath}">${metricsPath}</a> · <a href="/healthz">/healthz</a></p>
        <table>
          <tbody>${rows}</tbody>
        </table>
      </body>
    </html>
  `.toString().trim();
}

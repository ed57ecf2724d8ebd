/** The dashboards on a real Prometheus before anything was played. */
import assert from "node:assert/strict";
import { startPlex } from "../../src/simulator/plex.ts";
import { systemClock } from "../../src/clock.ts";
import { defaultRangeMs, panelQuery } from "../dashboards/grafana.ts";
import { DASHBOARDS, type Panel } from "../dashboards/load.ts";
import { startExporter } from "../testing/harness.ts";
import { type Answer, prometheusAt, type Queryable } from "../testing/tsdb_snapshot.ts";
import { until, withFolder } from "../testing/program.ts";
import { startPrometheus } from "../testing/prometheus.ts";

/** Panels of the first rows that count, and so show 0. */
const COUNTS: readonly string[] = [
  "Plex / Overview: Streams",
  "Plex / Overview: Streams by state",
  "Plex / Overview: Streams by delivery",
  "Plex / Overview: Video transcodes",
  "Plex / Overview: Bandwidth",
  "Plex / Now playing: Playing",
  "Plex / Now playing: Locations",
  "Plex / Now playing: Audio transcodes",
  "Plex / Now playing: Subtitles",
  "Plex / Now playing: Peak streams",
  "Plex / Now playing: Transcoded",
  "Plex / Now playing: Peak outbound",
  "Plex / Users and titles: Plays",
  "Plex / Users and titles: Watched",
  "Plex / Users and titles: Watchers",
  "Plex / Libraries: Being scanned",
  "Plex / Exporter health: Dropped",
  "Media Server: Streams",
];

/** What a panel shows: its values, or its text for no data. */
async function shownBy(prometheus: Queryable, panel: Panel, spanMs: number): Promise<string> {
  const to = Date.now();
  const answers: Answer[] = [];
  for (const target of panel.targets ?? []) {
    const view = { from: to - spanMs, to, scrapeS: 1 };
    answers.push(...await prometheus.ask(panelQuery(panel, target, view)));
  }
  const values = answers.flatMap(({ points }) => points.slice(-1).map(([, value]) => value));
  return values.length > 0 ? values.join(" ") : panel.fieldConfig?.defaults.noValue ?? "No data";
}

for (const plexPass of [true, false]) {
  const server = plexPass ? "a server with Plex Pass" : "a server without Plex Pass";
  Deno.test(`before anything was played, every panel of a first row shows a number or a text: ${server}`, async () => {
    await withFolder(async (folder) => {
      const plex = await startPlex({ clock: systemClock, seed: 3, plexPass });
      const settings = { PLEX_SERVER: plex.url, PLEX_TOKEN: plex.ownerToken };
      const app = await startExporter(systemClock, [], settings);
      try {
        await using prometheus = await startPrometheus(folder, new URL(app.url).host);
        // `increase()` needs several samples.
        await until("three scrapes", async () => {
          const scraped = await prometheus.sum("count_over_time(plex_up[1m])", Date.now());
          return scraped >= 3 || undefined;
        });
        const shown = new Map<string, string>();
        const queryable = prometheusAt(prometheus.address);
        for (const dashboard of DASHBOARDS) {
          const firstRow = dashboard.panels.filter(({ gridPos }) => gridPos.y === 0);
          assert.ok(firstRow.length > 2, dashboard.title);
          for (const panel of firstRow) {
            const text = await shownBy(queryable, panel, defaultRangeMs(dashboard));
            shown.set(`${dashboard.title}: ${panel.title}`, text);
          }
        }
        for (const [panel, text] of shown) {
          assert.doesNotMatch(text, /No data|NaN|Inf|^$/, panel);
          assert.match(text, /^[\d.e+ -]+$|^[A-Z][\w;, ']+$/, panel);
        }
        for (const panel of COUNTS) assert.match(shown.get(panel) ?? "", /^0( 0)*$/, panel);
      } finally {
        await app.stop(1_000);
        await plex.close();
      }
    });
  });
}

/** The requests of Grafana 13 to Prometheus for a panel: step, windows and times. */
import type { Dashboard, Panel, Target } from "./load.ts";

/** The time range and the data source of a panel. Times are in ms. */
export interface View {
  readonly from: number;
  readonly to: number;
  /** The scrape interval in the settings of the data source. */
  readonly scrapeS: number;
}

/** A query of Grafana. */
export interface PanelQuery {
  readonly query: string;
  readonly at: number;
  /** For range queries. */
  readonly range?: { readonly from: number; readonly to: number; readonly stepS: number };
}

/** Widest interval that is rounded to each, in ms: `roundInterval` of @grafana/data. */
const ROUNDED: readonly (readonly [below: number, interval: number])[] = [
  [750, 500],
  [1_500, 1_000],
  [3_500, 2_000],
  [7_500, 5_000],
  [12_500, 10_000],
  [17_500, 15_000],
  [25_000, 20_000],
  [45_000, 30_000],
  [90_000, 60_000],
  [210_000, 120_000],
  [450_000, 300_000],
  [750_000, 600_000],
  [1_050_000, 900_000],
  [1_500_000, 1_200_000],
  [2_700_000, 1_800_000],
  [5_400_000, 3_600_000],
  [9_000_000, 7_200_000],
  [16_200_000, 10_800_000],
  [32_400_000, 21_600_000],
  [86_400_000, 43_200_000],
  [Infinity, 86_400_000],
];

/** Pixels of a panel that is one column wide, which limit the number of points. */
const COLUMN_PX = 72;

const UNITS_S: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };

/** The seconds of a duration such as "5m"; NaN for another text. */
export function seconds(duration: string): number {
  return Number.parseFloat(duration) * (UNITS_S[duration.at(-1) ?? ""] ?? NaN);
}

/** The default time range of a dashboard, in ms. */
export function defaultRangeMs({ time }: Dashboard): number {
  return seconds(time.from.replace("now-", "")) * 1000;
}

/** The step of a panel, in seconds. */
export function intervalS({ gridPos, interval }: Panel, { from, to, scrapeS }: View): number {
  const exact = (to - from) / (gridPos.w * COLUMN_PX);
  const [, rounded = 86_400_000] = ROUNDED.find(([below]) => exact < below) ?? [];
  return Math.max(rounded / 1000, interval === undefined ? scrapeS : seconds(interval));
}

/** The time range of a panel, which may have its own: a span such as "7d", or today. */
export function viewOf({ timeFrom }: Panel, view: View): View {
  if (timeFrom === undefined) return view;
  const today = Math.floor(view.to / 86_400_000) * 86_400_000;
  return { ...view, from: timeFrom === "now/d" ? today : view.to - seconds(timeFrom) * 1000 };
}

/** The request for a query of a panel, with all servers selected. */
export function panelQuery(
  panel: Panel,
  { expr, instant }: Target,
  dashboardView: View,
): PanelQuery {
  const view = viewOf(panel, dashboardView);
  const { from, to } = view;
  const stepS = intervalS(panel, view);
  const scrapeS = panel.interval === undefined ? view.scrapeS : seconds(panel.interval);
  const query = expr
    .replaceAll("$__rate_interval", `${Math.max(stepS + scrapeS, 4 * scrapeS)}s`)
    .replaceAll("$__interval", `${stepS}s`)
    .replaceAll("$__range", `${Math.round((to - from) / 1000)}s`)
    .replaceAll("$server", ".+");
  if (instant) return { query, at: to };
  const align = (ms: number) => Math.floor(ms / (stepS * 1000)) * stepS * 1000;
  return { query, at: to, range: { from: align(from), to: align(to), stepS } };
}

/**
 * The panel types of the dashboards. The dashboards define what they show, `dashboard.ts` their
 * positions.
 */
import * as bargauge from "@grafana/grafana-foundation-sdk/bargauge";
import * as common from "@grafana/grafana-foundation-sdk/common";
import * as sdk from "@grafana/grafana-foundation-sdk/dashboard";
import * as heatmap from "@grafana/grafana-foundation-sdk/heatmap";
import * as prometheus from "@grafana/grafana-foundation-sdk/prometheus";
import * as stat from "@grafana/grafana-foundation-sdk/stat";
import * as statetimeline from "@grafana/grafana-foundation-sdk/statetimeline";
import * as text from "@grafana/grafana-foundation-sdk/text";
import * as timeseries from "@grafana/grafana-foundation-sdk/timeseries";
import type { Names } from "./names.ts";

/** What all panel builders have; the SDK has no common type for it. */
export type Panel = sdk.PanelBuilder;

/** A query: an expression and a legend. */
export interface Query {
  readonly expr: string;
  readonly legend?: string;
}

/** Options of all panels. */
export interface PanelOptions {
  readonly title: string;
  /** What the values mean. */
  readonly description: string;
  readonly queries: readonly (Query | string)[];
  readonly unit?: string;
  readonly decimals?: number;
  readonly min?: number;
  readonly max?: number;
  /** A time range instead of the dashboard's: "7d", or "now/d" for today. */
  readonly timeFrom?: string;
  /** Shown if there is no data. */
  readonly noValue?: string;
  /** Thresholds: colours by the value from which they apply. */
  readonly steps?: readonly (readonly [from: number | null, colour: string])[];
  /** Texts instead of values. */
  readonly valueMappings?: Names;
  /** Display names and colours of series, by their names in the metrics. */
  readonly series?: Names;
}

/** The selected data source. */
export const SOURCE = { type: "prometheus", uid: "${datasource}" } as const;

type QueryType = "instant" | "range";

function target(query: Query | string, index: number, type: QueryType, table: boolean) {
  const { expr, legend = "__auto" } = typeof query === "string" ? { expr: query } : query;
  const builder = new prometheus.DataqueryBuilder()
    .datasource(SOURCE).refId(String.fromCharCode(65 + index)).expr(expr).legendFormat(legend)
    .editorMode(prometheus.QueryEditorMode.Code)
    .format(table ? prometheus.PromQueryFormat.Table : prometheus.PromQueryFormat.TimeSeries);
  return type === "instant" ? builder.instant() : builder.range();
}

/** Texts and colours by value, as Grafana's value mappings have them. */
export function textsByValue(
  names: Names,
): Record<string, { readonly text: string; readonly color: string; readonly index: number }> {
  return Object.fromEntries(
    Object.entries(names).map(([value, [text, color]], index) => [value, { text, color, index }]),
  );
}

/** Sets the options and queries of a panel. */
function configure<T>(builder: T, options: PanelOptions, type: QueryType, table = false): Panel {
  const panel = builder as unknown as Panel;
  panel.title(options.title).description(options.description).datasource(SOURCE);
  options.queries.forEach((query, index) => panel.withTarget(target(query, index, type, table)));
  if (options.unit !== undefined) panel.unit(options.unit);
  if (options.decimals !== undefined) panel.decimals(options.decimals);
  if (options.min !== undefined) panel.min(options.min);
  if (options.max !== undefined) panel.max(options.max);
  if (options.timeFrom !== undefined) panel.timeFrom(options.timeFrom);
  if (options.noValue !== undefined) panel.noValue(options.noValue);
  if (options.valueMappings !== undefined) {
    const { valueMappings } = options;
    panel.mappings([{ type: sdk.MappingType.ValueToText, options: textsByValue(valueMappings) }]);
  }
  const steps = (options.steps ?? [[null, "text"]]).map(([value, color]) => ({ value, color }));
  panel.thresholds(
    new sdk.ThresholdsConfigBuilder().mode(sdk.ThresholdsMode.Absolute)
      .steps(steps as sdk.Threshold[]),
  );
  for (const [name, [text, fixedColor]] of Object.entries(options.series ?? {})) {
    panel.overrideByName(name, [
      { id: "displayName", value: text },
      { id: "color", value: { mode: "fixed", fixedColor } },
    ]);
  }
  return panel;
}

function lastValue(): common.ReduceDataOptionsBuilder {
  return new common.ReduceDataOptionsBuilder().calcs(["lastNotNull"]).fields("").values(false);
}

function legend(): common.VizLegendOptionsBuilder {
  return new common.VizLegendOptionsBuilder().showLegend(true)
    .displayMode(common.LegendDisplayMode.List).placement(common.LegendPlacement.Bottom).calcs([]);
}

/** A stat panel: one or a few current values. `name` shows their names; `text` shows a label. */
export function statPanel(
  options: PanelOptions & {
    readonly name?: boolean;
    readonly background?: boolean;
    readonly text?: string;
  },
): Panel {
  const { background = false, name = false, text } = options;
  const panel = new stat.PanelBuilder()
    .reduceOptions(text === undefined ? lastValue() : lastValue().fields(text))
    .graphMode(common.BigValueGraphMode.None)
    .colorMode(background ? common.BigValueColorMode.Background : common.BigValueColorMode.Value)
    .justifyMode(common.BigValueJustifyMode.Auto)
    .textMode(name ? common.BigValueTextMode.ValueAndName : common.BigValueTextMode.Value)
    .orientation(common.VizOrientation.Auto);
  return configure(panel, options, "instant", text !== undefined);
}

/** A time series panel. `stacked` adds up the series; `line` draws the thresholds as dashed lines. */
export function timeSeriesPanel(
  options: PanelOptions & {
    readonly stacked?: boolean;
    readonly bars?: boolean;
    readonly every?: string;
    readonly line?: boolean;
    /** Values may be negative. */
    readonly signed?: boolean;
  },
): Panel {
  const { stacked = false, bars = false, line = false, signed = false, every } = options;
  const panel = new timeseries.PanelBuilder()
    .lineWidth(bars ? 0 : 1).fillOpacity(bars ? 80 : stacked ? 60 : 8)
    .showPoints(common.VisibilityMode.Never)
    .drawStyle(bars ? common.GraphDrawStyle.Bars : common.GraphDrawStyle.Line)
    .lineInterpolation(
      stacked ? common.LineInterpolation.StepAfter : common.LineInterpolation.Linear,
    )
    .spanNulls(false)
    .stacking(
      new common.StackingConfigBuilder().group("A")
        .mode(stacked ? common.StackingMode.Normal : common.StackingMode.None),
    )
    .legend(legend())
    .tooltip(
      new common.VizTooltipOptionsBuilder().mode(common.TooltipDisplayMode.Multi)
        .sort(common.SortOrder.Descending),
    );
  panel.colorScheme(
    new sdk.FieldColorBuilder().mode(sdk.FieldColorModeId.PaletteClassic),
  );
  if (every !== undefined) panel.interval(every);
  if (line) {
    panel.thresholdsStyle(
      new common.GraphThresholdsStyleConfigBuilder().mode(common.GraphThresholdsStyleMode.Dashed),
    );
  }
  return configure(panel, signed ? options : { min: 0, ...options }, "range");
}

/** A bar gauge with one bar per series, from instant queries. */
export function barGaugePanel(options: PanelOptions): Panel {
  const panel = new bargauge.PanelBuilder().reduceOptions(lastValue())
    .displayMode(common.BarGaugeDisplayMode.Basic).valueMode(common.BarGaugeValueMode.Text)
    .orientation(common.VizOrientation.Horizontal).showUnfilled(false)
    .namePlacement(common.BarGaugeNamePlacement.Left).minVizHeight(16).maxVizHeight(28);
  return configure(panel, { min: 0, steps: [[null, "blue"]], ...options }, "instant");
}

/** A state timeline. */
export function stateTimelinePanel(options: PanelOptions): Panel {
  const panel = new statetimeline.PanelBuilder().mergeValues(true).rowHeight(0.8)
    .showValue(common.VisibilityMode.Never).fillOpacity(80).lineWidth(0).legend(legend());
  return configure(panel, options, "range");
}

/** A heatmap with a row for each series. */
export function heatmapPanel(
  options: PanelOptions & { readonly every: string; readonly unit: string },
): Panel {
  const panel = new heatmap.PanelBuilder().calculate(false).interval(options.every)
    .cellValues(new heatmap.CellValuesBuilder().unit(options.unit))
    .color(
      new heatmap.HeatmapColorOptionsBuilder().mode(heatmap.HeatmapColorMode.Scheme)
        .scheme("Oranges").steps(64).exponent(0.5).scale(heatmap.HeatmapColorScale.Exponential)
        .fill("dark-orange").reverse(false),
    )
    .cellGap(1);
  return configure(panel, options, "range");
}

/** A text panel. */
export function textPanel(title: string, description: string, content: string): Panel {
  const panel = new text.PanelBuilder().mode(text.TextMode.Markdown).content(content);
  return (panel as unknown as Panel).title(title).description(description);
}

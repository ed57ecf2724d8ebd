/** Tables of current values: instant queries joined by a label, with formatted columns. */
import * as common from "@grafana/grafana-foundation-sdk/common";
import * as sdk from "@grafana/grafana-foundation-sdk/dashboard";
import * as prometheus from "@grafana/grafana-foundation-sdk/prometheus";
import * as tables from "@grafana/grafana-foundation-sdk/table";
import type { Names } from "./names.ts";
import { type Panel, SOURCE, textsByValue } from "./panel.ts";

/** A column: a label, or the value of a query. */
export interface Column {
  /** `Value #A` for the value of the first query; else a label. */
  readonly field: string;
  readonly title: string;
  readonly unit?: string;
  readonly decimals?: number;
  readonly width?: number;
  /** A bar from 0 to 1 instead of the value. */
  readonly bar?: boolean;
  readonly valueMappings?: Names;
}

/** Options of a table. */
export interface TableOptions {
  readonly title: string;
  readonly description: string;
  /** Shown if there are no rows. */
  readonly noValue: string;
  /** One for each value; those after the first have only the label that joins them. */
  readonly queries: readonly string[];
  /** The label that the rows of all queries are joined by. */
  readonly by: string;
  readonly columns: readonly Column[];
  /** Title of the column that the rows are ordered by, the largest first. */
  readonly sortBy?: string;
}

const COLOURED = { type: "color-text" };
const GAUGE = { type: "gauge", mode: "basic", valueDisplayMode: "text" };

function propertiesOf(
  { unit, decimals, width, bar, valueMappings }: Column,
): sdk.DynamicConfigValue[] {
  return [
    ...(unit === undefined ? [] : [{ id: "unit", value: unit }]),
    ...(decimals === undefined ? [] : [{ id: "decimals", value: decimals }]),
    ...(width === undefined ? [] : [{ id: "custom.width", value: width }]),
    ...(bar
      ? [
        { id: "min", value: 0 },
        { id: "max", value: 1 },
        { id: "custom.cellOptions", value: GAUGE },
        { id: "color", value: { mode: "fixed", fixedColor: "blue" } },
      ]
      : []),
    ...(valueMappings === undefined ? [] : [
      { id: "mappings", value: [{ type: "value", options: textsByValue(valueMappings) }] },
      { id: "custom.cellOptions", value: COLOURED },
    ]),
  ];
}

/** A table of the results of all queries, joined by `by`. */
export function table(options: TableOptions): Panel {
  const { title, description, noValue, queries, by, columns, sortBy } = options;
  const panel = new tables.PanelBuilder().title(title).description(description).datasource(SOURCE)
    .noValue(noValue).showHeader(true);
  queries.forEach((expr, index) =>
    panel.withTarget(
      new prometheus.DataqueryBuilder().datasource(SOURCE).expr(expr)
        .refId(String.fromCharCode(65 + index)).legendFormat("__auto")
        .editorMode(prometheus.QueryEditorMode.Code)
        .format(prometheus.PromQueryFormat.Table).instant(),
    )
  );
  if (queries.length > 1) {
    panel.withTransformation({ id: "joinByField", options: { byField: by, mode: "outer" } });
  }
  const shown = columns.map(({ field }) => field);
  panel.withTransformation({
    id: "filterFieldsByName",
    options: { include: { names: shown } },
  });
  panel.withTransformation({
    id: "organize",
    options: {
      excludeByName: {},
      indexByName: Object.fromEntries(shown.map((field, index) => [field, index])),
      renameByName: Object.fromEntries(columns.map(({ field, title }) => [field, title])),
    },
  });
  // The text without rows must not be shown in empty cells.
  panel.overrideByRegexp("/.*/", [{ id: "noValue", value: "–" }]);
  for (const column of columns) {
    const properties = propertiesOf(column);
    if (properties.length > 0) panel.overrideByName(column.title, properties);
  }
  if (sortBy !== undefined) {
    panel.sortBy([new common.TableSortByFieldStateBuilder().displayName(sortBy).desc(true)]);
  }
  return panel as unknown as Panel;
}

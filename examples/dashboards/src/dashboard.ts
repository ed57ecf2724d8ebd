/**
 * What the dashboards have in common: variables, links, and panels laid out in rows.
 */
import * as sdk from "@grafana/grafana-foundation-sdk/dashboard";
import type { Panel } from "./panel.ts";

/** Panels side by side, each with its width; the widths add up to 24. */
export interface Row {
  readonly heading?: string;
  readonly height: number;
  readonly panels: readonly (readonly [width: number, panel: Panel])[];
}

/** A dashboard before it is laid out. */
export interface Plan {
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly rows: readonly Row[];
  /** The query for the server names. */
  readonly servers?: string;
}

/** The classic schema as of Grafana 10.4; later ones read it. */
const SCHEMA = 39;

const WIDTH = 24;

function serverVariable(query: string): sdk.QueryVariableBuilder {
  return new sdk.QueryVariableBuilder("server").label("Server")
    .datasource({ type: "prometheus", uid: "${datasource}" })
    .query({ qryType: 1, query, refId: "PrometheusVariableQueryEditor-VariableQuery" })
    .definition(query)
    .refresh(sdk.VariableRefresh.OnTimeRangeChanged).sort(sdk.VariableSort.AlphabeticalAsc)
    .multi(true).includeAll(true).allValue(".+")
    .current({ selected: true, text: ["All"], value: ["$__all"] });
}

/** The dashboard of a plan, as Grafana imports it. */
export function buildDashboard(plan: Plan): sdk.Dashboard {
  const builder = new sdk.DashboardBuilder(plan.title).uid(plan.uid).description(plan.description)
    .tags(["plex"]).editable().tooltip(sdk.DashboardCursorSync.Crosshair)
    .time({ from: "now-24h", to: "now" }).refresh("30s")
    .timezone("browser")
    .withVariable(
      new sdk.DatasourceVariableBuilder("datasource").label("Data source").type("prometheus"),
    )
    .withVariable(serverVariable(plan.servers ?? "label_values(plex_up, server)"))
    .link(
      new sdk.DashboardLinkBuilder("Plex").type(sdk.DashboardLinkType.Dashboards).tags(["plex"])
        .asDropdown(false).includeVars(true).keepTime(true).targetBlank(false),
    );
  let id = 0;
  let y = 0;
  for (const { heading, height, panels } of plan.rows) {
    if (heading !== undefined) {
      id += 1;
      builder.withRow(new sdk.RowBuilder(heading).id(id).gridPos({ h: 1, w: WIDTH, x: 0, y }));
      y += 1;
    }
    let x = 0;
    for (const [w, panel] of panels) {
      id += 1;
      // The builder does not set ids.
      builder.withPanel(panel.id(id).gridPos({ h: height, w, x, y }));
      x += w;
    }
    if (x !== WIDTH) throw new RangeError(`A row of "${plan.title}" is ${x} wide`);
    y += height;
  }
  return { ...builder.build(), schemaVersion: SCHEMA };
}

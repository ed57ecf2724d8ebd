/** Loads the dashboards and rules of `examples/`. */
import { parse } from "yaml";
import { EXAMPLES } from "../testing/example_files.ts";

/** A query of a panel. */
export interface Target {
  readonly expr: string;
  readonly refId: string;
  readonly legendFormat?: string;
  readonly instant?: boolean;
  readonly range?: boolean;
}

interface Override {
  readonly matcher: { readonly id: string; readonly options: string };
  readonly properties: readonly { readonly id: string; readonly value: unknown }[];
}

/** A panel, as far as the tests read it. */
export interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly gridPos: {
    readonly x: number;
    readonly y: number;
    readonly w: number;
    readonly h: number;
  };
  readonly interval?: string;
  /** The time range of the panel itself. */
  readonly timeFrom?: string;
  readonly targets?: readonly Target[];
  readonly datasource?: { readonly uid: string };
  readonly fieldConfig?: {
    readonly defaults: {
      readonly unit?: string;
      readonly noValue?: string;
    };
    readonly overrides: readonly Override[];
  };
  readonly transformations?: readonly {
    readonly id: string;
    readonly options: {
      readonly byField?: string;
      readonly include?: { readonly names: readonly string[] };
      readonly renameByName?: Readonly<Record<string, string>>;
    };
  }[];
}

/** A dashboard, as far as the tests read it. */
export interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly tags: readonly string[];
  readonly time: { readonly from: string; readonly to: string };
  readonly refresh: string;
  readonly links: readonly {
    readonly type: string;
    readonly tags: readonly string[];
    readonly keepTime: boolean;
    readonly includeVars: boolean;
  }[];
  readonly panels: readonly Panel[];
  readonly templating: {
    readonly list: readonly {
      readonly name: string;
      readonly type: string;
      readonly definition?: string;
      readonly multi?: boolean;
      readonly includeAll?: boolean;
      readonly allValue?: string;
    }[];
  };
}

/** The files of the dashboards. */
export const FILES: readonly string[] = [
  "overview.json",
  "now-playing.json",
  "users-and-titles.json",
  "libraries.json",
  "storage.json",
  "exporter-health.json",
  "Media Server.json",
];

/** The JSON of a dashboard, by its file name. */
export function dashboardText(name: string): string {
  return Deno.readTextFileSync(new URL(`dashboards/${encodeURIComponent(name)}`, EXAMPLES));
}

/** The dashboards, in the order of their files. */
export const DASHBOARDS: readonly Dashboard[] = FILES.map((name) =>
  JSON.parse(dashboardText(name))
);

/** An alert or a recording rule. */
export interface Rule {
  readonly kind: "alert" | "record";
  readonly name: string;
  readonly expr: string;
  readonly for?: string | undefined;
  readonly summary?: string | undefined;
  readonly description?: string | undefined;
  readonly severity?: string | undefined;
}

/** A rule as it stands in the file. */
interface WrittenRule {
  readonly alert?: string;
  readonly record?: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels?: { readonly severity?: string };
  readonly annotations?: { readonly summary?: string; readonly description?: string };
}

/** The rules of `alerts.yml`. */
export function readRules(): readonly Rule[] {
  const text = Deno.readTextFileSync(new URL("prometheus/alerts.yml", EXAMPLES));
  const { groups }: { groups: { rules: WrittenRule[] }[] } = parse(text);
  return groups.flatMap(({ rules }) => rules)
    .map(({ alert, record, expr, for: held, labels, annotations }) => ({
      kind: alert === undefined ? "record" : "alert",
      name: alert ?? record ?? "",
      expr,
      for: held,
      summary: annotations?.summary,
      description: annotations?.description,
      severity: labels?.severity,
    }));
}

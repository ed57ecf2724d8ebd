/** Loads the dashboards and rules of `examples/`. */
import { EXAMPLES } from "../testing/example_files.ts";

/** A query of a panel. */
export interface Target {
  readonly expr: string;
  readonly refId: string;
  readonly legendFormat?: string;
  readonly instant?: boolean;
  readonly range?: boolean;
  readonly format?: string;
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
  readonly options?: Readonly<Record<string, unknown>>;
  readonly fieldConfig?: {
    readonly defaults: {
      readonly unit?: string;
      readonly noValue?: string;
      readonly mappings?: readonly unknown[];
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
  readonly schemaVersion: number;
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

/** The rules of `alerts.yml`. Parses only the YAML that this file uses. */
export function readRules(): readonly Rule[] {
  const text = Deno.readTextFileSync(new URL("prometheus/alerts.yml", EXAMPLES));
  return text.split(/^ {6}- (?=alert:|record:)/m).slice(1).map((block) => {
    const [, kind, name] = /^(alert|record): (\S+)/.exec(block) ?? [];
    const field = (label: string) => {
      const pattern = new RegExp(`^ +${label}: (?:>-\\n((?: {10,}.*\\n)+)|(.*))`, "m");
      const [, folded, plain] = pattern.exec(block) ?? [];
      return folded?.replace(/\s+/g, " ").trim() ?? plain?.replace(/^"(.*)"$/, "$1");
    };
    return {
      kind: kind as Rule["kind"],
      name: name ?? "",
      expr: field("expr") ?? "",
      for: field("for"),
      summary: field("summary"),
      description: field("description"),
      severity: field("severity"),
    };
  });
}

/** A linter for dashboards and rules. */
import { families } from "../../src/metrics/families.ts";
import type { Dashboard, Panel } from "./load.ts";
import { parse } from "./promql.ts";

interface Known {
  readonly labels: readonly string[];
  readonly isCounter: boolean;
}

const IDENTITY = {
  legacy: ["server_type", "server", "server_id"],
  server: ["server", "server_id"],
  none: [],
};

/** Labels that Prometheus adds to every series of a target. */
const TARGET = ["job", "instance"];

/** All series names with their labels. */
export function knownSeries(): Map<string, Known> {
  const known = new Map<string, Known>();
  for (const { name, type, labels, identity } of families({ legacy: true })) {
    const all = [...IDENTITY[identity], ...labels, ...TARGET];
    if (type !== "histogram") known.set(name, { labels: all, isCounter: type === "counter" });
    else {
      known.set(`${name}_bucket`, { labels: [...all, "le"], isCounter: true });
      known.set(`${name}_sum`, { labels: all, isCounter: true });
      known.set(`${name}_count`, { labels: all, isCounter: true });
    }
  }
  for (const name of ["up", "scrape_duration_seconds", "scrape_samples_scraped"]) {
    known.set(name, { labels: TARGET, isCounter: false });
  }
  return known;
}

function holdsControl(text: string): boolean {
  // deno-lint-ignore no-control-regex
  return /[\x00-\x1f\x7f]/.test(text);
}

/** Every text of a JSON value, including keys. */
function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, each]) => [name, ...textsIn(each)]);
}

const OF_COUNTERS = ["rate", "increase", "irate", "resets"];
const OF_GAUGES = ["delta", "deriv", "idelta", "predict_linear"];

/** Problems of an expression. `fixed` allows windows that do not depend on the time range. */
export function lintExpression(
  expression: string,
  known: ReadonlyMap<string, Known>,
  { fixed = false }: { readonly fixed?: boolean } = {},
): string[] {
  const { errors, selectors, grouping, created } = parse(expression);
  const found = errors.map((error) => `is not PromQL ${error}`);
  if (holdsControl(expression)) found.push("holds a control character");
  const labels = new Set(created);
  for (const selector of selectors) {
    const { metric, fn = "", range } = selector;
    const family = known.get(metric);
    if (family === undefined) {
      found.push(`uses ${metric}, which does not exist`);
      continue;
    }
    family.labels.forEach((label) => labels.add(label));
    for (const label of selector.labels) {
      if (!family.labels.includes(label)) found.push(`matches ${label}, which ${metric} lacks`);
    }
    if (OF_COUNTERS.includes(fn) && !family.isCounter) {
      found.push(`takes ${fn}() of a gauge, ${metric}`);
    }
    if (OF_GAUGES.includes(fn) && family.isCounter) {
      found.push(`takes ${fn}() of a counter, ${metric}`);
    }
    if (!fixed && OF_COUNTERS.includes(fn) && !range?.startsWith("$__")) {
      found.push(`has a fixed window in ${fn}() of ${metric}`);
    }
    if (/^i?rate$/.test(fn) && range?.startsWith("$__") && range !== "$__rate_interval") {
      found.push(`takes ${fn}() over ${range}`);
    }
  }
  for (const label of grouping) {
    if (!labels.has(label)) found.push(`groups by ${label}, which none of its metrics has`);
  }
  return found;
}

/** Problems of the queries of a panel and of the labels it uses. */
function lintQueries(panel: Panel, known: ReadonlyMap<string, Known>): string[] {
  const { targets = [], transformations = [] } = panel;
  const found: string[] = [];
  const labels = new Set<string>();
  for (const { expr, legendFormat = "", instant, range, refId } of targets) {
    found.push(...lintExpression(expr, known).map((each) => `${refId} ${each}`));
    const { selectors, created, grouping } = parse(expr);
    for (const { metric } of selectors) {
      known.get(metric)?.labels.forEach((each) => labels.add(each));
    }
    created.forEach((each) => labels.add(each));
    for (const [, label = ""] of legendFormat.matchAll(/{{\s*(\w+)\s*}}/g)) {
      const kept = grouping.length === 0 || grouping.includes(label);
      if (!labels.has(label) || (!kept && /^\w*\(?.*\bby\b/.test(expr))) {
        found.push(`${refId} names series by ${label}, which they lack`);
      }
    }
    if (Boolean(instant) === Boolean(range)) {
      found.push(`${refId} must be either instant or over time`);
    }
    if (Boolean(instant) !== INSTANT_TYPES.includes(panel.type)) {
      found.push(`${refId} is ${instant ? "" : "not "}instant in a ${panel.type}`);
    }
  }
  const columns = new Set([...labels, "Value", ...targets.map(({ refId }) => `Value #${refId}`)]);
  for (const { options: { byField, include, renameByName = {} } } of transformations) {
    for (const name of [byField ?? [], include?.names ?? [], Object.keys(renameByName)].flat()) {
      if (!columns.has(name)) found.push(`has the column ${name}, which no query gives`);
    }
  }
  return found;
}

/** Types of panels with instant queries. */
const INSTANT_TYPES = ["stat", "bargauge", "table"];
const PANEL_TYPES = [...INSTANT_TYPES, "timeseries", "heatmap", "state-timeline"];

function lintPanel(panel: Panel, known: ReadonlyMap<string, Known>): string[] {
  if (panel.type === "row") return [];
  const { description = "", datasource, fieldConfig, targets = [], type } = panel;
  const found: string[] = [];
  if (description.length < 10) found.push("has no description");
  if (type === "text") return found;
  if (!PANEL_TYPES.includes(type)) found.push(`is a ${type}, which this linter does not know`);
  if (datasource?.uid !== "${datasource}") found.push("does not ask the chosen data source");
  if (targets.length === 0) found.push("has no query");
  const canBeEmpty = !targets.every(({ expr }) => expr.endsWith("or vector(0)"));
  if (canBeEmpty && fieldConfig?.defaults.noValue === undefined) found.push('may say "No data"');
  const unit = fieldConfig?.defaults.unit;
  for (const { expr } of targets) {
    if (type === "table") continue;
    const expected = unitOf(expr);
    if (expected !== undefined && !expected.includes(unit ?? "none")) {
      found.push(`shows ${expr} in ${unit ?? "no unit"}, not in ${expected.join(" or ")}`);
    }
  }
  return [...found, ...lintQueries(panel, known)];
}

/** The units that are right for an expression; undefined if any is. */
function unitOf(expr: string): readonly string[] | undefined {
  const metric = parse(expr).selectors[0]?.metric ?? "";
  const isRate = /\brate\(/.test(expr);
  if (/^count\b|count by|\/ \(/.test(expr)) return undefined;
  if (/\) \/ sum\b/.test(expr)) return ["percentunit"];
  if (/timestamp_seconds.*\* 1000$/.test(expr)) return ["dateTimeFromNow"];
  if (expr.includes("* 8")) return ["bps"];
  if (expr.endsWith("/ 3600")) return ["suffix: h"];
  if (/bits_per_second/.test(metric)) return ["bps"];
  if (/bytes/.test(metric)) return isRate ? ["Bps"] : ["bytes"];
  if (/_ratio$/.test(metric) && !/speed/.test(metric)) return ["percentunit"];
  if (/seconds/.test(metric)) {
    return isRate && !/bucket/.test(metric) ? ["none", "percentunit"] : ["s"];
  }
  return undefined;
}

const LINK = { type: "dashboards", tags: ["plex"], keepTime: true, includeVars: true };

/** Problems of the properties that all dashboards share. */
function lintCommon({ links, refresh, tags, templating, time }: Dashboard): string[] {
  const [source, server, ...more] = templating.list;
  const isChoice = source?.name === "datasource" && source.type === "datasource" &&
    server?.name === "server" && server.multi && server.includeAll && server.allValue === ".+";
  const [link, ...others] = links;
  const isLink = Object.entries(LINK).every(([name, value]) =>
    String(link?.[name as keyof typeof LINK]) === String(value)
  );
  return [
    ...(tags.join() === "plex" ? [] : ["is not tagged plex"]),
    ...(time.from === "now-24h" && time.to === "now" ? [] : ["does not show 24 hours"]),
    ...(refresh === "30s" ? [] : ["is not refreshed every 30 s"]),
    ...(isChoice && more.length === 0 ? [] : ["offers no choice of data source and servers"]),
    ...(isLink && others.length === 0 ? [] : ["has no links that keep time and variables"]),
  ];
}

/** Problems of a dashboard. */
export function lintDashboard(dashboard: Dashboard): string[] {
  const known = knownSeries();
  const { panels, templating, title } = dashboard;
  const found = lintCommon(dashboard).map((what) => `${title} ${what}`);
  for (const text of textsIn(dashboard).filter(holdsControl)) {
    found.push(`${title} holds a control character in ${JSON.stringify(text)}`);
  }
  const report = (panel: Panel, what: string) => found.push(`${title}: ${panel.title} ${what}`);
  const ids = panels.map(({ id }) => id);
  if (ids.some((id) => !Number.isInteger(id) || id < 1) || new Set(ids).size !== ids.length) {
    found.push(`${title}: the ids of its panels are not unique: ${ids.join()}`);
  }
  panels.forEach((panel, index) => {
    const { x, y, w, h } = panel.gridPos;
    if (x < 0 || x + w > 24 || w < 1 || h < 1) report(panel, "is not in the grid");
    for (const other of panels.slice(0, index)) {
      const { x: left, y: top, w: width, h: height } = other.gridPos;
      if (x < left + width && left < x + w && y < top + height && top < y + h) {
        report(panel, `overlaps ${other.title}`);
      }
    }
    lintPanel(panel, known).forEach((what) => report(panel, what));
  });
  for (const { name, definition } of templating.list) {
    if (name === "datasource") continue;
    const [, metric = "", label = ""] = /^label_values\((\w+), (\w+)\)$/.exec(definition ?? "") ??
      [];
    if (!known.get(metric)?.labels.includes(label)) {
      found.push(`${title}: the variable ${name} uses a label that does not exist: ${definition}`);
    }
  }
  return found;
}

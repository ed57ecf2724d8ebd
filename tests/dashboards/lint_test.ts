/** The dashboards and rules in `examples/`: generated, linted and complete. */
import assert from "node:assert/strict";
import { DASHBOARDS as GENERATED } from "../../examples/dashboards/src/all.ts";
import { families } from "../../src/metrics/families.ts";
import { knownSeries, lintDashboard, lintExpression } from "./lint.ts";
import { EXAMPLES } from "../testing/example_files.ts";
import { DASHBOARDS, dashboardText, FILES, type Panel, readRules } from "./load.ts";
import { parse } from "./promql.ts";

/** Families in no panel and no alert, each with a reason. */
const NOT_CHARTED: Readonly<Record<string, string>> = {};

Deno.test("the dashboards in examples/ are those that their code generates", () => {
  assert.deepEqual([...GENERATED.keys()], FILES);
  for (const [name, text] of GENERATED) {
    assert.ok(
      text === dashboardText(name),
      `${name} differs from what its code generates: run deno task dashboards`,
    );
  }
  const there = [...Deno.readDirSync(new URL("dashboards/", EXAMPLES))]
    .filter(({ isFile }) => isFile).map(({ name }) => name)
    .filter((name) => name !== "README.md");
  assert.deepEqual(there.sort(), [...FILES].sort());
});

Deno.test("no dashboard has a problem", () => {
  assert.deepEqual(DASHBOARDS.flatMap(lintDashboard), []);
  assert.equal(new Set(DASHBOARDS.map(({ uid }) => uid)).size, FILES.length);
});

Deno.test("no alert or recording rule has a problem", () => {
  const known = knownSeries();
  const rules = readRules();
  for (const { kind, name } of rules) {
    if (kind === "record") {
      known.set(name, { labels: ["server", "server_id", "hardware", "user"], isCounter: false });
    }
  }
  const found = rules.flatMap(({ name, kind, expr, summary, description, severity }) => [
    ...lintExpression(expr, known, { fixed: true }).map((each) => `${name} ${each}`),
    ...(kind === "alert" && (!summary || !description)
      ? [`${name} does not say what it means`]
      : []),
    ...(kind === "alert" && !["critical", "warning", "info"].includes(severity ?? "")
      ? [`${name} has no severity`]
      : []),
  ]);
  assert.deepEqual(found, []);
  assert.ok(rules.length > 15);
});

Deno.test("every family is in a panel or an alert, or has a reason not to be", () => {
  const expressions = [
    ...DASHBOARDS.flatMap(({ panels }) => panels.flatMap(({ targets = [] }) => targets)),
    ...readRules(),
  ].map(({ expr }) => expr);
  const used = new Set(
    expressions.flatMap((expr) => parse(expr).selectors.map(({ metric }) => metric)),
  );
  const unused = families({ legacy: true })
    .map(({ name }) => name)
    .filter((name) => !["", "_bucket", "_sum", "_count"].some((end) => used.has(name + end)));
  assert.deepEqual(unused.filter((name) => NOT_CHARTED[name] === undefined), []);
  assert.deepEqual(Object.keys(NOT_CHARTED).filter((name) => !unused.includes(name)), []);
});

const WRONG_EXPRESSIONS: Readonly<Record<string, RegExp>> = {
  "sum(plex_sessions": /not PromQL/,
  "plex_seshuns": /does not exist/,
  'plex_up{user="x"}': /matches user/,
  "sum by (user) (plex_sessions)": /groups by user/,
  "rate(plex_sessions[$__rate_interval])": /rate\(\) of a gauge/,
  "delta(plex_plays_total[$__range])": /delta\(\) of a counter/,
  "increase(plex_plays_total[5m])": /fixed window/,
  "rate(plex_plays_total[5m])": /fixed window/,
  "rate(plex_plays_total[$__interval])": /rate\(\) over \$__interval/,
  "irate(plex_plays_total[$__range])": /irate\(\) over \$__range/,
  "plex_up\u0007": /control character/,
};

Deno.test("lintExpression() reports each problem of an expression", () => {
  const known = knownSeries();
  for (const [expression, problem] of Object.entries(WRONG_EXPRESSIONS)) {
    assert.match(lintExpression(expression, known).join(), problem, expression);
  }
});

const TARGET = { refId: "A", expr: "plex_up", instant: true };

/** Changes of the first panel, which shows `plex_up`, and the problem of each. */
const WRONG_PANELS: readonly (readonly [change: object, problem: RegExp])[] = [
  [{ id: 2 }, /ids/],
  [{ id: 0 }, /ids/],
  [{ gridPos: { x: 3, y: 0, w: 3, h: 4 } }, /overlaps/],
  [{ gridPos: { x: 22, y: 90, w: 3, h: 4 } }, /not in the grid/],
  [{ description: "" }, /no description/],
  [{ type: "piechart" }, /does not know/],
  [{ datasource: { uid: "prometheus" } }, /chosen data source/],
  [{ targets: [] }, /no query/],
  [{ fieldConfig: { defaults: {}, overrides: [] } }, /No data/],
  [{ targets: [{ ...TARGET, expr: "plex_host_cpu_ratio" }] }, /percentunit/],
  [{ targets: [{ ...TARGET, expr: "plex_library_storage_bytes" }] }, /in bytes/],
  [{ targets: [{ ...TARGET, legendFormat: "{{user}}" }] }, /names series by user/],
  [{ targets: [{ ...TARGET, range: true }] }, /either instant or over time/],
  [{ targets: [{ ...TARGET, instant: false }] }, /either instant or over time/],
  [{ targets: [{ ...TARGET, instant: false, range: true }] }, /not instant in a stat/],
  [{ type: "timeseries" }, /is instant in a timeseries/],
  [{ title: "Up\u0007" }, /control character/],
  [{ transformations: [{ id: "organize", options: { byField: "user" } }] }, /column user/],
  [
    { transformations: [{ id: "organize", options: { renameByName: { "a\u0000": "b" } } }] },
    /control character/,
  ],
];

Deno.test("lintDashboard() reports each problem of a panel", () => {
  const [overview] = DASHBOARDS;
  assert.ok(overview);
  const [first, ...rest] = overview.panels;
  for (const [change, problem] of WRONG_PANELS) {
    const found = lintDashboard({
      ...overview,
      panels: [{ ...first, ...change } as Panel, ...rest],
    });
    assert.match(found.join(), problem, JSON.stringify(change));
  }
});

Deno.test("lintDashboard() reports missing properties that all dashboards share", () => {
  const [overview] = DASHBOARDS;
  assert.ok(overview);
  const [source, server] = overview.templating.list;
  const [link] = overview.links;
  assert.ok(source && server && link);
  const list = (change: object) => ({ templating: { list: [source, { ...server, ...change }] } });
  const wrong: readonly (readonly [change: object, problem: RegExp])[] = [
    [{ tags: [] }, /tagged/],
    [{ time: { from: "now-7d", to: "now" } }, /24 hours/],
    [{ refresh: "5m" }, /30 s/],
    [{ templating: { list: [source] } }, /no choice/],
    [list({ multi: false }), /no choice/],
    [list({ allValue: "" }), /no choice/],
    [list({ definition: "label_values(plex_up, user)" }), /does not exist/],
    [{ links: [] }, /links/],
    [{ links: [{ ...link, keepTime: false }] }, /links/],
    [{ links: [{ ...link, includeVars: false }] }, /links/],
  ];
  for (const [change, problem] of wrong) {
    assert.match(lintDashboard({ ...overview, ...change }).join(), problem, JSON.stringify(change));
  }
});

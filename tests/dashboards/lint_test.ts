/** The dashboards and rules in `examples/` against their own code and the catalogue. */
import assert from "node:assert/strict";
import { DASHBOARDS as GENERATED } from "../../examples/dashboards/src/all.ts";
import { catalogue } from "../../src/metrics/catalogue.ts";
import { knownSeries, lintDashboard, lintExpression } from "./lint.ts";
import { DASHBOARDS, dashboardText, EXAMPLES, FILES, readRules } from "./load.ts";
import { parse } from "./promql.ts";

/** Families in no panel and no alert, each with the reason. There are none at present. */
const NOT_CHARTED: Readonly<Record<string, string>> = {};

Deno.test("the dashboards in examples/ are what their code makes", () => {
  assert.deepEqual([...GENERATED.keys()], FILES);
  for (const [name, text] of GENERATED) {
    assert.ok(
      text === dashboardText(name),
      `${name} is not what its code makes: deno task dashboards`,
    );
  }
  const there = [...Deno.readDirSync(new URL("dashboards/", EXAMPLES))]
    .filter(({ isFile }) => isFile).map(({ name }) => name);
  assert.deepEqual(there.sort(), [...FILES].sort());
});

Deno.test("nothing is wrong with any dashboard", () => {
  assert.deepEqual(DASHBOARDS.flatMap(lintDashboard), []);
  assert.equal(new Set(DASHBOARDS.map(({ uid }) => uid)).size, FILES.length);
  for (const { tags } of DASHBOARDS) assert.deepEqual(tags, ["plex"]);
});

Deno.test("nothing is wrong with any alert or recording rule", () => {
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

Deno.test("every family is in a panel or an alert, or is excused with a reason", () => {
  const expressions = [
    ...DASHBOARDS.flatMap(({ panels }) => panels.flatMap(({ targets = [] }) => targets)),
    ...readRules(),
  ].map(({ expr }) => expr);
  const used = new Set(
    expressions.flatMap((expr) => parse(expr).selectors.map(({ metric }) => metric)),
  );
  const unused = catalogue({ compatible: true })
    .map(({ name }) => name)
    .filter((name) => !["", "_bucket", "_sum", "_count"].some((end) => used.has(name + end)));
  assert.deepEqual(unused.filter((name) => NOT_CHARTED[name] === undefined), []);
  assert.deepEqual(Object.keys(NOT_CHARTED).filter((name) => !unused.includes(name)), []);
});

Deno.test("the linter sees what it is there to see", () => {
  const known = knownSeries();
  const wrong: Readonly<Record<string, RegExp>> = {
    "sum(plex_sessions": /no PromQL/,
    "plex_seshuns": /not in the catalogue/,
    'plex_up{user="x"}': /matches user/,
    "sum by (user) (plex_sessions)": /groups by user/,
    "rate(plex_sessions[$__rate_interval])": /rate\(\) of a gauge/,
    "delta(plex_plays_total[$__range])": /delta\(\) of a counter/,
    "increase(plex_plays_total[5m])": /fixed window/,
    "rate(plex_plays_total[$__interval])": /over \$__interval/,
    "plex_up\u0007": /control character/,
  };
  for (const [expression, says] of Object.entries(wrong)) {
    assert.match(lintExpression(expression, known).join(), says, expression);
  }
  const [overview] = DASHBOARDS;
  assert.ok(overview);
  const [first, second, ...rest] = overview.panels;
  assert.ok(first && second);
  const broken = (change: object) =>
    lintDashboard({ ...overview, panels: [{ ...first, ...change }, second, ...rest] }).join();
  assert.match(broken({ id: second.id }), /ids/);
  assert.match(broken({ gridPos: second.gridPos }), /lies over/);
  assert.match(broken({ description: "" }), /no description/);
  assert.match(broken({ fieldConfig: { defaults: {}, overrides: [] } }), /No data/);
  assert.match(
    broken({ targets: [{ refId: "A", expr: "plex_host_cpu_ratio", instant: true }] }),
    /percentunit/,
  );
  assert.match(
    broken({ targets: [{ refId: "A", expr: "plex_up", legendFormat: "{{user}}", instant: true }] }),
    /names series by user/,
  );
});

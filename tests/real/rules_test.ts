/** The alerts and recording rules in `examples/`, by promtool: when they fire and when not. */
import assert from "node:assert/strict";
import { readRules } from "../dashboards/load.ts";
import { EXAMPLES } from "../testing/example_files.ts";
import { CASES, type Input } from "../dashboards/rules/cases.ts";
import { parse } from "../dashboards/promql.ts";
import { runProcess, withFolder } from "../testing/program.ts";
import { findTool } from "../testing/tools.ts";

const RULES = new URL("prometheus/alerts.yml", EXAMPLES).pathname;

const DAY_MINUTES = 1_440;

function series(input: Input): string {
  return Object.entries(input)
    .map(([name, values]) => `      - series: '${name}'\n        values: '${values}'\n`)
    .join("");
}

/** A promtool test in which exactly this alert fires at the end, or none of that name ever does. */
function test(alert: string, input: Input, after: number, fires: boolean): string {
  const [rule] = readRules().filter(({ name }) => name === alert);
  assert.ok(rule, alert);
  // The count is all that is asked for: labels and words are Prometheus' own affair.
  const firing = `ALERTS{alertname="${alert}",alertstate="firing"}`;
  const query = fires ? firing : `count_over_time(${firing}[${after}m])`;
  return `  - interval: 1m
    input_series:
${series(input)}    promql_expr_test:
      - expr: 'count(${query}) or vector(0)'
        eval_time: ${after}m
        exp_samples:
          - labels: '{}'
            value: ${fires ? 1 : 0}
`;
}

async function promtool(
  folder: string,
  tests: readonly string[],
  interval = "1m",
): Promise<void> {
  const file = `${folder}/rules.test.yml`;
  const head = `rule_files: ["${RULES}"]\nevaluation_interval: ${interval}\ntests:\n`;
  await Deno.writeTextFile(file, head + tests.join(""));
  const { code, stdout, stderr } = await runProcess(findTool("promtool"), ["test", "rules", file]);
  assert.equal(code, 0, stdout + stderr);
}

Deno.test("promtool takes the rules", async () => {
  const { code, stdout } = await runProcess(findTool("promtool"), ["check", "rules", RULES]);
  assert.equal(code, 0, stdout);
  assert.match(stdout, new RegExp(`${readRules().length} rules found`));
});

Deno.test("every alert has a case that fires and one that is near and silent", async () => {
  const alerts = readRules().filter(({ kind }) => kind === "alert").map(({ name }) => name);
  assert.deepEqual(Object.keys(CASES).sort(), alerts.toSorted());
  for (const { name, expr } of readRules().filter(({ kind }) => kind === "alert")) {
    const query = parse(expr).selectors.map(({ metric }) => metric);
    for (const input of [CASES[name]?.firing ?? {}, CASES[name]?.silent ?? {}]) {
      const given = Object.keys(input).map((series) => series.split("{")[0] ?? "");
      assert.ok(given.some((metric) => query.includes(metric)), `${name} is not near its case`);
    }
  }
  await withFolder(async (folder) => {
    const tests = (isLong: boolean) =>
      Object.entries(CASES).filter(([, { after }]) => after > DAY_MINUTES === isLong)
        .flatMap(([alert, { firing, silent, after }]) => [
          test(alert, firing, after, true),
          test(alert, silent, after, false),
        ]);
    await promtool(folder, tests(false));
    // All rules are evaluated each time, for a day and longer.
    await promtool(folder, tests(true), "5m");
  });
});

Deno.test("the recording rules record what the panels query", async () => {
  const S = 'server="attic",server_id="a1"';
  const inputs: Input = {
    [`plex_sessions{${S},state="playing",decision="transcode",location="lan"}`]: "2x120",
    [`plex_sessions{${S},state="paused",decision="transcode",location="lan"}`]: "5x120",
    [`plex_sessions{${S},state="playing",decision="direct_play",location="lan"}`]: "1x120",
    [`plex_video_transcodes{${S},hardware="full"}`]: "2x120",
    [`plex_play_seconds_total{${S},user="otis",decision="transcode"}`]: "0+60x120",
  };
  const recorded = {
    [`plex:sessions_playing{${S}}`]: 3,
    [`plex:video_transcodes{hardware="full",${S}}`]: 2,
    [`plex:play_seconds:increase1h{${S},user="otis"}`]: 3600,
  };
  const samples = Object.entries(recorded).map(([labels, value]) =>
    `      - expr: '${labels.split("{")[0]}'
        eval_time: 100m
        exp_samples:
          - labels: '${labels}'
            value: ${value}
`
  );
  await withFolder((folder) =>
    promtool(folder, [
      `  - interval: 1m\n    input_series:\n${series(inputs)}    promql_expr_test:\n${
        samples.join("")
      }`,
    ])
  );
});

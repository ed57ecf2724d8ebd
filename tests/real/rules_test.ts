/** The alerts and recording rules in `examples/`, tested by promtool. */
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

/** A promtool test in which the alert fires exactly once at the end, or has not fired by then. */
function alertTest(alert: string, input: Input, after: number, fires: boolean): string {
  const [rule] = readRules().filter(({ name }) => name === alert);
  assert.ok(rule, alert);
  // Only the count is tested: Prometheus itself fills in labels and annotations.
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

Deno.test("promtool accepts the rules", async () => {
  const { code, stdout } = await runProcess(findTool("promtool"), ["check", "rules", RULES]);
  assert.equal(code, 0, stdout);
  assert.match(stdout, new RegExp(`${readRules().length} rules found`));
});

Deno.test("every alert fires in one case, and not in a similar one", async () => {
  const alerts = readRules().filter(({ kind }) => kind === "alert").map(({ name }) => name);
  assert.deepEqual(Object.keys(CASES).sort(), alerts.toSorted());
  for (const { name, expr } of readRules().filter(({ kind }) => kind === "alert")) {
    const queried = parse(expr).selectors.map(({ metric }) => metric);
    for (const input of [CASES[name]?.firing ?? {}, CASES[name]?.silent ?? {}]) {
      const given = Object.keys(input).map((series) => series.split("{")[0] ?? "");
      assert.ok(given.some((metric) => queried.includes(metric)), `${name} queries no such series`);
    }
  }
  await withFolder(async (folder) => {
    const tests = (isLong: boolean) =>
      Object.entries(CASES).filter(([, { after }]) => after > DAY_MINUTES === isLong)
        .flatMap(([alert, { firing, silent, after }]) => [
          alertTest(alert, firing, after, true),
          alertTest(alert, silent, after, false),
        ]);
    await promtool(folder, tests(false));
    // Every evaluation runs all rules, so long cases are evaluated less often.
    await promtool(folder, tests(true), "5m");
  });
});

Deno.test("the recording rules record what the panels query", async () => {
  const server = 'server="attic",server_id="a1"';
  const inputs: Input = {
    [`plex_sessions{${server},state="playing",decision="transcode",location="lan"}`]: "2x120",
    [`plex_sessions{${server},state="paused",decision="transcode",location="lan"}`]: "5x120",
    [`plex_sessions{${server},state="playing",decision="direct_play",location="lan"}`]: "1x120",
    [`plex_video_transcodes{${server},hardware="full"}`]: "2x120",
    [`plex_play_seconds_total{${server},user="otis",decision="transcode"}`]: "0+60x120",
  };
  const recorded = {
    [`plex:sessions_playing{${server}}`]: 3,
    [`plex:video_transcodes{hardware="full",${server}}`]: 2,
    [`plex:play_seconds:increase1h{${server},user="otis"}`]: 3600,
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

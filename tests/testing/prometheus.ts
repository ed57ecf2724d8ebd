/** A real Prometheus for tests, started with the example configuration. */
import assert from "node:assert/strict";
import { type Series, seriesOf } from "./exposition.ts";
import type { Process } from "./program.ts";
import { startPrometheusProcess } from "./prometheus_process.ts";

/** A host that answers no scrape, for a Prometheus that only reads recorded blocks. */
export const NO_TARGET = "127.0.0.1:9";

const EXAMPLE = new URL("../../examples/prometheus/prometheus.yml", import.meta.url);

/** A further scrape job. */
export interface Job {
  readonly name: string;
  readonly host: string;
  readonly path: string;
}

/** A target of Prometheus, as its API describes it. */
export interface Target {
  readonly labels: { readonly job: string };
  readonly health: string;
  readonly lastError: string;
  readonly lastScrape: string;
}

/** A running Prometheus, and queries to it. */
export interface Prometheus extends AsyncDisposable {
  readonly process: Process;
  /** Host and port. */
  readonly address: string;
  /**
   * The result of a query now, or at a time in ms, without the labels of the target. Rejects if the
   * query is invalid.
   */
  series(query: string, atMs?: number): Promise<readonly Series[]>;
  /** The sum of the result of a query at a time in ms. */
  sum(query: string, atMs: number): Promise<number>;
  targets(): Promise<readonly Target[]>;
  /** Types by family, from the metadata of a job's target. */
  types(job: string): Promise<ReadonlyMap<string, string>>;
}

/** The example's configuration with an interval of one second, for `host`, and further jobs. */
function configuration(host: string, jobs: readonly Job[]): string {
  const replace = (text: string, from: string, to: string) => {
    assert.ok(text.includes(from), `the example has no ${from}`);
    return text.replace(from, to);
  };
  const faster = replace(
    Deno.readTextFileSync(EXAMPLE),
    "scrape_interval: 15s",
    "scrape_interval: 1s",
  );
  const more = jobs.map(({ name, host, path }) =>
    `  - job_name: ${name}
    metrics_path: ${path}
    static_configs:
      - targets: ["${host}"]
`
  );
  return replace(faster, "localhost:9000", host) + more.join("");
}

/** A series of the response to an instant query. */
interface Row {
  readonly metric: Record<string, string>;
  readonly value: readonly [number, string];
}

/** Starts Prometheus with its data in `folder`. It scrapes `host` and `jobs`. */
export async function startPrometheus(
  folder: string,
  host: string,
  jobs: readonly Job[] = [],
): Promise<Prometheus> {
  const { process, address } = await startPrometheusProcess(folder, configuration(host, jobs));

  async function get(path: string, query: Record<string, string> = {}) {
    const answer = await fetch(`http://${address}/api/v1/${path}?${new URLSearchParams(query)}`);
    const { data, error } = await answer.json();
    if (!answer.ok) throw new Error(`${error}: ${JSON.stringify(query)}`);
    return data;
  }

  async function ask(query: string, atMs: number | undefined): Promise<readonly Row[]> {
    const time = atMs === undefined ? {} : { time: String(atMs / 1000) };
    return (await get("query", { query, ...time })).result;
  }

  return {
    process,
    address,
    async series(query, atMs) {
      return (await ask(query, atMs)).map(({ metric, value: [, value] }) => {
        const { job: _job, instance: _instance, ...labels } = metric;
        return seriesOf(labels, value);
      });
    },
    sum: async (query, atMs) =>
      (await ask(query, atMs)).reduce((sum, { value: [, value] }) => sum + Number(value), 0),
    targets: async () => (await get("targets")).activeTargets,
    async types(job) {
      const rows: { metric: string; type: string }[] = await get("targets/metadata", {
        match_target: `{job="${job}"}`,
      });
      return new Map(rows.map(({ metric, type }) => [metric, type]));
    },
    [Symbol.asyncDispose]: () => process[Symbol.asyncDispose](),
  };
}

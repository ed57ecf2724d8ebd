/** Queries of panels to a real Prometheus, also on recorded blocks. */
import type { PanelQuery } from "../dashboards/grafana.ts";
import { startPrometheusProcess } from "./prometheus_process.ts";

/** A series with its points; one point for an instant query. */
export interface Answer {
  readonly labels: Readonly<Record<string, string>>;
  readonly points: readonly (readonly [at: number, value: number])[];
}

/** The queries that Grafana sends to Prometheus. */
export interface Queryable {
  /** Rejects if the query is invalid. */
  ask(asked: PanelQuery): Promise<readonly Answer[]>;
  /** The values of a label in the whole snapshot. */
  labelValues(label: string, series: string): Promise<readonly string[]>;
}

/** A Prometheus on recorded blocks. */
export type Snapshot = Queryable & AsyncDisposable;

interface Row {
  readonly metric: Record<string, string>;
  readonly value?: [number, string];
  readonly values?: [number, string][];
}

/** The Prometheus at this address. */
export function prometheusAt(address: string): Queryable {
  async function get(path: string, query: Record<string, string>) {
    const answer = await fetch(`http://${address}/api/v1/${path}`, {
      method: "POST",
      body: new URLSearchParams(query),
    });
    const { data, error } = await answer.json();
    if (!answer.ok) throw new Error(`${error}: ${JSON.stringify(query)}`);
    return data;
  }

  return {
    async ask({ query, at, range }) {
      const { result } = range === undefined
        ? await get("query", { query, time: String(at / 1000) })
        : await get("query_range", {
          query,
          start: String(range.from / 1000),
          end: String(range.to / 1000),
          step: String(range.stepS),
        });
      return (result as Row[]).map(({ metric, value, values }) => ({
        labels: metric,
        points: (values ?? (value === undefined ? [] : [value]))
          .map(([at, value]) => [Math.round(at * 1000), Number(value)] as const),
      }));
    },
    async labelValues(label, series) {
      const answer = await fetch(
        `http://${address}/api/v1/label/${label}/values?match[]=${encodeURIComponent(series)}`,
      );
      return (await answer.json()).data;
    },
  };
}

/** A Prometheus that scrapes nothing. */
export interface Tsdb extends AsyncDisposable {
  /** Host and port. */
  readonly address: string;
}

/** Starts a Prometheus on `data` in `folder`, with these further flags. */
export async function startTsdb(folder: string, flags: readonly string[] = []): Promise<Tsdb> {
  const { process, address } = await startPrometheusProcess(folder, "global: {}\n", [
    // No compaction: the blocks stay as they are.
    "--storage.tsdb.min-block-duration=2h",
    "--storage.tsdb.max-block-duration=2h",
    ...flags,
  ]);
  return { address, [Symbol.asyncDispose]: () => process[Symbol.asyncDispose]() };
}

/**
 * Starts a Prometheus on `data` in `folder`. Backfilled blocks have no staleness markers, so series
 * continue for `lookbackS` after their last sample: two scrape intervals.
 */
export async function openSnapshot(folder: string, lookbackS: number): Promise<Snapshot> {
  const tsdb = await startTsdb(folder, [`--query.lookback-delta=${lookbackS}s`]);
  return { ...tsdb, ...prometheusAt(tsdb.address) };
}

/**
 * State to exposition: the families' samples with the servers' labels, written by prom-client.
 * It decides no value; it does no I/O.
 *
 * prom-client holds no figure of ours. For each page a fresh registry is filled with objects whose
 * `get()` hands it the samples: a registry keeps nothing between scrapes, so formats and scrapes
 * can't mix (switching one registry between formats loses `_total` for good). The samples carry
 * their labels as `sharedLabels`, whose flattened text prom-client remembers by object: a label set
 * that lives on is formatted and escaped once.
 */
import type * as prom from "prom-client";
// Its entry also loads what pushes, what collects figures of Node and what speaks to a cluster.
import registry from "prom-client/lib/registry.js";
import type { ServerState } from "../core/state.ts";
import {
  type Family,
  type Identity,
  type ProcessInfo,
  type Sample,
  type ServerFamily,
} from "./family.ts";
import type { Labels } from "./labels.ts";

const Registry: typeof prom.Registry = registry;

/** The exposition formats: Prometheus text 0.0.4 and OpenMetrics 1.0. */
export type Format = "text" | "openmetrics";

/** What one page shows: the servers as they are at `at`, and the process. */
export interface Snapshot {
  readonly servers: readonly ServerState[];
  readonly at: number;
  readonly process: ProcessInfo;
}

const CONTENT_TYPES: Readonly<Record<Format, prom.RegistryContentType>> = {
  text: Registry.PROMETHEUS_CONTENT_TYPE,
  openmetrics: Registry.OPENMETRICS_CONTENT_TYPE,
};

/** A value as prom-client takes it from a metric. */
interface Value {
  readonly metricName?: string | undefined;
  readonly labels: Labels;
  readonly sharedLabels: Labels;
  readonly value: number;
}

const EMPTY: Labels = {};

/** The labels of one server and, by label set, the sets that they were put in front of. */
interface ServerLabels {
  readonly labels: Labels;
  readonly merged: WeakMap<Labels, Labels>;
}

/** The labels that tell a server apart, in the words of the family. */
export function serverLabels(identity: Identity, state: ServerState): Labels {
  const server = state.server?.name || state.address;
  const server_id = state.server?.id ?? "";
  switch (identity) {
    case "compatible":
      return { server_type: "plex", server, server_id };
    case "server":
      return { server, server_id };
    case "none":
      return EMPTY;
  }
}

/** Renders pages of `families`; keeps label sets between pages, and nothing else. */
export function createRenderer(
  families: readonly Family[],
): (snapshot: Snapshot, format: Format) => Promise<string> {
  const identified = new Map<string, ServerLabels>();

  /** Label sets of this server from the last page, unless its labels have changed. */
  function serverLabelsFor(identity: Identity, state: ServerState): ServerLabels {
    const key = `${identity} ${state.address}`;
    const labels = serverLabels(identity, state);
    const known = identified.get(key);
    if (known !== undefined && sameLabels(known.labels, labels)) return known;
    const fresh = { labels, merged: new WeakMap<Labels, Labels>() };
    identified.set(key, fresh);
    return fresh;
  }

  function merge({ labels, merged }: ServerLabels, own: Labels): Labels {
    const known = merged.get(own);
    if (known !== undefined) return known;
    const fresh = { ...labels, ...own };
    merged.set(own, fresh);
    return fresh;
  }

  function serverValues(family: ServerFamily, { servers, at }: Snapshot): Value[] {
    return servers.flatMap((state) => {
      const own = serverLabelsFor(family.identity, state);
      return family.samples(state, at).map((sample) => {
        return value(family, sample, merge(own, sample.labels));
      });
    });
  }

  return async (snapshot, format) => {
    const registry = new Registry<prom.RegistryContentType>();
    registry.setContentType(CONTENT_TYPES[format]);
    for (const family of families) {
      const values = family.identity === "none"
        ? family.samples(snapshot.process).map((sample) => value(family, sample, sample.labels))
        : serverValues(family, snapshot);
      if (values.length > 0) registry.registerMetric(metricOf(family, values));
    }
    return await registry.metrics();
  };
}

/** How many samples a page of either format has: its lines, but for the comments. */
export function countSamples(page: string): number {
  let samples = 0;
  for (let start = 0; start < page.length;) {
    if (page[start] !== "#" && page[start] !== "\n") samples += 1;
    const end = page.indexOf("\n", start);
    start = end === -1 ? page.length : end + 1;
  }
  return samples;
}

function value(family: Family, { suffix, value }: Sample, sharedLabels: Labels): Value {
  return suffix === undefined
    ? { labels: EMPTY, sharedLabels, value }
    : { metricName: family.name + suffix, labels: EMPTY, sharedLabels, value };
}

/** What prom-client takes for a metric. In OpenMetrics it takes `_total` off a counter's name. */
function metricOf({ name, help, type }: Family, values: readonly Value[]): prom.Metric {
  const metric = {
    name,
    type,
    get: () => ({ name: metric.name, help, type, aggregator: "sum", values }),
  };
  return metric as unknown as prom.Metric;
}

function sameLabels(a: Labels, b: Labels): boolean {
  return Object.keys(b).every((name) => a[name] === b[name]);
}

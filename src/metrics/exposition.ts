/**
 * Renders the samples of all families, with the labels of their servers, as an exposition page. The
 * text is written by prom-client.
 *
 * prom-client stores no values: for each page a fresh registry gets objects whose `get()` returns the
 * samples. It keeps nothing between scrapes, so formats and concurrent scrapes cannot mix (switching
 * the format of a registry loses `_total` for good). Two caches keep a page cheap: label sets are
 * passed as `sharedLabels`, whose text prom-client caches by object identity, and a family whose
 * samples have not changed since the last page in the same format is not rendered again.
 */
import type * as prom from "prom-client";
// The main entry also loads the Pushgateway client, Node metrics and cluster support.
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

  /** The text of each format's last page, by family. */
  const lastTexts: Readonly<Record<Format, Map<Family, RenderedFamily>>> = {
    text: new Map(),
    openmetrics: new Map(),
  };

  return async (snapshot, format) => {
    const registry = new Registry<prom.RegistryContentType>();
    registry.setContentType(CONTENT_TYPES[format]);
    const last = lastTexts[format];
    const texts: string[] = [];
    for (const family of families) {
      const values = family.identity === "none"
        ? family.samples(snapshot.process).map((sample) => value(family, sample, sample.labels))
        : serverValues(family, snapshot);
      if (values.length === 0) {
        last.delete(family);
        continue;
      }
      const known = last.get(family);
      const text = known !== undefined && sameValues(known.values, values)
        ? known.text
        : await renderFamily(registry, family, format, values);
      last.set(family, { values, text });
      texts.push(text);
    }
    return texts.join(SEPARATOR[format]) + TRAILER[format];
  };
}

/** prom-client's own text around families, in `Registry.metrics()`. */
const SEPARATOR: Readonly<Record<Format, string>> = { text: "\n\n", openmetrics: "\n" };
const TRAILER: Readonly<Record<Format, string>> = { text: "\n", openmetrics: "\n# EOF\n" };

/** The text of a family, and the values that it shows. */
interface RenderedFamily {
  readonly values: readonly Value[];
  readonly text: string;
}

async function renderFamily(
  registry: prom.Registry<prom.RegistryContentType>,
  { name, help, type }: Family,
  format: Format,
  values: readonly Value[],
): Promise<string> {
  // In OpenMetrics, a counter's name has no `_total`; prom-client appends it to each sample.
  const shownName = format === "openmetrics" && type === "counter"
    ? name.replace(/_total$/, "")
    : name;
  const get = () => ({ name: shownName, help, type, aggregator: "sum", values });
  registry.registerMetric({ name: shownName, type, get } as unknown as prom.Metric);
  return await registry.getSingleMetricAsString(shownName);
}

function sameValues(known: readonly Value[], values: readonly Value[]): boolean {
  return known.length === values.length && known.every((one, index) => {
    const other = values[index];
    return other !== undefined && one.sharedLabels === other.sharedLabels &&
      Object.is(one.value, other.value) && one.metricName === other.metricName;
  });
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

function sameLabels(a: Labels, b: Labels): boolean {
  return Object.keys(b).every((name) => a[name] === b[name]);
}

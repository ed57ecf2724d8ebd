/**
 * Renders the samples of all families as an exposition page. The text is written by prom-client.
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
import type { Family, ProcessInfo, Sample } from "./family.ts";
import type { Labels } from "./labels.ts";
import { createServerLabels } from "./server_labels.ts";

const Registry: typeof prom.Registry = registry;

/** The content type of each exposition format: Prometheus text, the default, and OpenMetrics. */
export const CONTENT_TYPES = {
  text: Registry.PROMETHEUS_CONTENT_TYPE,
  openmetrics: Registry.OPENMETRICS_CONTENT_TYPE,
} as const satisfies Record<string, prom.RegistryContentType>;

export type Format = keyof typeof CONTENT_TYPES;

/** What prom-client's `Registry.metrics()` writes between and after the families. */
const SEPARATOR: Readonly<Record<Format, string>> = { text: "\n\n", openmetrics: "\n" };
const TRAILER: Readonly<Record<Format, string>> = { text: "\n", openmetrics: "\n# EOF\n" };

/** What one page shows: the servers as they are at `at`, and the process. */
export interface Snapshot {
  readonly servers: readonly ServerState[];
  readonly at: number;
  readonly process: ProcessInfo;
}

/** A value as prom-client expects it from a metric. */
interface Value {
  readonly metricName?: string | undefined;
  readonly labels: Labels;
  readonly sharedLabels: Labels;
  readonly value: number;
}

/** The text of a family, and the values that it shows. */
interface RenderedFamily {
  readonly values: readonly Value[];
  readonly text: string;
}

/** Values have their labels in `sharedLabels`. */
const NO_OTHER_LABELS: Labels = {};

/** Renders pages of `families`. Only the caches persist from page to page. */
export function createRenderer(
  families: readonly Family[],
): (snapshot: Snapshot, format: Format) => Promise<string> {
  const withServer = createServerLabels();
  /** The families of the last page, by format. */
  const lastPages: Readonly<Record<Format, Map<Family, RenderedFamily>>> = {
    text: new Map(),
    openmetrics: new Map(),
  };

  function valuesOf(family: Family, { servers, at, process }: Snapshot): readonly Value[] {
    if (family.identity === "none") {
      return family.samples(process).map((sample) => toValue(family, sample, sample.labels));
    }
    return servers.flatMap((state) => {
      const addLabels = withServer(family.identity, state);
      return family.samples(state, at)
        .map((sample) => toValue(family, sample, addLabels(sample.labels)));
    });
  }

  return async (snapshot, format) => {
    const registry = new Registry<prom.RegistryContentType>();
    registry.setContentType(CONTENT_TYPES[format]);
    const lastPage = lastPages[format];
    const texts: string[] = [];
    for (const family of families) {
      const values = valuesOf(family, snapshot);
      if (values.length === 0) {
        lastPage.delete(family);
        continue;
      }
      const last = lastPage.get(family);
      const text = last !== undefined && sameValues(last.values, values)
        ? last.text
        : await renderFamily(registry, family, format, values);
      lastPage.set(family, { values, text });
      texts.push(text);
    }
    return texts.join(SEPARATOR[format]) + TRAILER[format];
  };
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

function toValue({ name }: Family, { suffix, value }: Sample, sharedLabels: Labels): Value {
  return suffix === undefined
    ? { labels: NO_OTHER_LABELS, sharedLabels, value }
    : { metricName: name + suffix, labels: NO_OTHER_LABELS, sharedLabels, value };
}

function sameValues(last: readonly Value[], values: readonly Value[]): boolean {
  return last.length === values.length && last.every((a, index) => {
    const b = values[index];
    return b !== undefined && a.sharedLabels === b.sharedLabels &&
      Object.is(a.value, b.value) && a.metricName === b.metricName;
  });
}

/** The number of samples on a page in either format: its lines without comments. */
export function countSamples(page: string): number {
  let samples = 0;
  for (let start = 0; start < page.length;) {
    if (page[start] !== "#" && page[start] !== "\n") samples += 1;
    const end = page.indexOf("\n", start);
    start = end === -1 ? page.length : end + 1;
  }
  return samples;
}

/**
 * Renders the samples of all families as an exposition page. The text is written by prom-client.
 *
 * prom-client stores no values: for each page a fresh registry gets objects whose `get()` returns the
 * samples. It keeps nothing between scrapes, so formats and concurrent scrapes cannot mix (switching
 * the format of a registry loses `_total` for good). Two caches keep a page cheap: label sets are
 * passed as `sharedLabels`, whose text prom-client caches by object identity, and a family whose
 * samples have not changed since the last page is not rendered again. Objects that outlive a page are
 * made only for changed samples: most of what a page costs is garbage collection.
 */
import type * as prom from "prom-client";
// The main entry also loads the Pushgateway client, Node metrics and cluster support.
import registry from "prom-client/lib/registry.js";
import type { ServerState } from "../core/state.ts";
import type { Family, ProcessInfo, Sample } from "./family.ts";
import type { Labels } from "./labels.ts";
import { type AddServerLabels, createServerLabels } from "./server_labels.ts";

const Registry: typeof prom.Registry = registry;

/** The content type of each exposition format: Prometheus text, the default, and OpenMetrics. */
export const CONTENT_TYPES = {
  text: Registry.PROMETHEUS_CONTENT_TYPE,
  openmetrics: Registry.OPENMETRICS_CONTENT_TYPE,
} as const satisfies Record<string, prom.RegistryContentType>;

export type Format = keyof typeof CONTENT_TYPES;

/** What prom-client's `Registry.metrics()` writes after each family and after the last, in lines. */
const FAMILY_END: Readonly<Record<Format, string>> = { text: "\n", openmetrics: "" };
const PAGE_END: Readonly<Record<Format, readonly string[]>> = {
  text: [],
  openmetrics: ["# EOF\n"],
};

/** What one page shows: the servers as they are at `at`, and the process. */
export interface Snapshot {
  readonly servers: readonly ServerState[];
  readonly at: number;
  readonly process: ProcessInfo;
}

/** A value as prom-client expects it from a metric. */
interface Value {
  readonly metricName?: string | undefined;
  /** Not for prom-client: what `metricName` ends with, to be compared with the next page. */
  readonly suffix?: string | undefined;
  readonly labels: Labels;
  readonly sharedLabels: Labels;
  readonly value: number;
}

/** The values of a family on the last page, and its text in each format that has been rendered. */
interface RenderedFamily {
  readonly values: readonly Value[];
  readonly texts: Map<Format, string>;
}

const NOT_RENDERED: RenderedFamily = { values: [], texts: new Map() };

/** Values have their labels in `sharedLabels`. */
const NO_OTHER_LABELS: Labels = {};

/** Renders pages of `families`. Only the caches persist from page to page. */
export function createRenderer(
  families: readonly Family[],
): (snapshot: Snapshot, format: Format) => Promise<string> {
  const withServer = createServerLabels();
  const lastPage = new Map<Family, RenderedFamily>();

  function valuesOf(
    family: Family,
    { servers, at, process }: Snapshot,
    last: readonly Value[],
  ): readonly Value[] {
    const values: Value[] = [];
    const add = (samples: readonly Sample[], withLabels: AddServerLabels) => {
      for (const sample of samples) {
        values.push(toValue(family, sample, withLabels(sample.labels), last[values.length]));
      }
    };
    if (family.identity === "none") add(family.samples(process), (labels) => labels);
    else {
      for (const state of servers) {
        add(family.samples(state, at), withServer(family.identity, state));
      }
    }
    return values;
  }

  return async (snapshot, format) => {
    const registry = new Registry<prom.RegistryContentType>();
    registry.setContentType(CONTENT_TYPES[format]);
    const lines: string[] = [];
    for (const family of families) {
      let rendered = lastPage.get(family) ?? NOT_RENDERED;
      const values = valuesOf(family, snapshot, rendered.values);
      if (!sameItems(values, rendered.values)) {
        rendered = { values, texts: new Map() };
        lastPage.set(family, rendered);
      }
      if (values.length === 0) continue;
      let text = rendered.texts.get(format);
      if (text === undefined) {
        text = await renderFamily(registry, family, format, values) + FAMILY_END[format];
        rendered.texts.set(format, text);
      }
      lines.push(text);
    }
    lines.push(...PAGE_END[format]);
    return lines.join("\n");
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

/** The value of a sample: `last`, the value in its place on the last page, if it is the same. */
function toValue(
  { name }: Family,
  { suffix, value }: Sample,
  sharedLabels: Labels,
  last: Value | undefined,
): Value {
  if (
    last !== undefined && last.sharedLabels === sharedLabels && last.suffix === suffix &&
    Object.is(last.value, value)
  ) return last;
  const metricName = suffix === undefined ? undefined : name + suffix;
  return { metricName, suffix, labels: NO_OTHER_LABELS, sharedLabels, value };
}

function sameItems<Item>(a: readonly Item[], b: readonly Item[]): boolean {
  return a.length === b.length && a.every((item, index) => item === b[index]);
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

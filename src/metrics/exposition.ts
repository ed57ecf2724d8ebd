/**
 * Renders the samples of all families as an exposition page. The text is written by prom-client.
 *
 * prom-client stores no values: for each page a fresh registry gets objects whose `get()` returns
 * the samples. It keeps nothing between scrapes, so formats and concurrent scrapes cannot mix
 * (switching the format of a registry loses `_total` for good). Two caches keep a page cheap: label
 * sets are passed as `sharedLabels`, whose text prom-client caches by object identity, and a family
 * whose samples have not changed since the last page is not rendered again.
 */
import type * as prom from "prom-client";
// The main entry also loads the Pushgateway client, Node metrics and cluster support.
import PromRegistry from "prom-client/lib/registry.js";
import type { ServerState } from "../core/state.ts";
import type { Family, ProcessInfo } from "./family.ts";
import { type PromValue, RenderedFamily, type SampleGroup } from "./rendered_family.ts";
import { createServerLabels } from "./server_labels.ts";

const Registry: typeof prom.Registry = PromRegistry;

/** The content type of each exposition format: Prometheus text, the default, and OpenMetrics. */
export const FORMAT_CONTENT_TYPES = {
  text: Registry.PROMETHEUS_CONTENT_TYPE,
  openmetrics: Registry.OPENMETRICS_CONTENT_TYPE,
} as const satisfies Record<string, prom.RegistryContentType>;

/** An exposition format. */
export type Format = keyof typeof FORMAT_CONTENT_TYPES;

/** What prom-client's `Registry.metrics()` writes after each family, and at the end of the page. */
const FAMILY_END: Readonly<Record<Format, string>> = { text: "\n", openmetrics: "" };
const PAGE_END: Readonly<Record<Format, string>> = { text: "", openmetrics: "\n# EOF\n" };

/** What one page shows: the servers as they are at `at`, and the process. */
export interface Snapshot {
  readonly servers: readonly ServerState[];
  readonly at: number;
  readonly process: ProcessInfo;
}

/** A rendered page. */
export interface Page {
  /** The text in parts: joining them for every page would cause most of a scrape's garbage. */
  readonly parts: readonly string[];
  /** The number of samples in it. */
  readonly samples: number;
}

/** Renders pages of `families`. Only the caches persist from page to page. */
export function createRenderer(
  families: readonly Family[],
): (snapshot: Snapshot, format: Format) => Promise<Page> {
  const withServer = createServerLabels();
  const rows = families.map((family) => ({ family, rendered: new RenderedFamily<Format>() }));

  function groupsOf(family: Family, { servers, at, process }: Snapshot): readonly SampleGroup[] {
    if (family.identity === "none") {
      return [{ samples: family.samples(process), withLabels: (labels) => labels }];
    }
    return servers.map((state) => ({
      samples: family.samples(state, at),
      withLabels: withServer(family.identity, state),
    }));
  }

  return async (snapshot, format) => {
    const registry = new Registry<prom.RegistryContentType>();
    registry.setContentType(FORMAT_CONTENT_TYPES[format]);
    const parts: string[] = [];
    let samples = 0;
    for (const { family, rendered } of rows) {
      rendered.update(groupsOf(family, snapshot));
      if (rendered.samples === 0) continue;
      samples += rendered.samples;
      if (parts.length > 0) parts.push("\n");
      parts.push(
        await rendered.text(
          format,
          family.name,
          (values) => renderFamily(registry, family, format, values),
        ),
      );
    }
    return { parts: [...parts, PAGE_END[format]], samples };
  };
}

async function renderFamily(
  registry: prom.Registry<prom.RegistryContentType>,
  { name, help, type }: Family,
  format: Format,
  values: readonly PromValue[],
): Promise<string> {
  // In OpenMetrics, a counter's name has no `_total`; prom-client appends it to each sample.
  const shownName = format === "openmetrics" && type === "counter"
    ? name.replace(/_total$/, "")
    : name;
  const get = () => ({ name: shownName, help, type, aggregator: "sum", values });
  registry.registerMetric({ name: shownName, type, get } as unknown as prom.Metric);
  return await registry.getSingleMetricAsString(shownName) + FAMILY_END[format];
}

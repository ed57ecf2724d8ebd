/** The baseline of benchmarks: a page rendered by prom-client's own metrics. */
import { Counter, Gauge, Registry, type RegistryContentType } from "prom-client";
import type { Family, Sample } from "../../src/metrics/family.ts";
import type { Snapshot } from "../../src/metrics/exposition.ts";
import { serverLabels } from "../../src/metrics/server_labels.ts";

/** The samples of a family, with the labels of the server. */
export function samplesOf(
  family: Family,
  { servers, at, process }: Snapshot,
): readonly Sample[] {
  if (family.identity === "none") return family.samples(process);
  return servers.flatMap((state) =>
    family.samples(state, at).map((sample) => ({
      ...sample,
      labels: { ...serverLabels(family.identity, state), ...sample.labels },
    }))
  );
}

/** Renders families. Leaves out histograms, whose values cannot be set. */
export async function renderWithPromClient(
  families: readonly Family[],
  snapshot: Snapshot,
  contentType: RegistryContentType,
): Promise<string> {
  const registry = new Registry<RegistryContentType>();
  registry.setContentType(contentType);
  for (const family of families) {
    const samples = samplesOf(family, snapshot);
    if (samples.length === 0 || family.type === "histogram") continue;
    const labelNames = [...new Set(samples.flatMap(({ labels }) => Object.keys(labels)))];
    const { name, help, type } = family;
    const options = { name, help, labelNames, registers: [registry] };
    if (type === "gauge") {
      const gauge = new Gauge(options);
      for (const { labels, value } of samples) gauge.set(labels, value);
    } else {
      const counter = new Counter(options);
      for (const { labels, value } of samples) counter.inc(labels, value);
    }
  }
  return await registry.metrics();
}

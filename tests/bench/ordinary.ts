/** The page as prom-client is meant to be used: metrics set one by one, then rendered. */
import { Counter, Gauge, Registry, type RegistryContentType } from "prom-client";
import type { Family, Sample } from "../../src/metrics/family.ts";
import type { Snapshot } from "../../src/metrics/exposition.ts";
import { serverLabels } from "../../src/metrics/server_labels.ts";

/** Every sample of a family, with all its labels. */
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

/** Renders the families but for histograms, which can only be observed, not set. */
export async function renderOrdinarily(
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

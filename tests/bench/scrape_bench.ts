/** The time to render a page of all families, beside prom-client on the same samples. */
import { Registry } from "prom-client";
import { families } from "../../src/metrics/families.ts";
import { createRenderer, type Format } from "../../src/metrics/exposition.ts";
import { encodeBody } from "../../src/web/compress.ts";
import { START } from "../testing/core_builders.ts";
import { renderWithPromClient } from "./prom_client.ts";
import { busyServer, PROCESS } from "./busy_state.ts";

const FAMILIES = families({ legacy: true }).filter(({ type }) => type !== "histogram");
const CONTENT_TYPES = {
  text: Registry.PROMETHEUS_CONTENT_TYPE,
  openmetrics: Registry.OPENMETRICS_CONTENT_TYPE,
} as const;

for (const sessions of [10, 100, 1000]) {
  const snapshot = { servers: [busyServer(sessions)], at: START + 12_000, process: PROCESS };
  for (const format of ["text", "openmetrics"] satisfies Format[]) {
    const group = `a page of ${sessions} sessions, ${format}`;
    const render = createRenderer(FAMILIES);
    Deno.bench("ours", { group, baseline: true }, async () => {
      await render(snapshot, format);
    });
    Deno.bench("ours, gzipped", { group }, async () => {
      encodeBody((await render(snapshot, format)).parts, "gzip");
    });
    Deno.bench("prom-client", { group }, async () => {
      await renderWithPromClient(FAMILIES, snapshot, CONTENT_TYPES[format]);
    });
  }
}

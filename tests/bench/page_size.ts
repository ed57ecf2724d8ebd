/**
 * How large pages are, and what is allocated to write one: ours beside prom-client's ordinary way on
 * the same samples. It wants a young generation that needs no collection meanwhile (the task
 * `bench:pages` sets it), prints figures for CONTRIBUTING and judges nothing.
 */
import { gzipSync } from "node:zlib";
import { Registry } from "prom-client";
import { tell } from "../../.ci/build/project.ts";
import { families } from "../../src/metrics/families.ts";
import { createRenderer, type Format } from "../../src/metrics/exposition.ts";
import { START } from "../testing/core_builders.ts";
import { renderOrdinarily } from "./ordinary.ts";
import { busyServer, PROCESS } from "./world.ts";

const FAMILIES = families({ compatible: true }).filter(({ type }) => type !== "histogram");
const PAGES = 5;

/** Bytes that are allocated for one page, and the page. */
async function allocated(write: () => Promise<string>): Promise<readonly [number, string]> {
  const page = await write();
  const before = Deno.memoryUsage().heapUsed;
  for (let count = 0; count < PAGES; count++) await write();
  return [(Deno.memoryUsage().heapUsed - before) / PAGES, page];
}

const kilobytes = (bytes: number) => `${Math.round(bytes / 1000)} kB`;

tell("| sessions | format | page | gzipped | allocated | the ordinary way |");
tell("| --- | --- | --- | --- | --- | --- |");
for (const sessions of [10, 100, 1000]) {
  for (const format of ["text", "openmetrics"] satisfies Format[]) {
    const shown = { servers: [busyServer(sessions)], at: START + 12_000, process: PROCESS };
    const render = createRenderer(FAMILIES);
    const type = format === "text"
      ? Registry.PROMETHEUS_CONTENT_TYPE
      : Registry.OPENMETRICS_CONTENT_TYPE;
    const [ours, page] = await allocated(() => render(shown, format));
    const [ordinary] = await allocated(() => renderOrdinarily(FAMILIES, shown, type));
    const cells = [
      sessions,
      format,
      kilobytes(page.length),
      kilobytes(gzipSync(page, { level: 1 }).length),
      kilobytes(ours),
      kilobytes(ordinary),
    ];
    tell(`| ${cells.join(" | ")} |`);
  }
}

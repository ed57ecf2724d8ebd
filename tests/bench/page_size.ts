/**
 * Measures the size of pages and the memory allocated to render one, beside prom-client on the same
 * samples. It needs a young generation so large that it is not collected meanwhile, which the task
 * `bench:pages` sets. It prints a table for docs/benchmarks.md and asserts nothing.
 */
import { gzipSync } from "node:zlib";
import { Registry } from "prom-client";
import { printLine } from "../../.ci/build/project.ts";
import type { ServerState } from "../../src/core/state.ts";
import { families } from "../../src/metrics/families.ts";
import { createRenderer, type Format, type Snapshot } from "../../src/metrics/exposition.ts";
import { START } from "../testing/core_builders.ts";
import { renderWithPromClient } from "./prom_client.ts";
import { PROCESS, statesOfPlay } from "./busy_state.ts";

const FAMILIES = families({ legacy: true }).filter(({ type }) => type !== "histogram");
const PAGES = 5;

/** Bytes allocated to render a page while all sessions continue to play, and the first page. */
async function allocated(
  states: readonly ServerState[],
  render: (snapshot: Snapshot) => Promise<readonly string[]>,
): Promise<readonly [number, string]> {
  const [first, ...rest] = states.map((state) => ({
    servers: [state],
    at: START + PAGES * 10_000,
    process: PROCESS,
  }));
  const page = first === undefined ? "" : (await render(first)).join("");
  const before = Deno.memoryUsage().heapUsed;
  for (const snapshot of rest) await render(snapshot);
  return [(Deno.memoryUsage().heapUsed - before) / PAGES, page];
}

const kilobytes = (bytes: number) => `${Math.round(bytes / 1000)} kB`;

printLine("| sessions | format | page | gzipped | allocated | prom-client |");
printLine("| --- | --- | --- | --- | --- | --- |");
for (const sessions of [10, 100, 1000]) {
  for (const format of ["text", "openmetrics"] satisfies Format[]) {
    const states = statesOfPlay(sessions, PAGES + 1);
    const render = createRenderer(FAMILIES);
    const type = format === "text"
      ? Registry.PROMETHEUS_CONTENT_TYPE
      : Registry.OPENMETRICS_CONTENT_TYPE;
    const [ours, page] = await allocated(
      states,
      async (snapshot) => (await render(snapshot, format)).parts,
    );
    const [theirs] = await allocated(
      states,
      async (snapshot) => [await renderWithPromClient(FAMILIES, snapshot, type)],
    );
    const cells = [
      sessions,
      format,
      kilobytes(page.length),
      kilobytes(gzipSync(page, { level: 1 }).length),
      kilobytes(ours),
      kilobytes(theirs),
    ];
    printLine(`| ${cells.join(" | ")} |`);
  }
}

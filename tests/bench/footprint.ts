/**
 * Measures the bundle: the time to the first complete page, and its resident memory after many
 * scrapes. `STREAMS`, `SCRAPES` and `FLAGS` (for V8, instead of the shipped ones) set the conditions.
 * It prints figures for docs/benchmarks.md and asserts nothing.
 */
import { setTimeout as delay } from "node:timers/promises";
import { makeBundle } from "../../.ci/build/bundle.ts";
import { printLine, shippedFlags } from "../../.ci/build/project.ts";
import { startPlex } from "../../src/simulator/plex.ts";
import { systemClock } from "../../src/clock.ts";
import { freePort, runProcess, startProcess, withFolder } from "../testing/program.ts";
import { NO_LAG } from "../testing/simulator_builders.ts";
import { startStreams } from "./streams.ts";

const STREAMS = Number(Deno.env.get("STREAMS") ?? 20);
const SCRAPES = Number(Deno.env.get("SCRAPES") ?? 1_000);
const V8_FLAGS = Deno.env.get("FLAGS");

/** Scrapes alternate between the requests of a new and an old Prometheus. */
const HEADERS: readonly Record<string, string>[] = [
  { accept: "application/openmetrics-text;version=1.0.0", "accept-encoding": "gzip" },
  { accept: "text/plain;version=0.0.4", "accept-encoding": "gzip" },
];

/** The flags of the shipped program, with other flags for V8 if they are given. */
function flags(): readonly string[] {
  if (V8_FLAGS === undefined) return shippedFlags();
  const others = shippedFlags().filter((flag) => !flag.startsWith("--v8-flags"));
  return V8_FLAGS === "" ? others : [...others, `--v8-flags=${V8_FLAGS}`];
}

async function scrape(url: string, count: number): Promise<string> {
  const answer = await fetch(url, HEADERS[count % HEADERS.length] ?? {});
  return await answer.text();
}

/** Waits for a page with the items of all libraries. Resolves to the time. */
async function firstCompletePage(url: string, libraries: number): Promise<number> {
  for (;;) {
    const page = await scrape(url, 0).catch(() => "");
    const counted = new Set(
      [...page.matchAll(/^plex_library_items\{.*library_id="(\d+)"/gm)].map(([, id]) => id),
    );
    if (counted.size === libraries && /^plex_up\{.*\} 1$/m.test(page)) return performance.now();
    await delay(5);
  }
}

/** Resident memory and CPU time, by the metrics of the process. */
async function usage(url: string): Promise<string> {
  const page = await scrape(url, 1);
  const [, bytes] = /^process_resident_memory_bytes (\S+)$/m.exec(page) ?? [];
  const [, seconds] = /^process_cpu_seconds_total (\S+)$/m.exec(page) ?? [];
  return `${(Number(bytes) / 1e6).toFixed(1)} MB resident, ${Number(seconds).toFixed(1)} s of CPU`;
}

const plex = await startPlex({
  clock: systemClock,
  seed: 1,
  plexPass: true,
  lag: NO_LAG,
  duplicateShare: 0,
});
startStreams(plex.simulation, STREAMS);

await withFolder(async (folder) => {
  const { path } = await makeBundle(folder);
  const port = freePort();
  const url = `http://127.0.0.1:${port}/metrics`;
  const rest = ["--no-config", "--no-lock", "--no-remote", "--no-npm", "--no-code-cache"];
  const args = ["run", ...rest, ...flags(), path];
  // Deno analyses a file before the first run; a binary was analysed when it was compiled.
  await runProcess(Deno.execPath(), [...args, "--version"], { cwd: folder });
  const began = performance.now();
  await using program = startProcess(Deno.execPath(), args, {
    cwd: folder,
    env: {
      PLEX_SERVER: plex.url,
      PLEX_TOKEN: plex.ownerToken,
      LISTEN_ADDRESS: `127.0.0.1:${port}`,
    },
  });
  const ended = await firstCompletePage(url, plex.simulation.libraries.all.length);
  printLine(`from exec to the first complete page: ${Math.round(ended - began)} ms`);
  await delay(5_000);
  printLine(`at rest, ${STREAMS} streams: ${await usage(url)}`);
  let bytes = 0;
  for (let count = 1; count <= SCRAPES; count++) {
    bytes = (await scrape(url, count)).length;
    if (count === SCRAPES || count % 10_000 === 0 || count === 1_000) {
      printLine(`after ${count} scrapes: ${await usage(url)}`);
    }
  }
  await delay(5_000);
  printLine(`5 s later: ${await usage(url)}; a page has ${Math.round(bytes / 1e3)} kB`);
  program.signal("SIGTERM");
  await program.code;
});
await plex.close();

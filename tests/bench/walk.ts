/**
 * Measures what a walk of a large library costs: requests, resident memory and the time of scrapes,
 * of two exporters, one with a walk and one without, on the same simulated Plex. `ITEMS` is the
 * number of episodes. It prints figures for docs/benchmarks.md and asserts nothing.
 */
import { setTimeout as delay } from "node:timers/promises";
import { makeBundle } from "../../.ci/build/bundle.ts";
import { printLine } from "../../.ci/build/project.ts";
import { freePort, type Process, runBundle, startProcess, withFolder } from "../testing/program.ts";
import { describeDurations } from "./durations.ts";

const ITEMS = Number(Deno.env.get("ITEMS") ?? 100_000);
const SCRAPE_INTERVAL_MS = 500;

/** Scrapes of each exporter after the walk. */
const MORE_SCRAPES = 1_000;

const LARGE_PLEX = new URL("large_plex.ts", import.meta.url).pathname;

interface Measured {
  readonly scrapesMs: number[];
  residentBytes: number;
}

/** Starts the simulated Plex. Returns its process, URL and token. */
async function startLargePlex(): Promise<readonly [Process, url: string, token: string]> {
  const plex = startProcess(Deno.execPath(), ["run", "--allow-all", "--quiet", LARGE_PLEX], {
    env: { ITEMS: String(ITEMS) },
  });
  const [url = "", token = ""] = (await plex.says(/(http:\S+ \S+)/)).split(" ");
  return [plex, url, token];
}

/** Scrapes once, records time and memory, and returns the page. */
async function scrape(url: string, measured: Measured): Promise<string> {
  const from = performance.now();
  const page = await (await fetch(url)).text();
  measured.scrapesMs.push(performance.now() - from);
  const [, bytes] = /^process_resident_memory_bytes (\S+)$/m.exec(page) ?? [];
  measured.residentBytes = Math.max(measured.residentBytes, Number(bytes));
  return page;
}

function describe(name: string, { scrapesMs, residentBytes }: Measured): string {
  const megabytes = (residentBytes / 1e6).toFixed(1);
  return `${name}: at most ${megabytes} MB resident; scrapes: ${describeDurations(scrapesMs)}`;
}

/** The number of requests for pages of items, by the exporter's metrics. */
function walkRequests(page: string): number {
  const count =
    /^plex_exporter_api_requests_total\{.*sections\/\{id\}\/all".*outcome="ok"\} (\d+)$/m;
  return Number(count.exec(page)?.[1]);
}

await withFolder(async (folder) => {
  const { path } = await makeBundle(folder);
  // Deno analyses a file before the first run; a binary was analysed when it was compiled.
  await runBundle(path, ["--version"], { cwd: folder }).code;
  const [plex, server, token] = await startLargePlex();
  const start = async (walkInterval: string) => {
    const port = freePort();
    const program = runBundle(path, [], {
      cwd: folder,
      env: {
        PLEX_SERVER: server,
        PLEX_TOKEN: token,
        LISTEN_ADDRESS: `127.0.0.1:${port}`,
        WALK_INTERVAL: walkInterval,
      },
    });
    return { program, url: await program.says(/(http:[^\s"]+\/metrics)/) };
  };
  const withWalk = await start("24h");
  const without = await start("0");
  try {
    const measured = [
      { scrapesMs: [], residentBytes: 0 },
      { scrapesMs: [], residentBytes: 0 },
    ] as const satisfies readonly Measured[];
    // The first scrape compiles, and is not measured.
    for (const { url } of [withWalk, without]) await (await fetch(url)).text();
    const from = performance.now();
    for (;;) {
      const page = await scrape(withWalk.url, measured[0]);
      await scrape(without.url, measured[1]);
      if (page.includes("\nplex_library_walk_items{")) {
        const seconds = Math.round((performance.now() - from) / 1000);
        printLine(`${ITEMS} episodes: ${walkRequests(page)} requests, ${seconds} s`);
        break;
      }
      await delay(SCRAPE_INTERVAL_MS);
    }
    printLine(describe("with a walk", measured[0]));
    printLine(describe("without", measured[1]));
    // A new process needs more memory after many scrapes, also without a walk.
    for (let scrapes = 0; scrapes < MORE_SCRAPES; scrapes += 1) {
      await scrape(withWalk.url, measured[0]);
      await scrape(without.url, measured[1]);
    }
    const megabytes = measured.map(({ residentBytes }) => `${(residentBytes / 1e6).toFixed(1)} MB`);
    printLine(`at most after ${MORE_SCRAPES} more scrapes: ${megabytes.join(" and ")} resident`);
  } finally {
    for (const { program } of [withWalk, without]) program.signal("SIGTERM");
    await Promise.all([withWalk.program.code, without.program.code]);
    plex.signal("SIGTERM");
    await plex.code;
  }
});

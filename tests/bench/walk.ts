/**
 * What a walk of a large library costs, in real time: requests, resident memory and the time of
 * scrapes, of the program with a walk and of one without, at the same time on the same simulated
 * Plex. `ITEMS` is the number of episodes. It prints figures for docs/benchmarks.md and asserts
 * nothing.
 */
import { makeBundle } from "../../.ci/build/bundle.ts";
import { printLine } from "../../.ci/build/project.ts";
import { freePort, type Process, runBundle, startProcess, withFolder } from "../testing/program.ts";

const ITEMS = Number(Deno.env.get("ITEMS") ?? 100_000);
const SCRAPE_MS = 500;

/** Scrapes of each exporter after the walk. */
const MORE_SCRAPES = 1_000;

const LARGE_PLEX = new URL("large_plex.ts", import.meta.url).pathname;

interface Measured {
  readonly scrapesMs: number[];
  residentBytes: number;
}

/** Starts the simulated Plex; returns its process, its address and its token. */
async function startPlex(): Promise<readonly [Process, url: string, token: string]> {
  const plex = startProcess(Deno.execPath(), ["run", "--allow-all", "--quiet", LARGE_PLEX], {
    env: { ITEMS: String(ITEMS) },
  });
  const [url = "", token = ""] = (await plex.says(/(http:\S+ \S+)/)).split(" ");
  return [plex, url, token];
}

/** Scrapes once; returns the page. */
async function scrape(url: string, measured: Measured): Promise<string> {
  const from = performance.now();
  const page = await (await fetch(url)).text();
  measured.scrapesMs.push(performance.now() - from);
  const [, bytes] = /^process_resident_memory_bytes (\S+)$/m.exec(page) ?? [];
  measured.residentBytes = Math.max(measured.residentBytes, Number(bytes));
  return page;
}

function describe(name: string, { scrapesMs, residentBytes }: Measured): string {
  const sorted = scrapesMs.toSorted((a, b) => a - b);
  const at = (share: number) =>
    `${(sorted[Math.floor(share * (sorted.length - 1))] ?? NaN).toFixed(1)} ms`;
  return `${name}: at most ${(residentBytes / 1e6).toFixed(1)} MB resident; scrapes: median ${
    at(0.5)
  }, 95 % ${at(0.95)}, maximum ${at(1)}`;
}

/** The requests for pages of items, by the exporter's own count. */
function requestsOn(page: string): number {
  const count =
    /^plex_exporter_api_requests_total\{.*sections\/\{id\}\/all".*outcome="ok"\} (\d+)$/m;
  return Number(count.exec(page)?.[1]);
}

await withFolder(async (folder) => {
  const { path } = await makeBundle(folder);
  // Deno analyses a file before the first run; a binary was analysed when it was compiled.
  await runBundle(path, ["--version"], { cwd: folder }).code;
  const [plex, server, token] = await startPlex();
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
    // A process that has answered no scrape yet has compiled nothing for it.
    for (const { url } of [withWalk, without]) await (await fetch(url)).text();
    const from = performance.now();
    for (;;) {
      const page = await scrape(withWalk.url, measured[0]);
      await scrape(without.url, measured[1]);
      if (page.includes("\nplex_library_walk_items{")) {
        const seconds = Math.round((performance.now() - from) / 1000);
        printLine(`${ITEMS} episodes: ${requestsOn(page)} requests, ${seconds} s`);
        break;
      }
      await new Promise((resolve) => setTimeout(resolve, SCRAPE_MS));
    }
    printLine(describe("with a walk", measured[0]));
    printLine(describe("without", measured[1]));
    // A process that has just started has not yet taken the memory that it takes for scrapes alone.
    for (let scrapes = 0; scrapes < MORE_SCRAPES; scrapes += 1) {
      await scrape(withWalk.url, measured[0]);
      await scrape(without.url, measured[1]);
    }
    const [walked = NaN, other = NaN] = measured.map(({ residentBytes }) => residentBytes / 1e6);
    printLine(
      `the most of each after ${MORE_SCRAPES} more scrapes: ${walked.toFixed(1)} MB and ${
        other.toFixed(1)
      } MB`,
    );
  } finally {
    for (const { program } of [withWalk, without]) program.signal("SIGTERM");
    await Promise.all([withWalk.program.code, without.program.code]);
    plex.signal("SIGTERM");
    await plex.code;
  }
});

/**
 * What a walk of a large library costs, in real time: requests, resident memory and the time of
 * scrapes, of the program with a walk and of one without, at the same time on the same simulated
 * Plex. `ITEMS` is the number of episodes. It prints figures for docs/benchmarks.md and judges
 * nothing.
 */
import { printLine } from "../../.ci/build/project.ts";
import { systemClock } from "../../src/clock.ts";
import { startPlex } from "../../src/simulator/plex.ts";
import { type Process, startProgram } from "../testing/program.ts";

const ITEMS = Number(Deno.env.get("ITEMS") ?? 100_000);
const SCRAPE_MS = 500;

interface Measured {
  readonly scrapesMs: number[];
  residentBytes: number;
}

const plex = await startPlex({
  clock: systemClock,
  seed: 1,
  libraries: [{ title: "Series", type: "show", generated: ITEMS }],
});

function start(walkInterval: string): Process {
  return startProgram(["serve"], {
    env: {
      PLEX_SERVER: plex.url,
      PLEX_TOKEN: plex.ownerToken,
      LISTEN_ADDRESS: "127.0.0.1:0",
      WALK_INTERVAL: walkInterval,
    },
  });
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

const withWalk = start("24h");
const without = start("0");
try {
  const urls = [
    await withWalk.says(/(http:[^\s"]+\/metrics)/),
    await without.says(/(http:[^\s"]+\/metrics)/),
  ] as const;
  const measured = [
    { scrapesMs: [], residentBytes: 0 },
    { scrapesMs: [], residentBytes: 0 },
  ] as const satisfies readonly Measured[];
  const from = performance.now();
  for (;;) {
    const page = await scrape(urls[0], measured[0]);
    await scrape(urls[1], measured[1]);
    if (page.includes("\nplex_library_walk_items{")) break;
    await new Promise((resolve) => setTimeout(resolve, SCRAPE_MS));
  }
  const pages = plex.requests.filter(({ rawQuery }) => rawQuery.includes("sort=id"));
  await printLine(
    `${ITEMS} episodes: ${pages.length} requests, ${
      Math.round((performance.now() - from) / 1000)
    } s`,
  );
  await printLine(describe("with a walk", measured[0]));
  await printLine(describe("without", measured[1]));
} finally {
  withWalk.signal("SIGTERM");
  without.signal("SIGTERM");
  await Promise.all([withWalk.code, without.code]);
  await plex.close();
}

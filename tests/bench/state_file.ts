/**
 * Measures what the state file costs a scrape: two exporters of 20 streams on the same simulated
 * Plex, one of them with STATE_FILE, are scraped in turn, more than a second apart, so that each
 * scrape saves. It prints figures for docs/benchmarks.md and asserts nothing.
 */
import { setTimeout as delay } from "node:timers/promises";
import { makeBundle } from "../../.ci/build/bundle.ts";
import { printLine } from "../../.ci/build/project.ts";
import { startPlex } from "../../src/simulator/plex.ts";
import { systemClock } from "../../src/clock.ts";
import { runBundle, withFolder } from "../testing/program.ts";
import { describeDurations } from "./durations.ts";
import { startStreams } from "./streams.ts";

const STREAMS = Number(Deno.env.get("STREAMS") ?? 20);
const SCRAPES = Number(Deno.env.get("SCRAPES") ?? 60);

/** The state is saved at most once a second. */
const PAUSE_MS = 1_050;

/** Scrapes before the measured ones, in which a new process still compiles. */
const WARM_UP = 20;

async function scrape(url: string): Promise<number> {
  const from = performance.now();
  await (await fetch(url)).text();
  return performance.now() - from;
}

const plex = await startPlex({ clock: systemClock, seed: 1, plexPass: true });
startStreams(plex.simulation, STREAMS);

await withFolder(async (folder) => {
  const { path } = await makeBundle(folder);
  const stateFile = `${folder}/state.json`;
  const start = async (settings: Record<string, string>) => {
    const env = {
      PLEX_SERVER: plex.url,
      PLEX_TOKEN: plex.ownerToken,
      LISTEN_ADDRESS: "127.0.0.1:0",
      ...settings,
    };
    const program = runBundle(path, [], { cwd: folder, env });
    return { program, url: await program.says(/(http:[^\s"]+\/metrics)/) };
  };
  const exporters = [await start({}), await start({ STATE_FILE: stateFile })] as const;
  const timesMs: readonly number[][] = exporters.map(() => []);
  for (let count = 0; count < WARM_UP + SCRAPES; count++) {
    await delay(PAUSE_MS);
    for (const [index, { url }] of exporters.entries()) {
      const time = await scrape(url);
      if (count >= WARM_UP) timesMs[index]?.push(time);
    }
  }
  const { size } = await Deno.stat(stateFile);
  printLine(`without STATE_FILE: ${describeDurations(timesMs[0] ?? [])}`);
  printLine(`with STATE_FILE: ${describeDurations(timesMs[1] ?? [])}`);
  printLine(`${STREAMS} streams: a state file of ${(size / 1000).toFixed(0)} kB`);
  for (const { program } of exporters) program.signal("SIGTERM");
  await Promise.all(exporters.map(({ program }) => program.code));
});
await plex.close();

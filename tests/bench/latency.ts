/**
 * Measures the time from a notification to the changed sample on `/metrics`, and the time of scrapes:
 * the program on a simulated Plex with 300 streams. It prints figures for docs/benchmarks.md and
 * asserts nothing.
 */
import { printLine } from "../../.ci/build/project.ts";
import { startPlex } from "../../src/simulator/plex.ts";
import { systemClock } from "../../src/clock.ts";
import { startProgram } from "../testing/program.ts";

const STREAMS = 300;
const SAMPLES = 60;

/** A share of the sorted values, such as 0.95 for the 95th percentile. */
function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN;
}

function print(what: string, values: readonly number[]): void {
  const shown = [0.5, 0.95, 1].map((share) => `${Math.round(quantile(values, share))} ms`);
  printLine(`${what.padEnd(56)} median ${shown[0]}, 95 % ${shown[1]}, most ${shown[2]}`);
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const plex = await startPlex({
  clock: systemClock,
  seed: 1,
  lag: { startMs: 0, changeMs: 0, stopMs: 0 },
  duplicateShare: 0,
});
const { simulation } = plex;

function play(index: number) {
  const user = simulation.users[index % simulation.users.length];
  const player = simulation.players[index % simulation.players.length];
  if (user === undefined || player === undefined) throw new Error("The simulation has no users");
  const item = simulation.randomItem("movie");
  return simulation.play({ item, user, player, state: "playing", timelineIntervalMs: 10_000 });
}

const viewers = Array.from({ length: STREAMS }, (_, index) => play(index));
await using program = startProgram(["serve"], {
  env: {
    PLEX_SERVER: plex.url,
    PLEX_TOKEN: plex.ownerToken,
    LISTEN_ADDRESS: "127.0.0.1:0",
    LOG_FORMAT: "logfmt",
  },
});
const url = await program.says(/ metrics=(\S+)/);

async function scrape(): Promise<string> {
  return await (await fetch(url)).text();
}

/** Milliseconds until the page shows what `sample` looks for. */
async function untilShown(sample: RegExp): Promise<number> {
  const from = performance.now();
  while (!sample.test(await scrape()));
  return performance.now() - from;
}

await pause(5_000);
const changes: number[] = [];
for (let sample = 0; sample < SAMPLES; sample++) {
  const viewer = viewers[sample];
  if (viewer === undefined) break;
  viewer.pause();
  changes.push(
    await untilShown(new RegExp(`^plex_session_state\\{.*session="${viewer.key}"\\} 0$`, "m")),
  );
  await pause(100);
}
print("a pause, from its notification to the page", changes);

const starts: number[] = [];
for (let sample = 0; sample < 15; sample++) {
  const viewer = play(sample);
  starts.push(
    await untilShown(new RegExp(`^plex_session_state\\{.*session="${viewer.key}"\\} `, "m")),
  );
  await pause(1_500);
}
print("a new play, from its notification to the page", starts);

async function scrapeTimes(seconds: number): Promise<number[]> {
  const times: number[] = [];
  for (let second = 0; second < seconds; second++) {
    const from = performance.now();
    await scrape();
    times.push(performance.now() - from);
    await pause(1_000 - Math.min(1_000, performance.now() - from));
  }
  return times;
}

print("a scrape a second, 300 streams", await scrapeTimes(10));
plex.faults.set({ kind: "frame storm", perSecond: 1_000 });
print("the same in a storm of 1,000 notifications a second", await scrapeTimes(10));
plex.faults.clear();
const [, resident] = /^process_resident_memory_bytes (\S+)$/m.exec(await scrape()) ?? [];
printLine(`resident memory: ${Math.round(Number(resident) / 1e6)} MB (from source)`);
await plex.close();

/**
 * Measures the time from a notification to the changed sample on `/metrics`, and the time of
 * scrapes, of the program on a simulated Plex with 300 streams. It prints figures for
 * docs/benchmarks.md and asserts nothing.
 */
import { setTimeout as delay } from "node:timers/promises";
import { printLine } from "../../.ci/build/project.ts";
import { startPlex } from "../../src/simulator/plex.ts";
import { systemClock } from "../../src/clock.ts";
import { startProgram } from "../testing/program.ts";
import { NO_LAG } from "../testing/simulator_builders.ts";
import { describeDurations } from "./durations.ts";

const STREAMS = 300;
const SAMPLES = 60;

function print(what: string, timesMs: readonly number[]): void {
  printLine(`${what.padEnd(56)} ${describeDurations(timesMs)}`);
}

const plex = await startPlex({
  clock: systemClock,
  seed: 1,
  lag: NO_LAG,
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

/** Milliseconds until the page has a sample. */
async function untilShown(sample: RegExp): Promise<number> {
  const from = performance.now();
  while (!sample.test(await scrape()));
  return performance.now() - from;
}

await delay(5_000);
const changes: number[] = [];
for (let sample = 0; sample < SAMPLES; sample++) {
  const viewer = viewers[sample];
  if (viewer === undefined) break;
  viewer.pause();
  changes.push(
    await untilShown(new RegExp(`^plex_session_state\\{.*session="${viewer.key}"\\} 0$`, "m")),
  );
  await delay(100);
}
print("a pause, from its notification to the page", changes);

const starts: number[] = [];
for (let sample = 0; sample < 15; sample++) {
  const viewer = play(sample);
  starts.push(
    await untilShown(new RegExp(`^plex_session_state\\{.*session="${viewer.key}"\\} `, "m")),
  );
  await delay(1_500);
}
print("a new play, from its notification to the page", starts);

async function scrapeTimes(seconds: number): Promise<number[]> {
  const times: number[] = [];
  for (let second = 0; second < seconds; second++) {
    const from = performance.now();
    await scrape();
    times.push(performance.now() - from);
    await delay(1_000 - Math.min(1_000, performance.now() - from));
  }
  return times;
}

print(`a scrape a second, ${STREAMS} streams`, await scrapeTimes(10));
plex.faults.set({ kind: "frame storm", perSecond: 1_000 });
print("the same in a storm of 1,000 notifications a second", await scrapeTimes(10));
plex.faults.clear();
const [, resident] = /^process_resident_memory_bytes (\S+)$/m.exec(await scrape()) ?? [];
printLine(`resident memory: ${Math.round(Number(resident) / 1e6)} MB (from source)`);
await plex.close();

/**
 * The program itself, as a process on real sockets, on a simulation whose time flies: its people play,
 * pause and leave many times as fast as they would, its server restarts and fails. What the process
 * holds is read from outside.
 */
import assert from "node:assert/strict";
import { startViewers } from "../../src/simulator/viewer_simulation.ts";
import { startPlex } from "../../src/simulator/plex.ts";
import type { Clock } from "../../src/clock.ts";
import { type Process, startProgram } from "./program.ts";
import { readPage, sum } from "./harness.ts";

/** What the process holds at a moment. */
export interface Sample {
  readonly worldHours: number;
  readonly residentBytes: number;
  /** Files and connections, from /proc. */
  readonly openFiles: number;
  readonly threads: number;
  readonly series: number;
  /** Processor time since the last sample: timers that pile up would show in it. */
  readonly cpuSeconds: number;
  readonly plays: number;
  readonly slowestScrapeMs: number;
}

export interface AcceleratedRunOptions {
  readonly worldHours: number;
  /** How many times as fast the simulation's time goes. */
  readonly speed: number;
  readonly everyWorldHours: number;
  readonly told?: (sample: Sample) => void;
}

/** Real time, so many times as fast. */
function fastClock(speed: number): Clock {
  const beganMs = performance.timeOrigin + performance.now();
  const after = (ms: number, run: () => void) => {
    const timer = setTimeout(run, ms / speed);
    return () => clearTimeout(timer);
  };
  return {
    now: () => {
      const passedMs = performance.timeOrigin + performance.now() - beganMs;
      return Math.trunc(beganMs + passedMs * speed);
    },
    after,
    timeout: after,
  };
}

/** As Prometheus would in a hurry. */
const SCRAPE_INTERVAL_MS = 500;

/** How often something goes wrong, in real time. */
const FAULT_INTERVAL_MS = 12_000;

function countFiles(folder: string): number {
  return [...Deno.readDirSync(folder)].length;
}

/** Lives for so long; the samples, oldest first. The process is ended by a signal, in order. */
export async function runAccelerated(options: AcceleratedRunOptions): Promise<readonly Sample[]> {
  const { everyWorldHours, speed, told = () => {}, worldHours } = options;
  const clock = fastClock(speed);
  const plex = await startPlex({ clock, seed: 11, plexPass: true });
  const { faults, simulation } = plex;
  const viewers = startViewers(simulation, { clock, seed: 11 });
  const sizes = new Map(simulation.libraries.all.map(({ id, items }) => [id, items.length]));
  const samples: Sample[] = [];

  /** The truth is kept for ever and items are found for ever: no memory of the exporter's. */
  const forget = () => {
    simulation.plays.splice(0, Math.max(0, simulation.plays.length - 100));
    (plex.requests as unknown[]).splice(0, Math.max(0, plex.requests.length - 100));
    for (const library of simulation.libraries) {
      library.items = library.items.slice(0, sizes.get(library.id));
    }
  };
  let trials = 0;
  const trial = () => {
    trials += 1;
    const restart = { goneMs: 2_000 * speed, startingMs: 2_000 * speed };
    if (trials % 4 === 0) simulation.restart(restart);
    if (trials % 4 === 1) setTimeout(faults.set({ kind: "server error" }), 4_000);
    if (trials % 4 === 2) faults.set({ kind: "socket closes" }, { times: 1 });
    if (trials % 4 === 3) simulation.server.rename(`server ${trials % 8}`);
  };

  const live = async (program: Process, url: string) => {
    const proc = `/proc/${program.pid}`;
    let slowestScrapeMs = 0;
    let cpuBefore = 0;
    const scrape = async () => {
      const begunMs = performance.now();
      const answer = await fetch(url, { headers: { connection: "close" } });
      const text = await answer.text();
      slowestScrapeMs = Math.max(slowestScrapeMs, performance.now() - begunMs);
      return text;
    };
    const look = (text: string, hours: number): Sample => {
      const page = readPage(text);
      const cpu = sum(page, "process_cpu_seconds_total");
      const status = Deno.readTextFileSync(`${proc}/status`);
      const sample = {
        worldHours: hours,
        residentBytes: Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) * 1024,
        openFiles: countFiles(`${proc}/fd`),
        threads: countFiles(`${proc}/task`),
        series: page.size,
        cpuSeconds: cpu - cpuBefore,
        plays: sum(page, "plex_plays_total"),
        slowestScrapeMs,
      };
      cpuBefore = cpu;
      slowestScrapeMs = 0;
      return sample;
    };
    const beganMs = performance.now();
    const hours = () => (performance.now() - beganMs) * speed / 3_600_000;
    let lookAt = everyWorldHours;
    let trialAtMs = FAULT_INTERVAL_MS;
    while (hours() < worldHours) {
      await new Promise((resolve) => setTimeout(resolve, SCRAPE_INTERVAL_MS));
      const text = await scrape();
      forget();
      if (performance.now() - beganMs >= trialAtMs) {
        trialAtMs += FAULT_INTERVAL_MS;
        trial();
      }
      if (hours() < lookAt) continue;
      lookAt += everyWorldHours;
      const sample = look(text, hours());
      samples.push(sample);
      told(sample);
    }
  };

  try {
    await using program = startProgram([], {
      env: {
        PLEX_SERVER: plex.url,
        PLEX_TOKEN: plex.ownerToken,
        LISTEN_ADDRESS: "127.0.0.1:0",
        LIBRARY_REFRESH_INTERVAL: "60s",
      },
    });
    const url = await program.says(/(http:\/\/127\.0\.0\.1:\d+\/metrics)/);
    await live(program, url);
    program.signal("SIGTERM");
    assert.equal(await program.code, 0, "no timer keeps it");
    assert.doesNotMatch(program.stderr, /"level":"error"/);
  } finally {
    viewers.stop();
    faults.clear();
    await plex.close();
  }
  return samples;
}

/** Throws where what is held has grown from the first half to the second, warming up left out. */
export function assertStable(samples: readonly Sample[]): void {
  const settled = samples.slice(Math.floor(samples.length / 4));
  const early = settled.slice(0, Math.ceil(settled.length / 2));
  const late = settled.slice(early.length);
  const bounds: readonly [keyof Sample, ratio: number, more: number][] = [
    ["residentBytes", 1.1, 12_000_000],
    ["openFiles", 1, 6],
    ["threads", 1, 3],
    ["series", 1.15, 150],
    ["cpuSeconds", 1.25, 1],
  ];
  for (const [what, ratio, more] of bounds) {
    const [before, after] = [early, late].map((part) => Math.max(...part.map((one) => one[what])));
    assert.ok(
      before !== undefined && after !== undefined && after <= before * ratio + more,
      `${what} grew from ${before} to ${after}`,
    );
  }
  const last = samples.at(-1);
  assert.ok(last && last.plays > 0, "something was played");
}

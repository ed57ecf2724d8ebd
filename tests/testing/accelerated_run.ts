/**
 * Runs the program as a process against an accelerated simulation: viewers play and pause many
 * times faster than real ones, and the server restarts and fails. Samples the resources of the
 * process.
 */
import assert from "node:assert/strict";
import { startViewers } from "../../src/simulator/viewer_simulation.ts";
import { startPlex } from "../../src/simulator/plex.ts";
import type { Clock } from "../../src/clock.ts";
import { assertBounded } from "./growth.ts";
import { type Process, startProgram } from "./program.ts";
import { readPage, sum } from "./harness.ts";
import { createTrimmer } from "./trim_simulation.ts";

/** The resources of the process at one time. */
export interface Sample {
  readonly simulatedHours: number;
  readonly residentBytes: number;
  /** Files and connections, from /proc. */
  readonly openFiles: number;
  readonly threads: number;
  readonly series: number;
  /** Processor time since the last sample. It would show timers that accumulate. */
  readonly cpuSeconds: number;
  readonly plays: number;
  readonly slowestScrapeMs: number;
}

/** How long a run takes, and how often it is sampled. */
export interface AcceleratedRunOptions {
  readonly simulatedHours: number;
  /** Simulated seconds per second. */
  readonly speed: number;
  readonly everySimulatedHours: number;
  readonly onSample?: (sample: Sample) => void;
}

/** Real time, accelerated by `speed`. */
function fastClock(speed: number): Clock {
  const startedMs = performance.timeOrigin + performance.now();
  const after = (ms: number, run: () => void) => {
    const timer = setTimeout(run, ms / speed);
    return () => clearTimeout(timer);
  };
  return {
    now: () => {
      const passedMs = performance.timeOrigin + performance.now() - startedMs;
      return Math.trunc(startedMs + passedMs * speed);
    },
    after,
    timeout: after,
  };
}

/** Shorter than that of Prometheus, in real time. */
const SCRAPE_INTERVAL_MS = 500;

/** Time between two incidents, in real time. */
const INCIDENT_INTERVAL_MS = 12_000;

function countFiles(folder: string): number {
  return [...Deno.readDirSync(folder)].length;
}

/** Runs for `simulatedHours` and returns the samples, oldest first. A signal ends the process. */
export async function runAccelerated(options: AcceleratedRunOptions): Promise<readonly Sample[]> {
  const { everySimulatedHours, speed, onSample = () => {}, simulatedHours } = options;
  const clock = fastClock(speed);
  const plex = await startPlex({ clock, seed: 11, plexPass: true });
  const { faults, simulation } = plex;
  const viewers = startViewers(simulation, { clock, seed: 11 });
  const trimSimulation = createTrimmer(simulation);
  const samples: Sample[] = [];
  let incidents = 0;
  const startIncident = () => {
    incidents += 1;
    const restart = { goneMs: 2_000 * speed, startingMs: 2_000 * speed };
    if (incidents % 4 === 0) simulation.restart(restart);
    if (incidents % 4 === 1) setTimeout(faults.set({ kind: "server error" }), 4_000);
    if (incidents % 4 === 2) faults.set({ kind: "socket closes" }, { times: 1 });
    if (incidents % 4 === 3) simulation.server.rename(`server ${incidents % 8}`);
  };

  const sampleProcess = async (program: Process, url: string) => {
    const proc = `/proc/${program.pid}`;
    let slowestScrapeMs = 0;
    let cpuBefore = 0;
    const scrape = async () => {
      const requestedMs = performance.now();
      const answer = await fetch(url, { headers: { connection: "close" } });
      const text = await answer.text();
      slowestScrapeMs = Math.max(slowestScrapeMs, performance.now() - requestedMs);
      return text;
    };
    const takeSample = (text: string, hours: number): Sample => {
      const page = readPage(text);
      const cpu = sum(page, "process_cpu_seconds_total");
      const status = Deno.readTextFileSync(`${proc}/status`);
      const sample = {
        simulatedHours: hours,
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
    const startedMs = performance.now();
    const hours = () => (performance.now() - startedMs) * speed / 3_600_000;
    let sampleAt = everySimulatedHours;
    let incidentAtMs = INCIDENT_INTERVAL_MS;
    while (hours() < simulatedHours) {
      await new Promise((resolve) => setTimeout(resolve, SCRAPE_INTERVAL_MS));
      const text = await scrape();
      trimSimulation();
      (plex.requests as unknown[]).splice(0, Math.max(0, plex.requests.length - 100));
      if (performance.now() - startedMs >= incidentAtMs) {
        incidentAtMs += INCIDENT_INTERVAL_MS;
        startIncident();
      }
      if (hours() < sampleAt) continue;
      sampleAt += everySimulatedHours;
      const sample = takeSample(text, hours());
      samples.push(sample);
      onSample(sample);
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
    await sampleProcess(program, url);
    program.signal("SIGTERM");
    assert.equal(await program.code, 0, "no timer keeps the process alive");
    assert.doesNotMatch(program.stderr, /"level":"error"/);
  } finally {
    viewers.stop();
    faults.clear();
    await plex.close();
  }
  return samples;
}

/** Throws if usage has grown, or if nothing was played. */
export function assertStable(samples: readonly Sample[]): void {
  assertBounded(samples, [
    ["residentBytes", 1.1, 12_000_000],
    ["openFiles", 1, 6],
    ["threads", 1, 3],
    ["series", 1.15, 150],
    ["cpuSeconds", 1.25, 1],
  ]);
  assert.ok((samples.at(-1)?.plays ?? 0) > 0, "something was played");
}

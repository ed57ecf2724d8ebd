/**
 * Runs a monitor on a busy simulation at high speed, and samples its memory, timers, sockets and
 * series.
 */
import assert from "node:assert/strict";
import { serialize } from "node:v8";
import { startViewers } from "../../src/simulator/viewer_simulation.ts";
import { families } from "../../src/metrics/families.ts";
import { createRenderer, type Page } from "../../src/metrics/exposition.ts";
import { textOf } from "./exposition.ts";
import { assertBounded } from "./growth.ts";
import { monitorSimulation } from "./in_memory_monitor.ts";
import { createTrimmer } from "./trim_simulation.ts";

/** The resources in use at one time. */
export interface Usage {
  readonly hours: number;
  /** After a garbage collection, if the runtime exposes one. */
  readonly heapBytes: number;
  readonly timers: number;
  readonly sockets: number;
  readonly openRequests: number;
  readonly samples: number;
  readonly pageBytes: number;
  readonly plays: number;
  /** The size of the serialised state. */
  readonly stateBytes: number;
}

/** How long a run takes, and what happens how often. */
export interface LongRunOptions {
  readonly hours: number;
  /** Time between two samples. */
  readonly everyHours: number;
  /** Time between two incidents: Plex restarts, fails for a while, or is renamed. */
  readonly incidentEveryHours: number;
  readonly scrapeEveryS: number;
  readonly onSample?: (usage: Usage) => void;
}

const PROCESS = { version: "0", denoVersion: "0", cpuSeconds: 0, residentBytes: 0, startedAt: 0 };

/** Collects garbage; a task that measures memory runs with `--expose-gc`. */
function collect(): void {
  (globalThis as { gc?: () => void }).gc?.();
}

/** Throws if usage has grown, or if more than one socket or ten requests were open at a time. */
export function assertNoGrowth(usages: readonly Usage[]): void {
  assertBounded(usages, [
    ["heapBytes", 1.15, 2_000_000],
    ["stateBytes", 1.15, 50_000],
    ["timers", 1.2, 15],
    ["samples", 1.15, 100],
    ["plays", 1, 6],
  ]);
  assert.ok(usages.every(({ sockets }) => sockets <= 1), "one socket at a time");
  assert.ok(usages.every(({ openRequests }) => openRequests <= 10), "few requests at a time");
}

/** Simulates `hours` and returns the samples, oldest first. */
export async function runLong(options: LongRunOptions): Promise<readonly Usage[]> {
  const { hours, everyHours, scrapeEveryS, onSample = () => {}, incidentEveryHours } = options;
  const watched = await monitorSimulation({ seed: 11, duplicateShare: 0.01 });
  const { clock, monitor, network, simulation } = watched;
  const viewers = startViewers(simulation, { clock, seed: 11 });
  const render = createRenderer(families({ legacy: true }));
  const usages: Usage[] = [];
  const trimSimulation = createTrimmer(simulation);
  const lastS = hours * 3600;
  let incidents = 0;
  let page: Page = { parts: [], samples: 0 };

  async function scrape(): Promise<void> {
    const at = clock.now();
    monitor.dispatch({ type: "scrape_begun", at });
    page = await render({ servers: [monitor.state], at, process: PROCESS }, "text");
    const { begun } = monitor.state.scrapes;
    const series = page.samples;
    monitor.dispatch({ type: "scrape_completed", at, scrape: begun, client: "::1", series });
  }

  function startIncident(): void {
    incidents += 1;
    if (incidents % 3 === 0) simulation.restart({ goneMs: 30_000, startingMs: 30_000 });
    if (incidents % 3 === 1) clock.after(60_000, network.faults.set({ kind: "server error" }));
    if (incidents % 3 === 2) {
      simulation.server.rename(`server ${incidents}`);
      clock.after(40_000, network.faults.set({ kind: "socket half-open" }, { times: 1 }));
    }
  }

  try {
    for (let second = scrapeEveryS; second <= lastS; second += scrapeEveryS) {
      await watched.pass(scrapeEveryS);
      await scrape();
      trimSimulation();
      if (second % (incidentEveryHours * 3600) < scrapeEveryS) startIncident();
      if (second % (everyHours * 3600) >= scrapeEveryS) continue;
      collect();
      const usage: Usage = {
        hours: second / 3600,
        heapBytes: Deno.memoryUsage().heapUsed,
        timers: clock.pendingTimers,
        sockets: network.openSockets,
        openRequests: network.openRequests,
        samples: page.samples,
        pageBytes: textOf(page).length,
        plays: monitor.state.plays.size,
        stateBytes: serialize(monitor.state).length,
      };
      usages.push(usage);
      onSample(usage);
    }
  } finally {
    viewers.stop();
    await watched.close();
  }
  return usages;
}

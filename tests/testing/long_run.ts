/**
 * A busy simulation lived through at high speed, with what the exporter holds of memory, timers, sockets
 * and series measured on the way.
 */
import assert from "node:assert/strict";
import { serialize } from "node:v8";
import { startViewers } from "../../src/simulator/viewer_simulation.ts";
import { families } from "../../src/metrics/families.ts";
import { createRenderer, type Page } from "../../src/metrics/exposition.ts";
import { textOf } from "./exposition.ts";
import { monitorSimulation } from "./in_memory_monitor.ts";

/** What is held at a moment. */
export interface Usage {
  readonly hours: number;
  /** After a collection, where the runtime lets one be asked for. */
  readonly heapBytes: number;
  readonly timers: number;
  readonly sockets: number;
  readonly questions: number;
  readonly samples: number;
  readonly pageBytes: number;
  readonly plays: number;
  /** The size of all that is known, written out. */
  readonly stateBytes: number;
}

export interface LongRunOptions {
  readonly hours: number;
  /** How often it is measured. */
  readonly everyHours: number;
  /** How often Plex restarts, is away for a while, and is renamed. */
  readonly trialEveryHours: number;
  readonly scrapeEveryS: number;
  readonly told?: (holding: Usage) => void;
}

const PROCESS = { version: "0", denoVersion: "0", cpuSeconds: 0, residentBytes: 0, startedAt: 0 };

/** Asks for a collection; a task that measures memory runs with `--expose-gc`. */
function collect(): void {
  (globalThis as { gc?: () => void }).gc?.();
}

/**
 * Throws where what is held has grown from the first half to the second. What is new is counted in
 * series until the caps: the first measures are left out, until the viewers have played everything once.
 */
export function assertNoGrowth(holdings: readonly Usage[]): void {
  const settled = holdings.slice(Math.floor(holdings.length / 4));
  const early = settled.slice(0, Math.ceil(settled.length / 2));
  const late = settled.slice(early.length);
  const most = (part: readonly Usage[], of: (holding: Usage) => number) =>
    Math.max(...part.map(of));
  const bounds: readonly [string, (holding: Usage) => number, ratio: number, more: number][] = [
    ["heap", ({ heapBytes }) => heapBytes, 1.15, 2_000_000],
    ["state", ({ stateBytes }) => stateBytes, 1.15, 50_000],
    ["timers", ({ timers }) => timers, 1.2, 15],
    ["samples", ({ samples }) => samples, 1.15, 100],
    ["plays", ({ plays }) => plays, 1, 6],
  ];
  for (const [what, of, ratio, more] of bounds) {
    const [before, after] = [most(early, of), most(late, of)];
    assert.ok(after <= before * ratio + more, `${what} grew from ${before} to ${after}`);
  }
  assert.ok(most(holdings, ({ sockets }) => sockets) <= 1, "one socket at a time");
  assert.ok(most(holdings, ({ questions }) => questions) <= 10, "few questions at a time");
}

/** Lives for so many hours; what was held, oldest first. */
export async function runLong(options: LongRunOptions): Promise<readonly Usage[]> {
  const { hours, everyHours, scrapeEveryS, told = () => {}, trialEveryHours } = options;
  const watched = await monitorSimulation({ seed: 11, duplicateShare: 0.01 });
  const { clock, monitor, way, simulation } = watched;
  const viewers = startViewers(simulation, { clock, seed: 11 });
  const render = createRenderer(families({ legacy: true }));
  const holdings: Usage[] = [];
  const sizes = new Map(simulation.libraries.all.map(({ id, items }) => [id, items.length]));
  const lastS = hours * 3600;
  let trials = 0;
  let page: Page = { parts: [], samples: 0 };

  async function scrape(): Promise<void> {
    const at = clock.now();
    monitor.dispatch({ type: "scrape_begun", at });
    page = await render({ servers: [monitor.state], at, process: PROCESS }, "text");
    const { begun } = monitor.state.scrapes;
    const series = page.samples;
    monitor.dispatch({ type: "scrape_completed", at, scrape: begun, client: "::1", series });
  }

  function trial(): void {
    trials += 1;
    if (trials % 3 === 0) simulation.restart({ goneMs: 30_000, startingMs: 30_000 });
    if (trials % 3 === 1) clock.after(60_000, way.faults.set({ kind: "server error" }));
    if (trials % 3 === 2) {
      simulation.server.rename(`server ${trials}`);
      clock.after(40_000, way.faults.set({ kind: "socket half-open" }, { times: 1 }));
    }
  }

  try {
    for (let second = scrapeEveryS; second <= lastS; second += scrapeEveryS) {
      await watched.pass(scrapeEveryS);
      await scrape();
      // The simulation keeps the truth for ever and finds new items for ever; that is no memory of the
      // exporter's.
      if (simulation.plays.length > 100) simulation.plays.splice(0, simulation.plays.length - 100);
      for (const library of simulation.libraries) {
        library.items = library.items.slice(0, sizes.get(library.id));
      }
      if (second % (trialEveryHours * 3600) < scrapeEveryS) trial();
      if (second % (everyHours * 3600) >= scrapeEveryS) continue;
      collect();
      const holding: Usage = {
        hours: second / 3600,
        heapBytes: Deno.memoryUsage().heapUsed,
        timers: clock.pendingTimers,
        sockets: way.openSockets,
        questions: way.openQuestions,
        samples: page.samples,
        pageBytes: textOf(page).length,
        plays: monitor.state.plays.size,
        stateBytes: serialize(monitor.state).length,
      };
      holdings.push(holding);
      told(holding);
    }
  } finally {
    viewers.stop();
    await watched.close();
  }
  return holdings;
}

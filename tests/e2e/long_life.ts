/**
 * A busy world lived through at high speed, with what the exporter holds of memory, timers, sockets
 * and series measured on the way. What is too much is judged by those who call it.
 */
import { animate } from "../../src/demo/household.ts";
import { catalogue } from "../../src/metrics/catalogue.ts";
import { countSamples, createRenderer } from "../../src/metrics/render.ts";
import { watchWorld } from "./memory.ts";

/** What is held at a moment. */
export interface Holding {
  readonly hours: number;
  /** After a collection, where the runtime lets one be asked for. */
  readonly heapBytes: number;
  readonly timers: number;
  readonly sockets: number;
  readonly questions: number;
  readonly samples: number;
  readonly pageBytes: number;
  readonly plays: number;
}

export interface LifeOptions {
  readonly hours: number;
  /** How often it is measured. */
  readonly everyHours: number;
  /** How often Plex restarts, is away for a while, and is renamed. */
  readonly trialEveryHours: number;
  readonly scrapeEveryS: number;
  readonly told?: (holding: Holding) => void;
}

const PROCESS = { version: "0", denoVersion: "0", cpuSeconds: 0, residentBytes: 0, startedAt: 0 };

/** Asks for a collection; a task that measures memory runs with `--expose-gc`. */
function collect(): void {
  (globalThis as { gc?: () => void }).gc?.();
}

/** Lives for so many hours; what was held, oldest first. */
export async function live(options: LifeOptions): Promise<readonly Holding[]> {
  const { hours, everyHours, scrapeEveryS, told = () => {}, trialEveryHours } = options;
  const watched = await watchWorld({ seed: 11, duplicateShare: 0.01 });
  const { clock, monitor, way, world } = watched;
  const household = animate(world, { clock, seed: 11 });
  const render = createRenderer(catalogue({ compatible: true }));
  const holdings: Holding[] = [];
  const lastS = hours * 3600;
  let trials = 0;
  let text = "";

  async function scrape(): Promise<void> {
    const at = clock.now();
    monitor.dispatch({ type: "scrape_begun", at });
    text = await render({ servers: [monitor.state], at, process: PROCESS }, "text");
    const { begun } = monitor.state.scrapes;
    const series = countSamples(text);
    monitor.dispatch({ type: "scrape_completed", at, scrape: begun, client: "::1", series });
  }

  function trial(): void {
    trials += 1;
    if (trials % 3 === 0) world.restart({ goneMs: 30_000, startingMs: 30_000 });
    if (trials % 3 === 1) clock.after(60_000, way.faults.set({ kind: "server error" }));
    if (trials % 3 === 2) {
      world.rename(`server ${trials}`);
      clock.after(40_000, way.faults.set({ kind: "socket half-open" }, { times: 1 }));
    }
  }

  try {
    for (let second = scrapeEveryS; second <= lastS; second += scrapeEveryS) {
      await watched.pass(scrapeEveryS);
      await scrape();
      // The world keeps the truth for ever, which is no memory of the exporter's.
      if (world.plays.length > 100) world.plays.splice(0, world.plays.length - 100);
      if (second % (trialEveryHours * 3600) < scrapeEveryS) trial();
      if (second % (everyHours * 3600) >= scrapeEveryS) continue;
      collect();
      const holding: Holding = {
        hours: second / 3600,
        heapBytes: Deno.memoryUsage().heapUsed,
        timers: clock.pendingTimers,
        sockets: way.openSockets,
        questions: way.openQuestions,
        samples: countSamples(text),
        pageBytes: text.length,
        plays: monitor.state.plays.size,
      };
      holdings.push(holding);
      told(holding);
    }
  } finally {
    household.stop();
    await watched.close();
  }
  return holdings;
}

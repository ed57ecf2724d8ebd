/**
 * An exporter with a state file that can be killed at any moment and started again, in memory. A
 * kill leaves a copy of its folder as it was at that moment.
 */
import type { ServerState } from "../../src/core/state.ts";
import { createRenderer } from "../../src/metrics/exposition.ts";
import { families } from "../../src/metrics/families.ts";
import type { Monitor } from "../../src/plex/monitor.ts";
import type { Simulation } from "../../src/simulator/simulation.ts";
import { openStateFile, type StateFile } from "../../src/state_file/mod.ts";
import type { DrivenClock } from "./driven_clock.ts";
import { textOf } from "./exposition.ts";
import { monitorInMemory, SimulatedNetwork } from "./in_memory_monitor.ts";
import type { KillableDisk } from "./killable_disk.ts";
import { silentLog } from "./recording_log.ts";

const ADDRESS = "plex.example:32400";
const PROCESS = { version: "", denoVersion: "", cpuSeconds: 0, residentBytes: 0, startedAt: 0 };

/** One process, from its start to the kill. */
interface Run {
  readonly monitor: Monitor;
  readonly file: StateFile;
  readonly stopping: AbortController;
  readonly saving: Promise<void>;
  readonly render: ReturnType<typeof createRenderer>;
}

/** The exporter, one process after the other. */
export class KillableExporter {
  readonly network = new SimulatedNetwork();
  readonly #folder: string;
  readonly #simulation: Simulation;
  readonly #clock: DrivenClock;
  readonly #disk: KillableDisk;
  #runs = 0;
  #run: Run | undefined;
  #isKilled = false;
  #killedAtMs = -Infinity;

  /** `folder` is an empty one. */
  constructor(folder: string, simulation: Simulation, clock: DrivenClock, disk: KillableDisk) {
    this.#folder = folder;
    this.#simulation = simulation;
    this.#clock = clock;
    this.#disk = disk;
    clock.exclude(this.network);
    Deno.mkdirSync(this.#runFolder(1));
  }

  /** Whether it runs and has not been killed. */
  get isRunning(): boolean {
    return this.#run !== undefined && !this.#isKilled;
  }

  /** When it was killed the last time. */
  get killedAtMs(): number {
    return this.#killedAtMs;
  }

  get state(): ServerState {
    return this.#running.monitor.state;
  }

  async start(): Promise<void> {
    this.#runs += 1;
    this.#isKilled = false;
    const clock = this.#clock;
    const path = `${this.#runFolder(this.#runs)}/state.json`;
    const file = await openStateFile({ path, hiddenLabels: [], log: silentLog, clock });
    const monitor = monitorInMemory(this.#simulation, clock, {
      host: ADDRESS,
      network: this.network,
      // Restarts would each walk the libraries again, which counts nothing.
      walkIntervalMs: 0,
      saved: { atAddress: file.savedByAddress(ADDRESS), byId: file.savedById },
    });
    const stopping = new AbortController();
    this.#run = {
      monitor,
      file,
      stopping,
      saving: file.saveRegularly(() => [monitor.state], stopping.signal),
      render: createRenderer(families({ legacy: true })),
    };
    await clock.drain();
  }

  /** A page as `src/app.ts` answers it; nothing if a kill comes first. */
  async scrape({ isReceived = true } = {}): Promise<string | undefined> {
    const { monitor, file, render } = this.#running;
    const at = this.#clock.now();
    monitor.dispatch({ type: "scrape_begun", at });
    const servers = await file.save(() => [monitor.state]);
    if (this.#isKilled) return undefined;
    const scrape = servers[0]?.scrapes.begun ?? 0;
    const page = await render({ servers, at, process: PROCESS }, "text");
    const { samples: series } = page;
    if (isReceived) {
      monitor.dispatch({ type: "scrape_completed", at, scrape, client: "::1", series });
    }
    return textOf(page);
  }

  /** Kills it after this many more file operations. */
  killAfter(operations: number): void {
    this.#disk.killAfter(operations, () => this.#killNow());
  }

  /** Kills it now, unless it has been killed, and waits until nothing is left of it. */
  async kill(): Promise<void> {
    if (this.#run === undefined) return;
    const { monitor, file, stopping, saving } = this.#run;
    this.#killNow();
    this.#run = undefined;
    stopping.abort();
    await Promise.all([monitor.stop(), saving]);
    // It has no states: what it would save at the end is not what is left by a kill.
    await file.close(() => []);
  }

  get #running(): Run {
    if (this.#run === undefined) throw new Error("The exporter does not run");
    return this.#run;
  }

  #runFolder(run: number): string {
    return `${this.#folder}/${run}`;
  }

  #killNow(): void {
    if (this.#isKilled) return;
    this.#isKilled = true;
    this.#killedAtMs = this.#clock.now();
    this.#disk.killAfter(Infinity, () => {});
    const [from, to] = [this.#runFolder(this.#runs), this.#runFolder(this.#runs + 1)];
    Deno.mkdirSync(to);
    for (const { name } of Deno.readDirSync(from)) {
      if (!name.endsWith(".lock")) Deno.copyFileSync(`${from}/${name}`, `${to}/${name}`);
    }
  }
}

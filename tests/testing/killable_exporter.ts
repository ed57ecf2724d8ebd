/**
 * An exporter with a state file that can be killed at any moment and started again, in memory. The
 * killed one leaves a copy of its folder as it was at that moment.
 */
import type { ServerState } from "../../src/core/state.ts";
import { silentLog } from "../../src/log/mod.ts";
import { createRenderer } from "../../src/metrics/exposition.ts";
import { families } from "../../src/metrics/families.ts";
import type { Monitor } from "../../src/plex/monitor.ts";
import type { Simulation } from "../../src/simulator/simulation.ts";
import { openStateFile, type StateFile } from "../../src/state_file/mod.ts";
import type { DrivenClock } from "./driven_clock.ts";
import { textOf } from "./exposition.ts";
import { monitorInMemory, SimulatedNetwork } from "./in_memory_monitor.ts";
import type { MortalDisk } from "./mortal_disk.ts";

const ADDRESS = "plex.example:32400";
const PROCESS = { version: "", denoVersion: "", cpuSeconds: 0, residentBytes: 0, startedAt: 0 };

/** One process, from its start to the kill. */
interface Life {
  readonly monitor: Monitor;
  readonly file: StateFile;
  readonly stopping: AbortController;
  readonly saving: Promise<void>;
  readonly render: ReturnType<typeof createRenderer>;
}

export class MortalExporter {
  readonly network = new SimulatedNetwork();
  readonly #folder: string;
  readonly #simulation: Simulation;
  readonly #clock: DrivenClock;
  readonly #disk: MortalDisk;
  #lives = 0;
  #life: Life | undefined;
  #isDying = false;
  #diedAtMs = -Infinity;

  /** `folder` is an empty one. */
  constructor(folder: string, simulation: Simulation, clock: DrivenClock, disk: MortalDisk) {
    this.#folder = folder;
    this.#simulation = simulation;
    this.#clock = clock;
    this.#disk = disk;
    clock.exclude(this.network);
    Deno.mkdirSync(this.#lifeFolder(1));
  }

  /** Whether it runs and has not been killed. */
  get isAlive(): boolean {
    return this.#life !== undefined && !this.#isDying;
  }

  /** When it was killed the last time. */
  get diedAtMs(): number {
    return this.#diedAtMs;
  }

  get state(): ServerState {
    return this.#running.monitor.state;
  }

  async start(): Promise<void> {
    this.#lives += 1;
    this.#isDying = false;
    const clock = this.#clock;
    const path = `${this.#lifeFolder(this.#lives)}/state.json`;
    const file = await openStateFile({ path, hiddenLabels: [], log: silentLog, clock });
    const monitor = monitorInMemory(this.#simulation, clock, {
      host: ADDRESS,
      network: this.network,
      // Restarts would each walk the libraries again, which counts nothing.
      walkIntervalMs: 0,
      saved: { atAddress: file.savedByAddress(ADDRESS), byId: file.savedById },
    });
    const stopping = new AbortController();
    this.#life = {
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
    if (this.#isDying) return undefined;
    const scrape = servers[0]?.scrapes.begun ?? 0;
    const page = await render({ servers, at, process: PROCESS }, "text");
    const { samples: series } = page;
    if (isReceived) {
      monitor.dispatch({ type: "scrape_completed", at, scrape, client: "::1", series });
    }
    return textOf(page);
  }

  /** The kill comes after so many more file operations. */
  killAfter(operations: number): void {
    this.#disk.killAfter(operations, () => this.#die());
  }

  /** Kills it now, unless it has been killed, and waits until nothing is left of it. */
  async kill(): Promise<void> {
    if (this.#life === undefined) return;
    const { monitor, file, stopping, saving } = this.#life;
    this.#die();
    this.#life = undefined;
    stopping.abort();
    await Promise.all([monitor.stop(), saving]);
    // It has no states: what it would save at the end is not what is left by a kill.
    await file.close(() => []);
  }

  get #running(): Life {
    if (this.#life === undefined) throw new Error("The exporter does not run");
    return this.#life;
  }

  #lifeFolder(life: number): string {
    return `${this.#folder}/${life}`;
  }

  #die(): void {
    if (this.#isDying) return;
    this.#isDying = true;
    this.#diedAtMs = this.#clock.now();
    this.#disk.killAfter(Infinity, () => {});
    const [from, to] = [this.#lifeFolder(this.#lives), this.#lifeFolder(this.#lives + 1)];
    Deno.mkdirSync(to);
    for (const { name } of Deno.readDirSync(from)) {
      if (!name.endsWith(".lock")) Deno.copyFileSync(`${from}/${name}`, `${to}/${name}`);
    }
  }
}

/**
 * The exporter with a state file, started again and again on simulated servers and a driven clock.
 * Each scrape checks that no counter falls, and that a new one begins at 0.
 */
import assert from "node:assert/strict";
import type { App } from "../../src/app.ts";
import type { ServerState } from "../../src/core/state.ts";
import type { Clock } from "../../src/clock.ts";
import { type PlexOptions, type SimulatedPlex, startPlex } from "../../src/simulator/plex.ts";
import { DrivenClock } from "./driven_clock.ts";
import { eventually } from "./eventually.ts";
import { type Page, playFilm, readPage, receivedFrames, startExporter, sum } from "./harness.ts";
import { lastingCounters } from "./lasting_counters.ts";
import { withFolder } from "./program.ts";
import { NO_LAG } from "./simulator_builders.ts";

/** Counters of the process, which begin again with it. */
const OF_PROCESS = /^process_/;

/** Counters that begin with what Plex has counted already. */
const BEGINS_WHOLE = /^plex_(title_)?views_total\{/;

/** The counters of a page that must not fall over restarts. */
export function countersOverRestarts(page: Page): ReadonlyMap<string, number> {
  return new Map([...lastingCounters(page)].filter(([series]) => !OF_PROCESS.test(series)));
}

/** How the servers and the exporter begin. */
export interface RestartsOptions {
  readonly plex?: Partial<PlexOptions>;
  readonly settings?: Readonly<Record<string, string>>;
}

/** An exporter that is started again and again, and its servers. */
export class Restarts {
  readonly clock = new DrivenClock();
  /** The log of every process, the newest last. */
  readonly lines: string[] = [];
  readonly folder: string;
  /** The path of the state file. */
  readonly path: string;
  /** How far the exporter's clock is ahead of the others. */
  skewMs = 0;
  readonly #settings: Readonly<Record<string, string>>;
  readonly #plexes: SimulatedPlex[] = [];
  #app: App | undefined;
  #known = new Map<string, number>();
  #missing = new Map<string, number>();

  constructor(folder: string, settings: Readonly<Record<string, string>> = {}) {
    this.folder = folder;
    this.path = `${folder}/state.json`;
    this.#settings = settings;
    this.clock.settle = () => this.#hasReceivedFrames();
  }

  /** Starts a simulated server. */
  async addPlex(options: Partial<PlexOptions> = {}): Promise<SimulatedPlex> {
    const plex = await startPlex({
      clock: this.clock,
      seed: 1,
      lag: NO_LAG,
      duplicateShare: 0,
      plexPass: true,
      ...options,
    });
    this.clock.exclude(plex);
    this.#plexes.push(plex);
    return plex;
  }

  /** Starts the exporter, on all servers unless the settings say otherwise. */
  async start(settings: Readonly<Record<string, string>> = {}): Promise<void> {
    assert.equal(this.#app, undefined);
    this.#missing = new Map();
    this.#app = await startExporter(this.#exporterClock(), this.lines, {
      PLEX_SERVER: this.#plexes.map(({ url }) => url).join(","),
      PLEX_TOKEN: this.#plexes.map(({ ownerToken }) => ownerToken).join(","),
      STATE_FILE: this.path,
      ...this.#settings,
      ...settings,
    });
    // Nothing has been sent to this exporter: what it has not counted, it never receives.
    for (const state of this.states) this.#missingFrames(state);
    await this.clock.drain();
    await this.pass(1);
  }

  /** Starts the exporter and, after a first scrape, a film; shows its counters after some seconds. */
  async startWithFilm(
    plex: SimulatedPlex,
    seconds: number,
    settings: Readonly<Record<string, string>> = {},
  ): Promise<{ readonly page: Page; readonly viewer: ReturnType<typeof playFilm> }> {
    await this.start(settings);
    await this.scrape();
    const viewer = playFilm(plex);
    await this.pass(seconds);
    return { page: await this.show(), viewer };
  }

  /** Ends the exporter, which saves its state. */
  async stop(): Promise<void> {
    const app = this.#app;
    this.#app = undefined;
    await app?.stop(1_000);
  }

  /** Ends the exporter as a kill does: with the state as it was on disk. */
  async kill(): Promise<void> {
    const saved = await Deno.readFile(this.path).catch(() => undefined);
    await this.stop();
    if (saved === undefined) await Deno.remove(this.path).catch(() => {});
    else await Deno.writeFile(this.path, saved);
  }

  /** Stops the exporter, and starts it again after some seconds. */
  async restart(
    downS: number,
    settings: Readonly<Record<string, string>> = {},
  ): Promise<void> {
    await this.stop();
    await this.pass(downS);
    await this.start(settings);
  }

  async pass(seconds: number): Promise<void> {
    await this.clock.advance(seconds * 1000);
  }

  get url(): string {
    assert.ok(this.#app);
    return this.#app.url;
  }

  get states(): readonly ServerState[] {
    assert.ok(this.#app);
    return this.#app.states;
  }

  /** Scrapes, and compares with every page before. */
  async scrape(): Promise<Page> {
    let page = await this.#fetch();
    // The clock does not wait for the disk: the save that was shared may have begun long ago.
    const savedS = sum(page, "plex_exporter_state_saved_timestamp_seconds");
    if (savedS < (this.clock.now() + this.skewMs) / 1000 - 1) page = await this.#fetch();
    for (const [series, value] of countersOverRestarts(page)) {
      const known = this.#known.get(series);
      if (known !== undefined) {
        assert.ok(value >= known, `${series} fell from ${known} to ${value}`);
      } else if (!BEGINS_WHOLE.test(series)) {
        assert.equal(value, 0, `${series} did not begin at 0`);
      }
      this.#known.set(series, value);
    }
    return page;
  }

  /**
   * Scrapes until new series have their values: they begin at 0, and a scrape within a second of a
   * save shows what was saved.
   */
  async show(): Promise<Page> {
    for (let scrapes = 0; scrapes < 2; scrapes++) {
      await this.scrape();
      await this.pass(1.1);
    }
    return await this.scrape();
  }

  /** For tests with two sockets to one server: the clock waits for responses only. */
  ignoreFrames(): void {
    this.clock.settle = () => true;
  }

  /** The counters may begin at 0: the state is expected to be lost. */
  expectReset(): void {
    this.#known = new Map();
  }

  /** The log lines with a text. */
  logged(text: string): readonly string[] {
    return this.lines.filter((line) => line.includes(text));
  }

  /** What is in the folder, by name. */
  async files(): Promise<ReadonlyMap<string, string>> {
    const files = new Map<string, string>();
    for await (const { name, isFile } of Deno.readDir(this.folder)) {
      if (isFile) files.set(name, await Deno.readTextFile(`${this.folder}/${name}`));
    }
    return files;
  }

  /** Stops everything. */
  async close(): Promise<void> {
    await this.stop();
    for (const plex of this.#plexes) await plex.close();
  }

  async #fetch(): Promise<Page> {
    const response = await eventually(fetch(`${this.url}/metrics`));
    assert.equal(response.status, 200);
    return readPage(await response.text());
  }

  #exporterClock(): Clock {
    const { skewMs, clock } = this;
    return {
      now: () => clock.now() + skewMs,
      after: (ms, run) => clock.after(ms, run),
      timeout: (ms, run) => clock.timeout(ms, run),
    };
  }

  /** Whether the exporter has received the frames sent since it was connected. */
  #hasReceivedFrames(): boolean {
    return (this.#app?.states ?? []).every((state) => {
      const plex = this.#plexOf(state);
      if (plex === undefined || !state.apiStats.connected) return true;
      return receivedFrames(state) >= plex.framesSent - this.#missingFrames(state);
    });
  }

  #plexOf({ address }: ServerState): SimulatedPlex | undefined {
    return this.#plexes.find(({ url }) => new URL(url).port === address.split(":")[1]);
  }

  /**
   * The number of frames that were sent before this exporter's counters began, which it has not
   * counted. Counters continue over restarts, but not if the address has another server.
   */
  #missingFrames(state: ServerState): number {
    const key = `${state.address} ${state.server?.id}`;
    const missing = this.#missing.get(key) ??
      (this.#plexOf(state)?.framesSent ?? 0) - receivedFrames(state);
    this.#missing.set(key, missing);
    return missing;
  }
}

/** Defines a test on a server; the exporter is not started yet. */
export function testRestarts(
  name: string,
  run: (restarts: Restarts, plex: SimulatedPlex) => Promise<void>,
  { plex: plexOptions, settings }: RestartsOptions = {},
): void {
  Deno.test(name, () =>
    withFolder(async (folder) => {
      const restarts = new Restarts(folder, settings);
      try {
        await run(restarts, await restarts.addPlex(plexOptions));
      } finally {
        await restarts.close();
      }
    }));
}

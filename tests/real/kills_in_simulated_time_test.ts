/**
 * A real Prometheus with the pages of a simulated half hour in which the exporter is killed 30
 * times, also between two operations on its state file. Nothing is played while it is not running,
 * so `increase()` over all of it must be what was played. Meanwhile bytes are sent, plays begin,
 * and others end.
 */
import { createRandom } from "../../src/simulator/random.ts";
import { Simulation } from "../../src/simulator/simulation.ts";
import { Backfill } from "../dashboards/simulation/backfill.ts";
import { BufferingViewers } from "../testing/buffering_viewers.ts";
import { DrivenClock } from "../testing/driven_clock.ts";
import { assertIncrease } from "../testing/kill_assertions.ts";
import { KillableDisk, OPERATIONS_OF_A_SAVE } from "../testing/killable_disk.ts";
import { KillableExporter } from "../testing/killable_exporter.ts";
import { withFolder } from "../testing/program.ts";
import { NO_TARGET, startPrometheus } from "../testing/prometheus.ts";
import { NO_LAG } from "../testing/simulator_builders.ts";

const SCRAPE_S = 15;
const KILLS = 30;

/** What is counted is saved within this time, also without a scrape. */
const REGULAR_SAVE_S = 9;

/** A simulation, and an exporter that is killed, with its pages in blocks for Prometheus. */
class KilledSimulation {
  readonly clock = new DrivenClock();
  readonly simulation = new Simulation({
    clock: this.clock,
    duplicateShare: 0,
    lag: NO_LAG,
  });
  readonly viewers = new BufferingViewers(this.simulation);
  readonly #exporter: KillableExporter;
  readonly #backfill: Backfill;
  #second = 0;

  constructor(folder: string, disk: KillableDisk) {
    Deno.mkdirSync(`${folder}/states`);
    this.#exporter = new KillableExporter(`${folder}/states`, this.simulation, this.clock, disk);
    this.#backfill = new Backfill(folder);
    this.clock.settle = () => disk.pending === 0;
  }

  start(): Promise<void> {
    return this.#exporter.start();
  }

  /** Lets time pass, with a scrape every 15 s, which fails while the exporter is not running. */
  async pass(seconds: number): Promise<void> {
    for (let passed = 0; passed < seconds; passed += 1) {
      await this.clock.advance(1_000);
      this.#second += 1;
      if (this.#second % SCRAPE_S !== 0) continue;
      const page = this.#exporter.isRunning ? await this.#exporter.scrape() : undefined;
      this.#backfill.add(this.clock.now(), page);
    }
  }

  /** Lets the viewers play, and waits until that is saved. */
  async play(seconds: number): Promise<void> {
    await this.viewers.playDuring(() => this.pass(seconds));
    await this.pass(REGULAR_SAVE_S);
  }

  /** Kills the exporter after so many operations on its file, or after a scrape at the latest. */
  async kill(operations: number): Promise<void> {
    this.#exporter.killAfter(operations);
    await this.pass(SCRAPE_S);
    await this.#exporter.kill();
  }

  /** Stops everything. Resolves to the time of the last scrape, in milliseconds. */
  async end(): Promise<number> {
    this.viewers.stop();
    await this.pass(60 + SCRAPE_S - this.#second % SCRAPE_S);
    await this.#exporter.kill();
    this.simulation.close();
    await this.#backfill.close();
    return this.clock.now();
  }
}

Deno.test("increase() over 30 kills in simulated time is what was played and sent", async () => {
  await withFolder(async (folder) => {
    const random = createRandom(1);
    using disk = new KillableDisk();
    const killed = new KilledSimulation(folder, disk);
    const { simulation, viewers } = killed;
    await killed.start();
    // The first bytes are the baseline.
    await killed.pass(2 * SCRAPE_S);
    for (let kill = 0; kill < KILLS; kill += 1) {
      viewers.start();
      await killed.pass(random.integer(2, 6));
      await killed.play(random.integer(5, 30));
      await killed.kill(random.integer(0, OPERATIONS_OF_A_SAVE));
      viewers.stop(random.integer(1, 4));
      viewers.start();
      await killed.pass(random.integer(0, 20));
      await killed.start();
    }
    const atMs = await killed.end();
    await using prometheus = await startPrometheus(folder, NO_TARGET);
    await assertIncrease(prometheus, simulation, {
      range: "3h",
      atMs,
      bytesTo: (user) => simulation.bandwidth.total(user && { accountId: user.id }),
    });
  });
});

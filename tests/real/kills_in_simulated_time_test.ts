/**
 * A real Prometheus with the pages of a simulated half hour in which the exporter is killed 30 times,
 * also between two operations on its file. Nothing is played while it is away, so that `increase()`
 * over all of it must be what was played; bytes are sent, plays begin, and others end.
 */
import assert from "node:assert/strict";
import { timeInState } from "../../src/simulator/ground_truth.ts";
import { createRandom } from "../../src/simulator/random.ts";
import { Simulation } from "../../src/simulator/simulation.ts";
import type { Viewer } from "../../src/simulator/viewer.ts";
import { Backfill } from "../dashboards/simulation/backfill.ts";
import { DrivenClock } from "../testing/driven_clock.ts";
import { KillableDisk, OPERATIONS_OF_A_SAVE } from "../testing/killable_disk.ts";
import { KillableExporter } from "../testing/killable_exporter.ts";
import { withFolder } from "../testing/program.ts";
import { startPrometheus } from "../testing/prometheus.ts";

const SCRAPE_S = 15;
const KILLS = 30;

/** How far `increase()` may be from the truth. */
const SHARE = 0.005;

/** What is counted is saved within this time, without a scrape, too. */
const REGULAR_SAVE_S = 9;

/** A simulation, an exporter, and what Prometheus has of it. */
class Scene {
  readonly clock = new DrivenClock();
  readonly simulation = new Simulation({
    clock: this.clock,
    duplicateShare: 0,
    lag: { startMs: 0, changeMs: 0, stopMs: 0 },
  });
  readonly #exporter: KillableExporter;
  readonly #backfill: Backfill;
  #viewers: Viewer[] = [];
  #begun = 0;
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

  /** Lets time pass, with a scrape every 15 s, which fails while the exporter is away. */
  async pass(seconds: number): Promise<void> {
    for (let passed = 0; passed < seconds; passed += 1) {
      await this.clock.advance(1_000);
      this.#second += 1;
      if (this.#second % SCRAPE_S !== 0) continue;
      const page = this.#exporter.isRunning ? await this.#exporter.scrape() : undefined;
      this.#backfill.add(this.clock.now(), page);
    }
  }

  /** A viewer begins to buffer, which is sent but not played. */
  begin(): void {
    const { users, players, libraries } = this.simulation;
    const movies = libraries.itemsOf("movie");
    const [user, player] = [users[this.#begun % 3], players[this.#begun % players.length]];
    const item = movies[this.#begun % movies.length];
    assert.ok(user && player && item);
    const location = this.#begun % 2 === 0 ? "lan" : "wan";
    this.#begun += 1;
    this.#viewers.push(this.simulation.play({ item, user, player, location, state: "buffering" }));
  }

  /** Stops the viewers who began first until `remaining` are left. */
  leave(remaining: number): void {
    this.#viewers.splice(0, Math.max(0, this.#viewers.length - remaining))
      .forEach((viewer) => viewer.stop());
  }

  async play(seconds: number): Promise<void> {
    this.#viewers.forEach((viewer) => viewer.resume());
    await this.pass(seconds);
    this.#viewers.forEach((viewer) => viewer.buffer());
    await this.pass(REGULAR_SAVE_S);
  }

  /** Kills the exporter after `operations` more on its file, at the latest after the next scrape. */
  async kill(operations: number): Promise<void> {
    this.#exporter.killAfter(operations);
    await this.pass(SCRAPE_S);
    await this.#exporter.kill();
  }

  /** Stops everything. Resolves to the time of the last scrape, in milliseconds. */
  async end(): Promise<number> {
    this.leave(0);
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
    const scene = new Scene(folder, disk);
    await scene.start();
    // The first bytes are the baseline.
    await scene.pass(2 * SCRAPE_S);
    for (let kill = 0; kill < KILLS; kill += 1) {
      scene.begin();
      await scene.pass(random.integer(2, 6));
      await scene.play(random.integer(5, 30));
      await scene.kill(random.integer(0, OPERATIONS_OF_A_SAVE));
      scene.leave(random.integer(1, 4));
      scene.begin();
      await scene.pass(random.integer(0, 20));
      await scene.start();
    }
    const { plays, bandwidth, users } = scene.simulation;
    const atMs = await scene.end();
    await using prometheus = await startPrometheus(folder, "127.0.0.1:9");
    for (const user of [undefined, ...users.slice(0, 3)]) {
      const own = plays.filter((play) => user === undefined || play.user === user.name);
      const truth = {
        plex_plays_total: own.length,
        plex_play_seconds_total: own.reduce((sum, play) =>
          sum + timeInState(play, "playing", atMs), 0) / 1_000,
        plex_user_transmit_bytes_total: bandwidth.total(user && { accountId: user.id }),
      };
      const labels = user === undefined ? "" : `{user=${JSON.stringify(user.name)}}`;
      for (const [name, expected] of Object.entries(truth)) {
        const increase = await prometheus.sum(`increase(${name}${labels}[3h])`, atMs);
        const text = `${name} of ${user?.name ?? "all"}: ${increase} of ${expected}`;
        assert.ok(expected > 0 && Math.abs(increase / expected - 1) <= SHARE, text);
      }
    }
  });
});

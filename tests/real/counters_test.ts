/**
 * The counters of plays and of play time on a real Prometheus, by `increase()` and by the samples,
 * over a simulated hour and over a minute of real time. They are compared with the plays that the
 * simulated Plex recorded, and with the time that users really played.
 */
import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import { timeInState } from "../../src/simulator/ground_truth.ts";
import { startViewers } from "../../src/simulator/viewer_simulation.ts";
import { startPlex } from "../../src/simulator/plex.ts";
import { Simulation } from "../../src/simulator/simulation.ts";
import { systemClock } from "../../src/clock.ts";
import { Backfill } from "../dashboards/simulation/backfill.ts";
import { Exporter } from "../dashboards/simulation/exporter.ts";
import { DrivenClock } from "../testing/driven_clock.ts";
import { playFilm, startExporter } from "../testing/harness.ts";
import { withFolder } from "../testing/program.ts";
import { NO_TARGET, type Prometheus, startPrometheus } from "../testing/prometheus.ts";
import { NO_LAG } from "../testing/simulator_builders.ts";

const SCRAPE_S = 15;

/** Asserts that a measurement differs from the truth by this share of it at most. */
function assertWithin(measured: number, truth: number, share: number, what: string): void {
  assert.ok(Math.abs(measured / truth - 1) <= share, `${what}: ${measured} of ${truth}`);
}

/** A shorter play may be in no session list: they are a second apart, and take time. */
const UNLISTED_MS = 2_000;

/** Number of recorded plays, of all users or of one, that lasted longer than `longerThanMs`. */
function playsOf(simulation: Simulation, user?: string, longerThanMs = -1): number {
  return simulation.plays.filter((play) =>
    (user === undefined || play.user === user) &&
    (play.endedAtMs ?? Infinity) - play.startedAtMs > longerThanMs
  ).length;
}

/** Seconds that all users, or one, really played until `atMs`. */
function playedSeconds(simulation: Simulation, atMs: number, user?: string): number {
  return simulation.plays
    .filter((play) => user === undefined || play.user === user)
    .reduce((sum, play) => sum + timeInState(play, "playing", atMs), 0) / 1000;
}

/** A simulation and an exporter, whose pages are written into blocks for Prometheus. */
class ScrapedSimulation {
  readonly clock = new DrivenClock();
  readonly simulation = new Simulation({
    clock: this.clock,
    seed: 1,
    duplicateShare: 0,
    lag: NO_LAG,
  });
  readonly #exporter = new Exporter([this.simulation], this.clock);
  readonly #backfill: Backfill;

  constructor(folder: string) {
    this.#backfill = new Backfill(folder);
  }

  async start(): Promise<void> {
    this.#exporter.start();
    await this.clock.advance(1_000);
    await this.scrape();
  }

  async scrape(): Promise<void> {
    this.#backfill.add(this.clock.now(), await this.#exporter.scrape());
  }

  async scrapeAfterInterval(): Promise<void> {
    await this.pass(SCRAPE_S);
    await this.scrape();
  }

  async pass(seconds: number): Promise<void> {
    for (let second = 0; second < seconds; second += 1) await this.clock.advance(1_000);
  }

  /** Stops everything, and starts a Prometheus on the blocks. `at` is the time of the end, in milliseconds. */
  async finish(folder: string): Promise<{ readonly prometheus: Prometheus; readonly at: number }> {
    const at = this.clock.now();
    await this.#exporter.stop();
    this.simulation.close();
    await this.#backfill.close();
    return { prometheus: await startPrometheus(folder, NO_TARGET), at };
  }
}

Deno.test("over a busy simulated hour, increase() is close to the truth, and the samples are exact", async () => {
  await withFolder(async (folder) => {
    const scraped = new ScrapedSimulation(folder);
    const { clock, simulation } = scraped;
    await scraped.start();
    const from = clock.now();
    const viewers = startViewers(simulation, { clock, seed: 11 });
    for (let scrape = 0; scrape < 240; scrape += 1) await scraped.scrapeAfterInterval();
    viewers.stop();
    // A new series is 0 in its first scrape, and has its value in the second.
    for (let scrape = 0; scrape < 2; scrape += 1) await scraped.scrapeAfterInterval();
    const { prometheus, at } = await scraped.finish(folder);
    await using _ = prometheus;
    const all = playsOf(simulation);
    const users = new Set(simulation.plays.flatMap(({ user }) => user ?? []));

    const hour = `[${(at - from) / 1000}s]`;
    assert.ok(all > 600 && users.size > 4, `${all} plays of ${users.size} users`);
    const increase = await prometheus.sum(`increase(plex_plays_total${hour})`, at);
    assertWithin(increase, all, 0.005, "plays by increase()");
    for (const user of users) {
      const [least, most] = [playsOf(simulation, user, UNLISTED_MS), playsOf(simulation, user)];
      const ofUser = `{user=${JSON.stringify(user)}}`;
      const plays = await prometheus.sum(`plex_plays_total${ofUser}`, at);
      assert.ok(plays >= least && plays <= most, `${plays} plays of ${user}, ${least} to ${most}`);
      const seconds = `increase(plex_play_seconds_total${ofUser}${hour})`;
      const counted = await prometheus.sum(seconds, at);
      const played = playedSeconds(simulation, at, user);
      // Each client that vanished or whose stop was lost costs a confirmation interval.
      assert.ok(counted <= played, `${counted} seconds of ${user}, who played ${played}`);
      assertWithin(counted, played, 0.03, `seconds of ${user}`);
    }
    assert.equal(
      await prometheus.sum(`min_over_time(plex_plays_total${hour})`, at),
      0,
      "every series was published at 0 first",
    );
  });
});

Deno.test("a play that begins and ends between two scrapes is counted, with its seconds", async () => {
  await withFolder(async (folder) => {
    const scraped = new ScrapedSimulation(folder);
    const { simulation } = scraped;
    await scraped.start();
    for (let scrape = 0; scrape < 3; scrape += 1) await scraped.scrapeAfterInterval();
    await scraped.pass(2);
    const viewer = playFilm({ simulation });
    await scraped.pass(9);
    viewer.stop();
    await scraped.pass(SCRAPE_S - 11);
    await scraped.scrape();
    for (let scrape = 0; scrape < 4; scrape += 1) await scraped.scrapeAfterInterval();
    const [play, ...more] = simulation.plays;
    assert.ok(play?.endedAtMs !== undefined && more.length === 0);
    assert.equal(play.endedAtMs - play.startedAtMs, 9_000);
    const { prometheus, at } = await scraped.finish(folder);
    await using _ = prometheus;
    assert.equal(await prometheus.sum("count_over_time(plex_session_info[5m])", at), 0);
    const increase = await prometheus.sum("increase(plex_plays_total[5m])", at);
    assertWithin(increase, 1, 0.005, "plays by increase()");
    assert.equal(await prometheus.sum("plex_plays_total", at), 1);
    const seconds = await prometheus.sum("increase(plex_play_seconds_total[5m])", at);
    assert.ok(Math.abs(seconds - 9) <= 1, `${seconds} of 9 s`);
  });
});

Deno.test("over a minute of real time, increase() is close to the truth", async () => {
  await withFolder(async (folder) => {
    const plex = await startPlex({ clock: systemClock, seed: 3 });
    const viewers = startViewers(plex.simulation, {
      clock: systemClock,
      seed: 3,
      watchMs: [5_000, 20_000],
    });
    const settings = { PLEX_SERVER: plex.url, PLEX_TOKEN: plex.ownerToken };
    const app = await startExporter(systemClock, [], settings);
    try {
      await using prometheus = await startPrometheus(folder, new URL(app.url).host);
      await delay(8_000);
      const { simulation } = plex;
      const begunAt = Date.now();
      const playedBefore = playedSeconds(simulation, begunAt);
      await delay(60_000);
      const at = Date.now();
      const plays = simulation.plays.filter(({ startedAtMs }) => startedAtMs > begunAt).length;
      const seconds = playedSeconds(simulation, at) - playedBefore;
      // New series have their values after two scrapes.
      await delay(2_500);
      const range = `[${Math.round((at - begunAt) / 1000)}s] offset 1s`;
      const counted = await prometheus.sum(`increase(plex_plays_total${range})`, at + 2_000);
      const played = await prometheus.sum(`increase(plex_play_seconds_total${range})`, at + 2_000);
      assert.ok(plays > 20, `${plays} plays`);
      // Scrapes are a second apart, and credits up to ten: both ends of the window are inexact.
      assert.ok(
        Math.abs(counted - plays) <= Math.max(3, plays * 0.1),
        `${counted} of ${plays} plays`,
      );
      assert.ok(Math.abs(played - seconds) <= seconds * 0.1, `${played} of ${seconds} s`);
    } finally {
      viewers.stop();
      await app.stop(1_000);
      await plex.close();
    }
  });
});

/**
 * What was played, as a real Prometheus sees it: by `increase()` and exactly by the samples, over a
 * simulated hour and over a minute on the wire. The truth is that of the simulated Plex: the plays
 * it recorded, and the time that users really played.
 */
import assert from "node:assert/strict";
import { timeInState } from "../../src/simulator/ground_truth.ts";
import { startViewers } from "../../src/simulator/viewer_simulation.ts";
import { startPlex } from "../../src/simulator/plex.ts";
import { Simulation } from "../../src/simulator/simulation.ts";
import { systemClock } from "../../src/clock.ts";
import { Backfill } from "../dashboards/simulation/backfill.ts";
import { Exporter } from "../dashboards/simulation/exporter.ts";
import { DrivenClock } from "../testing/driven_clock.ts";
import { startExporter } from "../testing/harness.ts";
import { withFolder } from "../testing/program.ts";
import { type Prometheus, startPrometheus } from "../testing/prometheus.ts";

const SCRAPE_S = 15;

/** A share of the truth, in words for the message of a failure. */
function assertWithin(measured: number, truth: number, share: number, what: string): void {
  assert.ok(Math.abs(measured / truth - 1) <= share, `${what}: ${measured} of ${truth}`);
}

/** Longest that a play may last and yet be in no list: the least time between two of them. */
const UNLISTED_MS = 2_000;

/** Number of recorded plays, of all users or of one, that lasted longer than `longerThanMs`. */
function playsOf(simulation: Simulation, user?: string, longerThanMs = -1): number {
  return simulation.plays.filter((play) =>
    (user === undefined || play.user === user) &&
    (play.endedAtMs ?? Infinity) - play.startedAtMs > longerThanMs
  ).length;
}

/** A simulation, and an exporter of it that is scraped every 15 s into blocks for Prometheus. */
class Scene {
  readonly clock = new DrivenClock();
  readonly simulation = new Simulation({
    clock: this.clock,
    seed: 1,
    duplicateShare: 0,
    lag: { startMs: 0, changeMs: 0, stopMs: 0 },
  });
  readonly #exporter = new Exporter([this.simulation], this.clock);
  readonly #backfill: Backfill;

  constructor(folder: string) {
    this.#backfill = new Backfill(folder);
  }

  async begin(): Promise<void> {
    this.#exporter.start();
    await this.clock.advance(1_000);
    await this.scrape();
  }

  async scrape(): Promise<void> {
    this.#backfill.add(this.clock.now(), await this.#exporter.scrape());
  }

  async pass(seconds: number): Promise<void> {
    for (let second = 0; second < seconds; second += 1) await this.clock.advance(1_000);
  }

  /** Ends it; what Prometheus has of it is asked over all of it. */
  async finish(folder: string): Promise<{ readonly prometheus: Prometheus; readonly at: number }> {
    const at = this.clock.now();
    await this.#exporter.stop();
    this.simulation.close();
    await this.#backfill.close();
    return { prometheus: await startPrometheus(folder, "127.0.0.1:9"), at };
  }
}

/** Seconds that all users have really played so far. */
function allPlayedSeconds(simulation: Simulation): number {
  const names = new Set(simulation.plays.flatMap(({ user }) => user ?? []));
  return [...names].reduce(
    (sum, name) => sum + playedSeconds(simulation, name, simulation.now()),
    0,
  );
}

/** Seconds that a user has really played until `at`. */
function playedSeconds(simulation: Simulation, user: string, at: number): number {
  const plays = simulation.plays.filter((play) => play.user === user);
  return plays.reduce((sum, play) => sum + timeInState(play, "playing", at), 0) / 1000;
}

Deno.test("over a busy simulated hour, increase() is close to the truth, and the samples are exact", async () => {
  await withFolder(async (folder) => {
    const scene = new Scene(folder);
    const { clock, simulation } = scene;
    await scene.begin();
    const from = clock.now();
    const viewers = startViewers(simulation, { clock, seed: 11 });
    for (let scrape = 0; scrape < 240; scrape += 1) {
      await scene.pass(SCRAPE_S);
      await scene.scrape();
    }
    viewers.stop();
    // A series shows 0 first: the last of them are told by the second scrape after they began.
    for (let scrape = 0; scrape < 2; scrape += 1) {
      await scene.pass(SCRAPE_S);
      await scene.scrape();
    }
    const users = new Set(simulation.plays.flatMap(({ user }) => user ?? []));
    const truth = new Map(
      [...users].map((
        user,
      ) => [user, [playsOf(simulation, user, UNLISTED_MS), playsOf(simulation, user)]]),
    );
    const all = playsOf(simulation);
    const { prometheus, at } = await scene.finish(folder);
    await using _ = prometheus;

    const hour = `[${(at - from) / 1000}s]`;
    assert.ok(all > 600 && users.size > 4, `${all} plays of ${users.size} users`);
    const increase = await prometheus.sum(`increase(plex_plays_total${hour})`, at);
    assertWithin(increase, all, 0.005, "plays by increase()");
    for (const [user, [least = NaN, most = NaN]] of truth) {
      const ofUser = `{user=${JSON.stringify(user)}}`;
      const plays = await prometheus.sum(`plex_plays_total${ofUser}`, at);
      assert.ok(plays >= least && plays <= most, `${plays} plays of ${user}, ${least} to ${most}`);
      const seconds = `increase(plex_play_seconds_total${ofUser}${hour})`;
      const counted = await prometheus.sum(seconds, at);
      const played = playedSeconds(simulation, user, at);
      // Vanished clients and lost stops cost a confirmation interval each; nothing is added.
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
    const scene = new Scene(folder);
    const { simulation } = scene;
    await scene.begin();
    for (let scrape = 0; scrape < 8; scrape += 1) {
      if (scrape === 3) {
        await scene.pass(2);
        const [user] = simulation.users;
        const [player] = simulation.players;
        assert.ok(user && player);
        const item = simulation.randomItem("movie");
        const viewer = simulation.play({ item, user, player, state: "playing" });
        await scene.pass(9);
        viewer.stop();
        await scene.pass(SCRAPE_S - 11);
      } else await scene.pass(SCRAPE_S);
      await scene.scrape();
    }
    const [play, ...more] = simulation.plays;
    assert.ok(play?.endedAtMs !== undefined && more.length === 0);
    assert.equal(play.endedAtMs - play.startedAtMs, 9_000);
    const { prometheus, at } = await scene.finish(folder);
    await using _ = prometheus;
    assert.equal(await prometheus.sum("count_over_time(plex_session_info[5m])", at), 0);
    const increase = await prometheus.sum("increase(plex_plays_total[5m])", at);
    assertWithin(increase, 1, 0.005, "plays by increase()");
    assert.equal(await prometheus.sum("plex_plays_total", at), 1);
    const seconds = await prometheus.sum("increase(plex_play_seconds_total[5m])", at);
    assert.ok(Math.abs(seconds - 9) <= 1, `${seconds} of 9 s`);
  });
});

Deno.test("a minute on the wire is counted by increase()", async () => {
  const folder = await Deno.makeTempDir();
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
    await new Promise((resolve) => setTimeout(resolve, 8_000));
    const { simulation } = plex;
    const begunAt = Date.now();
    const playedBefore = allPlayedSeconds(simulation);
    await new Promise((resolve) => setTimeout(resolve, 60_000));
    const at = Date.now();
    const plays = simulation.plays.filter(({ startedAtMs }) => startedAtMs > begunAt).length;
    const seconds = allPlayedSeconds(simulation) - playedBefore;
    // Two scrapes later new series show their values.
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    const range = `[${Math.round((at - begunAt) / 1000)}s] offset 1s`;
    const counted = await prometheus.sum(`increase(plex_plays_total${range})`, at + 2_000);
    const played = await prometheus.sum(`increase(plex_play_seconds_total${range})`, at + 2_000);
    assert.ok(plays > 20, `${plays} plays`);
    // Scrapes come once a second, credits in steps of up to ten: an edge's worth on either side.
    assert.ok(
      Math.abs(counted - plays) <= Math.max(3, plays * 0.1),
      `${counted} of ${plays} plays`,
    );
    assert.ok(Math.abs(played - seconds) <= seconds * 0.1, `${played} of ${seconds} s`);
  } finally {
    viewers.stop();
    await app.stop(1_000);
    await plex.close();
    await Deno.remove(folder, { recursive: true });
  }
});

/**
 * A busy simulation during which the program is killed at random moments, in real time: while it
 * starts, between scrapes, during one, and right after one. Each page is compared with all earlier
 * ones, and in the end the counters with the ground truth.
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import type { Simulation } from "../../src/simulator/simulation.ts";
import type { Viewer } from "../../src/simulator/viewer.ts";
import { assertBytes, assertPlays, assertSeconds, type BytesOf } from "./kill_assertions.ts";
import { BusyViewers, viewerStep } from "./busy_viewers.ts";
import { CounterHistory } from "./counter_history.ts";
import { KilledProgram } from "./killed_program.ts";
import { KillBounds } from "./kill_bounds.ts";
import { withFolder } from "./program.ts";

/** Reports come faster than from real players, so that time is confirmed between two kills. */
const TIMELINE_MS = 1_000;
const JITTER_MS = 200;

/** What a scrape shows was saved within this time before it. */
const SHARED_SAVE_MS = 1_000;

/** The time between two steps of viewers, and between two scrapes. */
const STEP_MS = 250;
const SCRAPE_MS = 300;

/** The moment of a kill, how long it takes to come, and how long the program is down after it. */
const kill = fc.record({
  moment: fc.constantFrom("starting", "idle", "scraping", "scraped"),
  afterMs: fc.nat(1_500),
  startingMs: fc.nat(900),
  scrapingMs: fc.nat(25),
  downMs: fc.nat(600),
});

type Kill = typeof kill extends fc.Arbitrary<infer Value> ? Value : never;

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Maximum time until a request is answered: what Plex shows changes every second. */
const ANSWER_MS = 20;

/** Maximum time until a list that was requested is counted, on a busy machine. */
const APPLIED_MS = 5_000;

/** Time after which nothing of a killed process arrives any more. */
const GONE_MS = 50;

/** New series show their values in the second page with a save of its own. */
const LAST_PAGES = 2;

class KilledRun {
  readonly #history = new CounterHistory();
  readonly #program: KilledProgram;
  readonly #kills: { readonly atMs: number; readonly savedMs: number }[] = [];
  readonly #startedS = Math.floor(Date.now() / 1_000);
  #savedMs = -Infinity;

  constructor(program: KilledProgram) {
    this.#program = program;
  }

  /** Scrapes once; the page counts if all of it has arrived. */
  async scrape(): Promise<void> {
    const startedMs = Date.now();
    const text = await this.#program.scrape();
    if (text === undefined) return;
    this.#add(text);
    this.#savedMs = startedMs - SHARED_SAVE_MS;
  }

  #add(text: string): void {
    this.#history.add(text, `after ${this.#kills.length} kills`);
  }

  async scrapeFor(ms: number): Promise<void> {
    const untilMs = Date.now() + ms;
    while (Date.now() < untilMs) {
      await this.scrape();
      await pause(Math.max(0, Math.min(SCRAPE_MS, untilMs - Date.now())));
    }
  }

  /** Lets time pass until the moment of the kill, kills, and starts again. */
  async kill({ moment, afterMs, startingMs, scrapingMs, downMs }: Kill): Promise<void> {
    if (moment === "starting") await pause(startingMs);
    else {
      await this.#program.page(/^plex_up/m, (text) => this.#add(text));
      await this.scrapeFor(afterMs);
    }
    if (moment === "scraped") await this.scrape();
    const scrape = moment === "scraping" ? this.scrape() : undefined;
    if (scrape !== undefined) await pause(scrapingMs);
    await this.#program.kill();
    await scrape;
    await pause(GONE_MS);
    this.#kills.push({ atMs: Date.now(), savedMs: this.#savedMs });
    await pause(downMs);
    this.#program.start();
  }

  /** Compares the counters with what the simulated Plex has listed and sent. */
  async assertCounted(): Promise<void> {
    const { plex } = this.#program;
    const { bandwidth, users } = plex.simulation;
    const readMs = await this.#program.requested("/statistics/bandwidth", Date.now());
    for (let page = 0; page < LAST_PAGES; page += 1) {
      await pause(SHARED_SAVE_MS + GONE_MS);
      await this.scrape();
    }
    const sent = ({ accountId, lan }: BytesOf, nowMs: number) =>
      bandwidth.rows(nowMs, this.#startedS)
        .filter((row) => accountId === undefined || row.accountId === accountId)
        .filter((row) => lan === undefined || row.lan === lan)
        .reduce((sum, { bytes }) => sum + bytes, 0);
    assertBytes(this.#history, users, (where) => ({
      least: sent(where, readMs),
      most: sent(where, readMs + ANSWER_MS),
    }));
    const bounds = this.#bounds();
    assertPlays(this.#history, bounds, users);
    assertSeconds(this.#history, bounds.playing(Date.now()));
  }

  /** Without a lag, each list shows what was played when it was requested. */
  #bounds(): KillBounds {
    const { requests, simulation: { plays } } = this.#program.plex;
    const bounds = new KillBounds(plays, TIMELINE_MS + JITTER_MS, APPLIED_MS);
    const kills = [...this.#kills];
    for (const { template, atMs } of requests) {
      if (template !== "/status/sessions") continue;
      while (kills[0] !== undefined && kills[0].atMs < atMs) {
        bounds.killed(kills.shift()?.savedMs ?? 0);
      }
      bounds.listed(
        atMs,
        plays.filter(({ startedAtMs, endedAtMs = Infinity }) =>
          startedAtMs <= atMs && endedAtMs > atMs
        ),
      );
    }
    return bounds;
  }
}

/** A user plays a film all the time, so that bytes are sent whatever the other users do. */
function playFilm(simulation: Simulation): Viewer {
  const [user, player] = [simulation.users[0], simulation.players.at(-1)];
  const item = simulation.libraries.itemsOf("movie").at(-1);
  assert.ok(user && player && item);
  return simulation.play({ item, user, player, state: "playing", timelineIntervalMs: TIMELINE_MS });
}

/** Kills the program so many times, and asserts that nothing is lost or counted twice. */
export async function runKilled(kills: number, seed: number): Promise<void> {
  await withFolder(async (folder) => {
    await using program = await KilledProgram.begin(folder);
    const run = new KilledRun(program);
    // The first bytes are the baseline, and must be on disk.
    await program.page(/^plex_transmit_bytes_total/m);
    await run.scrapeFor(SHARED_SAVE_MS);
    const viewers = new BusyViewers(program.plex.simulation, TIMELINE_MS);
    const film = playFilm(program.plex.simulation);
    const steps = fc.sample(viewerStep, { numRuns: 5_000 + kills * 50, seed }).values();
    const timer = setInterval(() => {
      const { value: step } = steps.next();
      if (step !== undefined) viewers.do(step);
    }, STEP_MS);
    try {
      for (const each of fc.sample(kill, { numRuns: kills, seed })) await run.kill(each);
    } finally {
      clearInterval(timer);
    }
    viewers.stop();
    film.stop();
    // The next start reads the bytes at once.
    await run.kill({ moment: "idle", afterMs: 0, startingMs: 0, scrapingMs: 0, downMs: 0 });
    await run.assertCounted();
    assert.equal(await program.stop(), 0);
  });
}

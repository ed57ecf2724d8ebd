/**
 * A real Prometheus scrapes the program while it is killed and started again. Nothing is played while
 * the program is away, so that `increase()` over all of it must be what was played; bytes are sent,
 * plays begin, and others end.
 */
import assert from "node:assert/strict";
import { timeInState } from "../../src/simulator/ground_truth.ts";
import type { Viewer } from "../../src/simulator/viewer.ts";
import { KilledProgram } from "../testing/killed_program.ts";
import { until, withFolder } from "../testing/program.ts";
import { startPrometheus } from "../testing/prometheus.ts";

/** How long everybody plays before a kill. */
const PLAYING_MS = 4_000;

/** What a scrape shows was saved within this time before it. */
const SHARED_SAVE_MS = 1_000;

/** How far `increase()` may be from the truth. */
const SHARE = 0.005;

/** How late the notification may arrive that a viewer plays, on a machine that is busy. */
const LATE_S = 0.15;

/** What is played counts to the moment while notifications come. */
const IS_NOTIFIED = /^plex_exporter_websocket_connected\{.*\} 1$/m;

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Viewers who buffer, which is sent but not played, unless they are told to play. */
class Buffering {
  readonly #program: KilledProgram;
  #viewers: Viewer[] = [];
  #begun = 0;

  constructor(program: KilledProgram) {
    this.#program = program;
  }

  begin(): void {
    const { simulation } = this.#program.plex;
    const { users, players, libraries } = simulation;
    const user = users[this.#begun % 3];
    const player = players[this.#begun % players.length];
    const item = libraries.itemsOf("movie")[this.#begun];
    assert.ok(user && player && item);
    const location = this.#begun % 2 === 0 ? "lan" : "wan";
    this.#begun += 1;
    this.#viewers.push(simulation.play({
      item,
      user,
      player,
      location,
      state: "buffering",
      timelineIntervalMs: 1_000,
    }));
  }

  stopOne(): void {
    this.#viewers.shift()?.stop();
  }

  stop(): void {
    this.#viewers.forEach((viewer) => viewer.stop());
  }

  /** Lets everybody play for a time in which the program hears of everything, and saves it. */
  async play(): Promise<void> {
    await until("all sessions on a page", async () => {
      const text = await this.#program.scrape();
      if (text === undefined || !IS_NOTIFIED.test(text)) return undefined;
      const sessions = text.match(/^plex_session_state\{/gm)?.length;
      return sessions === this.#viewers.length || undefined;
    });
    this.#viewers.forEach((viewer) => viewer.resume());
    await pause(PLAYING_MS);
    this.#viewers.forEach((viewer) => viewer.buffer());
    await pause(SHARED_SAVE_MS + 100);
    assert.ok(await this.#program.scrape() !== undefined);
  }
}

Deno.test("increase() over kills of the program is what was played and sent", async () => {
  await withFolder(async (folder) => {
    await using program = await KilledProgram.begin(folder);
    const { simulation } = program.plex;
    const begunS = Math.floor(Date.now() / 1_000);
    await using prometheus = await startPrometheus(folder, new URL(program.url).host);
    // The first bytes are the baseline.
    await until(
      "the first bytes",
      async () => (await prometheus.series("plex_transmit_bytes_total")).length > 0 || undefined,
    );
    const viewers = new Buffering(program);
    viewers.begin();
    viewers.begin();
    viewers.begin();
    await viewers.play();
    await program.kill();
    viewers.stopOne();
    viewers.begin();
    await pause(700);
    program.start();
    // Once more, in its start.
    await pause(300);
    await program.kill();
    program.start();
    await viewers.play();
    await program.kill();
    viewers.stop();
    const endedMs = Date.now();
    program.start();
    const readMs = await program.requested("/statistics/bandwidth", endedMs);
    // The last series show their values in the second scrape.
    const [atMs = NaN] = await until("three scrapes", async () => {
      const [last] = await prometheus.series("timestamp(plex_transmit_bytes_total)");
      const lastMs = Math.round((last?.value ?? 0) * 1_000);
      return lastMs > readMs + 3_000 ? [lastMs] : undefined;
    });

    const { plays, bandwidth, users } = simulation;
    const rows = bandwidth.rows(readMs, begunS);
    for (const user of [undefined, ...users.slice(0, 3)]) {
      const own = plays.filter((play) => user === undefined || play.user === user.name);
      const ownRows = rows.filter((row) => user === undefined || row.accountId === user.id);
      const begins = own.flatMap(({ spans }) => spans.filter(({ state }) => state === "playing"));
      const playedS = own.reduce((sum, play) => sum + timeInState(play, "playing", atMs), 0) /
        1_000;
      const truth: Readonly<Record<string, readonly [value: number, allowed: number]>> = {
        plex_plays_total: [own.length, 0],
        plex_play_seconds_total: [playedS, LATE_S * begins.length],
        plex_user_transmit_bytes_total: [ownRows.reduce((sum, { bytes }) => sum + bytes, 0), 0],
      };
      const labels = user === undefined ? "" : `{user=${JSON.stringify(user.name)}}`;
      for (const [name, [expected, allowed]] of Object.entries(truth)) {
        const increase = await prometheus.sum(`increase(${name}${labels}[10m])`, atMs);
        const text = `${name} of ${user?.name ?? "all"}: ${increase} of ${expected}`;
        assert.ok(expected > 0, text);
        assert.ok(Math.abs(increase - expected) <= SHARE * expected + allowed, text);
      }
    }
  });
});

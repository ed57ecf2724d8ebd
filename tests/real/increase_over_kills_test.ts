/**
 * A real Prometheus scrapes the program while it is killed and started again. Nothing is played
 * while it is not running, so `increase()` over all of it must be what was played. Meanwhile bytes
 * are sent, plays begin, and others end.
 */
import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import { BufferingViewers } from "../testing/buffering_viewers.ts";
import { assertIncrease } from "../testing/kill_assertions.ts";
import { KilledProgram } from "../testing/killed_program.ts";
import { until, withFolder } from "../testing/program.ts";
import { startPrometheus } from "../testing/prometheus.ts";

/** How long the viewers play before a kill. */
const PLAYING_MS = 4_000;

/** What a scrape shows was saved within this time before it. */
const SHARED_SAVE_MS = 1_000;

/** How late the notification may arrive that a viewer plays, on a busy machine. */
const LATE_S = 0.15;

/** While notifications arrive, play time counts to the moment. */
const IS_NOTIFIED = /^plex_exporter_websocket_connected\{.*\} 1$/m;

/** Lets the viewers play while the program receives notifications, and has it save the counters. */
async function play(program: KilledProgram, viewers: BufferingViewers): Promise<void> {
  await until("all sessions on a page", async () => {
    const text = await program.scrape();
    if (text === undefined || !IS_NOTIFIED.test(text)) return undefined;
    const sessions = text.match(/^plex_session_state\{/gm)?.length;
    return sessions === viewers.count || undefined;
  });
  await viewers.playDuring(() => delay(PLAYING_MS));
  await delay(SHARED_SAVE_MS + 100);
  assert.ok(await program.scrape() !== undefined);
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
    const viewers = new BufferingViewers(simulation, { timelineIntervalMs: 1_000 });
    for (let count = 0; count < 3; count += 1) viewers.start();
    await play(program, viewers);
    await program.kill();
    viewers.stop(2);
    viewers.start();
    await delay(700);
    program.start();
    // The second kill comes while the program starts.
    await delay(300);
    await program.kill();
    program.start();
    await play(program, viewers);
    await program.kill();
    viewers.stop();
    const endedMs = Date.now();
    program.start();
    const readMs = await program.requested("/statistics/bandwidth", endedMs);
    // The last series have their values in the second scrape.
    const atMs = await until("the scrapes after the last reading", async () => {
      const [last] = await prometheus.series("timestamp(plex_transmit_bytes_total)");
      const lastMs = Math.round((last?.value ?? 0) * 1_000);
      return lastMs > readMs + 3_000 ? lastMs : undefined;
    });

    const rows = simulation.bandwidth.rows(readMs, begunS);
    await assertIncrease(prometheus, simulation, {
      range: "10m",
      atMs,
      bytesTo: (user) =>
        rows.filter((row) => user === undefined || row.accountId === user.id)
          .reduce((sum, { bytes }) => sum + bytes, 0),
      lateS: LATE_S,
    });
  });
});

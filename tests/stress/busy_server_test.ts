/** The totals of a busy server, compared with Plex's session list. */
import assert from "node:assert/strict";
import { startViewers } from "../../src/simulator/viewer_simulation.ts";
import type { Session } from "../../src/simulator/session.ts";
import { type Page, sum, testWithHarness } from "../testing/harness.ts";

/** Whether a listed session is a play of a user and is playing. */
function isPlaying({ state, user, player, item }: Session): boolean {
  return state === "playing" && (user ?? player) !== undefined &&
    !item.guid.startsWith("library://");
}

testWithHarness(
  "the play time of a busy server is within 1 % of that of Plex's session list",
  async (harness) => {
    const { simulation } = harness.plex;
    const viewers = startViewers(simulation, { clock: harness.clock, seed: 5 });
    await harness.pass(2);
    await harness.scrape();
    /** Seconds of play by Plex's list, which keeps a vanished client for minutes. */
    let listedSeconds = 0;
    let last: Page = new Map();
    for (let second = 1; second <= 20 * 60; second++) {
      await harness.pass(1);
      listedSeconds += simulation.sessions().filter(isPlaying).length;
      if (second % 60 !== 0) continue;
      const page = await harness.scrape();
      for (const [series, value] of last) {
        if (!/^plex_.*_(total|bucket|sum|count)\{/.test(series)) continue;
        assert.ok((page.get(series) ?? -1) >= value, `${series} fell`);
      }
      last = page;
    }
    viewers.stop();
    await harness.scrape();
    const page = await harness.scrape();
    const seconds = sum(page, "plex_play_seconds_total");
    assert.ok(Math.abs(seconds / listedSeconds - 1) < 0.01, `${seconds} of ${listedSeconds} s`);
    assert.ok(
      Math.abs(sum(page, "plex_play_seconds_by_hour_total") - seconds) < 0.001,
      "every second is counted in an hour",
    );
    const plays = simulation.plays.filter(({ guid }) => !guid.startsWith("library://"));
    // Only a list creates a play, and a play shorter than 2 s may be in no list.
    const long = plays.filter(({ startedAtMs, endedAtMs = Infinity }) =>
      endedAtMs - startedAtMs > 2_000
    );
    const counted = sum(page, "plex_plays_total");
    assert.ok(counted >= long.length && counted <= plays.length, `${counted} of ${plays.length}`);
  },
);

testWithHarness(
  "bytes sent are over 90 % of those that Plex has recorded since the first reading, and no more",
  async (harness) => {
    const { simulation } = harness.plex;
    const before = simulation.bandwidth.total({});
    startViewers(simulation, { clock: harness.clock, seed: 3 });
    await harness.pass(1);
    await harness.scrape();
    await harness.pass(600);
    // Plex records bytes with a delay, and the last reading may be older.
    await harness.pass(25);
    simulation.recordUsage();
    await harness.scrape();
    const page = await harness.scrape();
    const sent = simulation.bandwidth.total({}) - before;
    const counted = sum(page, "transmit_bytes_total");
    assert.ok(counted <= sent, "nothing is counted twice");
    assert.ok(counted > sent * 0.9, `${counted} of ${sent}`);
    assert.equal(sum(page, "plex_transmit_bytes_total"), counted);
    assert.equal(sum(page, "plex_user_transmit_bytes_total"), counted);
  },
);

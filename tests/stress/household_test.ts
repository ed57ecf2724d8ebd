/** The totals of a house in which much happens, against what Plex listed meanwhile. */
import assert from "node:assert/strict";
import { startViewers } from "../../src/simulator/viewer_simulation.ts";
import type { Session } from "../../src/simulator/session.ts";
import { onRig, type Page, sum } from "../testing/harness.ts";

/** Whether a session in Plex's list is somebody's play that goes on. */
function isPlaying({ state, user, player, item }: Session): boolean {
  return state === "playing" && (user ?? player) !== undefined &&
    !item.guid.startsWith("library://");
}

onRig("the totals of a lively household are those of Plex's own list", async (rig) => {
  const { world } = rig.plex;
  const household = startViewers(world, { clock: rig.clock, seed: 5 });
  await rig.pass(2);
  await rig.scrape();
  /** Seconds of playing by Plex's list, which a client that vanished stays in for minutes. */
  let listedSeconds = 0;
  let last: Page = new Map();
  for (let second = 1; second <= 20 * 60; second++) {
    await rig.pass(1);
    listedSeconds += world.sessions().filter(isPlaying).length;
    if (second % 60 !== 0) continue;
    const page = await rig.scrape();
    for (const [series, value] of last) {
      if (!/^plex_.*_(total|bucket|sum|count)\{/.test(series)) continue;
      assert.ok((page.get(series) ?? -1) >= value, `${series} fell`);
    }
    last = page;
  }
  household.stop();
  await rig.scrape();
  const page = await rig.scrape();
  const seconds = sum(page, "plex_play_seconds_total");
  assert.ok(Math.abs(seconds / listedSeconds - 1) < 0.01, `${seconds} of ${listedSeconds} s`);
  assert.ok(
    Math.abs(sum(page, "plex_play_seconds_by_hour_total") - seconds) < 0.001,
    "every second has its hour",
  );
  const plays = world.plays.filter(({ guid }) => !guid.startsWith("library://"));
  // Only a list makes a play exist, and one that is over within 2 s may be in none.
  const long = plays.filter(({ startedAtMs, endedAtMs = Infinity }) =>
    endedAtMs - startedAtMs > 2_000
  );
  const counted = sum(page, "plex_plays_total");
  assert.ok(counted >= long.length && counted <= plays.length, `${counted} of ${plays.length}`);
});

onRig("bytes sent are those that Plex wrote down since the first reading", async (rig) => {
  const { world } = rig.plex;
  const before = world.ledger.total({});
  startViewers(world, { clock: rig.clock, seed: 3 });
  await rig.pass(1);
  await rig.scrape();
  await rig.pass(600);
  // What is still being written, or was sent since the last reading, is to come.
  await rig.pass(25);
  world.settle();
  await rig.scrape();
  const page = await rig.scrape();
  const sent = world.ledger.total({}) - before;
  const counted = sum(page, "transmit_bytes_total");
  assert.ok(counted <= sent, "nothing is counted twice");
  assert.ok(counted > sent * 0.9, `${counted} of ${sent}`);
  assert.equal(sum(page, "plex_transmit_bytes_total"), counted);
  assert.equal(sum(page, "plex_user_transmit_bytes_total"), counted);
});

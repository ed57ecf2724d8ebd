/**
 * The living household, at full speed. It does not look at the wire.
 */
import assert from "node:assert/strict";
import { startViewers } from "../../../src/simulator/viewer_simulation.ts";
import type { Notification } from "../../../src/simulator/notification.ts";
import { Simulation } from "../../../src/simulator/simulation.ts";
import { DrivenClock } from "../../testing/driven_clock.ts";

async function live(seed: number, ms: number) {
  const clock = new DrivenClock();
  const world = new Simulation({ clock, seed });
  const notices: Notification[] = [];
  world.watch({ notice: (notice) => notices.push(notice) });
  const household = startViewers(world, { clock, seed });
  const already = world.sessions().length;
  await clock.advance(ms);
  return { clock, world, notices, household, already };
}

Deno.test("animate shows every kind of play and delivery within five seconds", async () => {
  const { world, household, notices, already } = await live(1, 5000);
  assert.equal(already, 5);
  const sessions = world.plays.filter((play) => play.startedAtMs <= world.now() - 2000);
  const methods = new Set(sessions.flatMap((play) => play.spans.map((span) => span.method)));
  assert.equal(methods.size, 7, [...methods].join());
  const kinds = new Set(sessions.map((play) => play.live ? "live" : play.mediaType));
  for (const kind of ["movie", "episode", "track", "photo", "live"]) {
    assert.ok(kinds.has(kind as never), kind);
  }
  assert.ok(world.sessions().length >= 8);
  assert.ok(notices.some(({ kind }) => kind === "status"), "a scan has come to its end");
  household.stop();
  world.close();
});

Deno.test("animate goes on: pauses, quality changes, next items, stops and additions", async () => {
  const { world, household, notices } = await live(2, 15 * 60_000);
  const said = new Set(
    notices.map((notice) =>
      notice.kind === "playing"
        ? notice.state
        : notice.kind === "transcode"
        ? `transcode ${notice.event}`
        : notice.kind
    ),
  );
  for (
    const word of [
      "playing",
      "paused",
      "buffering",
      "stopped",
      "transcode end",
      "timeline",
      "status",
    ]
  ) assert.ok(said.has(word), word);
  const keys = world.plays.filter((play) => !play.live).map((play) => play.sessionKey);
  assert.ok(new Set(keys).size < keys.length, "some go on under the same session key");
  assert.ok(world.plays.length > 40);
  assert.ok(world.ledger.total({ lan: true }) > 1e9);
  assert.ok(world.ledger.total({ lan: false }) > 1e8);
  household.stop();
  world.close();
});

Deno.test("two households with the same seed and the same clock live the same life", async () => {
  const lives = await Promise.all([live(5, 120_000), live(5, 120_000)]);
  const [one, two] = lives;
  assert.deepEqual(one.notices, two.notices);
  assert.deepEqual(one.world.plays, two.world.plays);
  assert.deepEqual(one.world.ledger.rows(one.clock.now()), two.world.ledger.rows(two.clock.now()));
  const other = await live(6, 120_000);
  assert.notDeepEqual(one.world.plays, other.world.plays);
  for (const { household, world } of [...lives, other]) {
    household.stop();
    world.close();
  }
});

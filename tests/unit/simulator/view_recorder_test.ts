/** When what is played counts as viewed. */
import assert from "node:assert/strict";
import { Simulation } from "../../../src/simulator/simulation.ts";
import { DrivenClock } from "../../testing/driven_clock.ts";

async function withWorld(run: (world: Simulation, clock: DrivenClock) => Promise<void>) {
  const clock = new DrivenClock();
  const world = new Simulation({ clock, seed: 1 });
  try {
    await run(world, clock);
  } finally {
    world.close();
  }
}

function watch(world: Simulation) {
  const [user] = world.users;
  const [player] = world.players;
  const [item, next] = world.libraryOf("1").items;
  assert.ok(user && player && item?.durationMs && next);
  const offsetMs = item.durationMs * 0.89;
  const viewer = world.play({ item, user, player, offsetMs, state: "playing" });
  return { viewer, item, next, toThresholdMs: item.durationMs * 0.01 };
}

Deno.test("an item that is watched to its threshold counts once, also without a stop", async () => {
  await withWorld(async (world, clock) => {
    const { viewer, item, toThresholdMs } = watch(world);
    await clock.advance(toThresholdMs - 20_000);
    assert.equal(world.viewHistory.size, 0);
    await clock.advance(40_000);
    assert.equal(world.viewHistory.size, 1);
    viewer.stop();
    assert.equal(world.viewHistory.size, 1);
    const { accountId, item: viewed, viewedAtS } = world.viewHistory.at(0);
    assert.deepEqual([accountId, viewed], [1, item]);
    assert.ok(Math.abs(viewedAtS - world.plexNowS()) <= 20);
  });
});

Deno.test("an item that is left early does not count, and the next one counts for itself", async () => {
  await withWorld(async (world, clock) => {
    const { viewer, next } = watch(world);
    viewer.next(next, "same key");
    await clock.advance(60_000);
    assert.equal(world.viewHistory.size, 0);
    viewer.seek((next.durationMs ?? 0) * 0.95);
    await clock.advance(20_000);
    viewer.stop();
    assert.equal(world.viewHistory.size, 1);
    assert.equal(world.viewHistory.at(0).item, next);
  });
});

Deno.test("what is in no library leaves no view", async () => {
  await withWorld(async (world, clock) => {
    const [user] = world.users;
    const [player] = world.players;
    assert.ok(user && player);
    for (const item of [world.catalogue.preroll(), world.catalogue.trailer()]) {
      world.play({ item, user, player, state: "playing" });
    }
    await clock.advance(200_000);
    assert.equal(world.viewHistory.size, 0);
  });
});

/** When what is played counts as viewed. */
import assert from "node:assert/strict";
import { Simulation } from "../../../src/simulator/simulation.ts";
import { DrivenClock } from "../../testing/driven_clock.ts";

async function withSimulation(run: (simulation: Simulation, clock: DrivenClock) => Promise<void>) {
  const clock = new DrivenClock();
  const simulation = new Simulation({ clock, seed: 1 });
  try {
    await run(simulation, clock);
  } finally {
    simulation.close();
  }
}

function watch(simulation: Simulation) {
  const [user] = simulation.users;
  const [player] = simulation.players;
  const [item, next] = simulation.libraries.get("1").items;
  assert.ok(user && player && item?.durationMs && next);
  const offsetMs = item.durationMs * 0.89;
  const viewer = simulation.play({ item, user, player, offsetMs, state: "playing" });
  return { viewer, item, next, toThresholdMs: item.durationMs * 0.01 };
}

Deno.test("an item that is watched to its threshold counts once, also without a stop", async () => {
  await withSimulation(async (simulation, clock) => {
    const { viewer, item, toThresholdMs } = watch(simulation);
    await clock.advance(toThresholdMs - 20_000);
    assert.equal(simulation.viewHistory.size, 0);
    await clock.advance(40_000);
    assert.equal(simulation.viewHistory.size, 1);
    viewer.stop();
    assert.equal(simulation.viewHistory.size, 1);
    const { accountId, item: viewed, viewedAtS } = simulation.viewHistory.at(0);
    assert.deepEqual([accountId, viewed], [1, item]);
    assert.ok(Math.abs(viewedAtS - simulation.plexNowS()) <= 20);
  });
});

Deno.test("an item that is left early does not count, and the next one counts for itself", async () => {
  await withSimulation(async (simulation, clock) => {
    const { viewer, next } = watch(simulation);
    viewer.next(next, "same key");
    await clock.advance(60_000);
    assert.equal(simulation.viewHistory.size, 0);
    viewer.seek((next.durationMs ?? 0) * 0.95);
    await clock.advance(20_000);
    viewer.stop();
    assert.equal(simulation.viewHistory.size, 1);
    assert.equal(simulation.viewHistory.at(0).item, next);
  });
});

Deno.test("what is in no library leaves no view", async () => {
  await withSimulation(async (simulation, clock) => {
    const [user] = simulation.users;
    const [player] = simulation.players;
    assert.ok(user && player);
    for (
      const item of [
        simulation.generator.nonLibrary.preroll(),
        simulation.generator.nonLibrary.trailer(),
      ]
    ) {
      simulation.play({ item, user, player, state: "playing" });
    }
    await clock.advance(200_000);
    assert.equal(simulation.viewHistory.size, 0);
  });
});

/** The simulation without a network: its clocks, its restarts and what it remembers. */
import assert from "node:assert/strict";
import { timeInState } from "../../../src/simulator/ground_truth.ts";
import { simulationTest as test } from "../../testing/simulation_test_case.ts";
import { inShort } from "../../testing/simulator_builders.ts";

test("play is announced before it is listed, within two seconds", async ({ simulation, clock, notifications, options }) => {
  const viewer = simulation.play(options);
  assert.deepEqual(inShort(notifications), ["buffering"]);
  await clock.advance(2000);
  assert.deepEqual(simulation.sessions().map(({ key }) => key), [viewer.key]);
  viewer.stop();
  await clock.advance(1000);
  assert.deepEqual(simulation.sessions(), []);
  assert.equal(inShort(notifications).at(-1), "stopped");
});

test("a play is recorded with its spans", async ({ simulation, clock, options }) => {
  const viewer = simulation.play({ ...options, state: "playing" });
  await clock.advance(60_000);
  viewer.pause();
  await clock.advance(30_000);
  viewer.resume();
  await clock.advance(10_000);
  viewer.stop();
  const [play] = simulation.plays;
  assert.ok(play);
  await clock.advance(5000);
  assert.equal(timeInState(play, "playing", clock.now()), 70_000);
  assert.equal(timeInState(play, "paused", clock.now()), 30_000);
  assert.equal((play.endedAtMs ?? 0) - play.startedAtMs, 100_000);
});

test("jumpClock moves Plex's clock, not the simulation's", async ({ simulation, clock }) => {
  const atS = simulation.plexNowS();
  simulation.jumpClock(3_600_000);
  await clock.advance(6000);
  assert.equal(simulation.plexNowS() - atS, 3606);
  simulation.sessions();
  assert.ok((simulation.resources.samples.at(-1)?.atS ?? 0) > atS + 3600);
});

test("play while the server is down begins when it is back", async ({ simulation, clock, options }) => {
  simulation.restart({ goneMs: 1000, startingMs: 1000 });
  const viewer = simulation.play({ ...options, offsetMs: 60_000 });
  assert.deepEqual([viewer.key, simulation.plays], ["", []]);
  await clock.advance(12_000);
  assert.deepEqual([viewer.key, simulation.plays.length], ["1", 1]);
  assert.ok(viewer.offsetMs > 60_000);
});

test("restart forgets jobs that were under way", async ({ simulation, clock, notifications }) => {
  const { items } = simulation.libraries.get("1");
  simulation.scan("1", {
    added: simulation.generator.addition(simulation.libraries.get("1")),
    takesMs: 3000,
  });
  await clock.advance(1000);
  simulation.restart({ goneMs: 500, startingMs: 500 });
  notifications.length = 0;
  await clock.advance(5000);
  assert.deepEqual([simulation.activities.running.length, simulation.libraries.get("1").items], [
    0,
    items,
  ]);
  assert.ok(!inShort(notifications).includes("status"));
});

test("two plays of one user on one player share their bandwidth rows", async ({ simulation, clock, options }) => {
  simulation.play({ ...options, state: "playing" });
  simulation.play({ ...options, state: "playing" });
  await clock.advance(30_000);
  simulation.recordUsage();
  const rows = simulation.bandwidth.rows(clock.now());
  const keys = rows.map(({ atS, accountId, deviceId, lan }) =>
    [atS, accountId, deviceId, lan].join()
  );
  assert.equal(new Set(keys).size, keys.length);
});

/** The simulated viewers, at full speed, without a server. */
import assert from "node:assert/strict";
import { startViewers } from "../../../src/simulator/viewer_simulation.ts";
import type { Notification } from "../../../src/simulator/notification.ts";
import { Simulation } from "../../../src/simulator/simulation.ts";
import { DrivenClock } from "../../testing/driven_clock.ts";

async function simulate(seed: number, ms: number) {
  const clock = new DrivenClock();
  const simulation = new Simulation({ clock, seed });
  const notifications: Notification[] = [];
  simulation.observe({ notification: (notification) => notifications.push(notification) });
  const viewers = startViewers(simulation, { clock, seed });
  const already = simulation.sessions().length;
  await clock.advance(ms);
  return { clock, simulation, notifications, viewers, already };
}

Deno.test("startViewers shows every kind of play and delivery within five seconds", async () => {
  const { simulation, viewers, notifications, already } = await simulate(1, 5000);
  assert.equal(already, 5);
  const sessions = simulation.plays.filter((play) => play.startedAtMs <= simulation.now() - 2000);
  const methods = new Set(sessions.flatMap((play) => play.spans.map((span) => span.method)));
  assert.equal(methods.size, 7, [...methods].join());
  const kinds = new Set(sessions.map((play) => play.live ? "live" : play.mediaType));
  for (const kind of ["movie", "episode", "track", "photo", "live"]) {
    assert.ok(kinds.has(kind as never), kind);
  }
  assert.ok(simulation.sessions().length >= 8);
  assert.ok(notifications.some(({ kind }) => kind === "status"), "a scan has come to its end");
  viewers.stop();
  simulation.close();
});

Deno.test("startViewers keeps a recorder busy, with a failure now and then", async () => {
  const clock = new DrivenClock();
  const simulation = new Simulation({ clock, dvr: {} });
  const viewers = startViewers(simulation, { clock, seed: 1, watchMs: [3_000_000, 4_000_000] });
  await clock.advance(1_000);
  const statuses = () => new Set(simulation.dvr?.recordings.map(({ status }) => status));
  assert.deepEqual(statuses(), new Set(["inprogress", "scheduled"]));
  await clock.advance(93 * 60_000);
  assert.deepEqual(statuses(), new Set(["complete", "error", "scheduled"]));
  viewers.stop();
  simulation.close();
});

Deno.test("startViewers pauses, changes the quality, goes on to next items, stops and adds items", async () => {
  const { simulation, viewers, notifications } = await simulate(2, 15 * 60_000);
  const announced = new Set(
    notifications.map((notification) =>
      notification.kind === "playing"
        ? notification.state
        : notification.kind === "transcode"
        ? `transcode ${notification.event}`
        : notification.kind
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
  ) assert.ok(announced.has(word), word);
  const keys = simulation.plays.filter((play) => !play.live).map((play) => play.sessionKey);
  assert.ok(new Set(keys).size < keys.length, "some go on under the same session key");
  assert.ok(simulation.plays.length > 40);
  assert.ok(simulation.bandwidth.total({ lan: true }) > 1e9);
  assert.ok(simulation.bandwidth.total({ lan: false }) > 1e8);
  viewers.stop();
  simulation.close();
});

Deno.test("startViewers does the same for the same seed and the same clock", async () => {
  const runs = await Promise.all([simulate(5, 120_000), simulate(5, 120_000)]);
  const [one, two] = runs;
  assert.deepEqual(one.notifications, two.notifications);
  assert.deepEqual(one.simulation.plays, two.simulation.plays);
  assert.deepEqual(
    one.simulation.bandwidth.rows(one.clock.now()),
    two.simulation.bandwidth.rows(two.clock.now()),
  );
  const other = await simulate(6, 120_000);
  assert.notDeepEqual(one.simulation.plays, other.simulation.plays);
  for (const { viewers, simulation } of [...runs, other]) {
    viewers.stop();
    simulation.close();
  }
});

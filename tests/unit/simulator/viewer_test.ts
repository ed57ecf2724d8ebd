/** Every action of a client: what it announces, how it is listed, and what is recorded. */
import assert from "node:assert/strict";
import { sessionElement } from "../../../src/simulator/api/sessions.ts";
import { simulationTest as test } from "../../testing/simulation_test_case.ts";
import { inShort } from "../../testing/simulator_builders.ts";

test("a paused client repeats its state with every report, and its offset does not advance", async ({ simulation, clock, notifications, options }) => {
  const viewer = simulation.play({ ...options, state: "playing", method: "software transcode" });
  await clock.advance(15_000);
  viewer.pause();
  const offsetMs = viewer.offsetMs;
  notifications.length = 0;
  await clock.advance(31_000);
  assert.equal(viewer.offsetMs, offsetMs);
  assert.equal(inShort(notifications).filter((word) => word === "paused").length, 3);
  assert.ok(inShort(notifications).filter((word) => word === "transcode update").length >= 5);
});

test("the offset in the list moves only when the player reports, and no more once it has vanished", async ({ simulation, clock, options }) => {
  const viewer = simulation.play({ ...options, state: "playing", timelineIntervalMs: 10_000 });
  const listedMs = () =>
    simulation.sessions().map((session) =>
      sessionElement(simulation, session, clock.now()).viewOffset
    )[0];
  const seen = new Set<unknown>();
  for (let second = 0; second < 35; second++) {
    await clock.advance(1000);
    seen.add(listedMs());
  }
  assert.equal(seen.size, 4, "at the start and at each report");
  viewer.vanish();
  const last = listedMs();
  await clock.advance(60_000);
  assert.equal(listedMs(), last);
});

test("changeQuality replaces the transcode under the same session key", ({ simulation, notifications, options }) => {
  for (const order of ["end first", "start first"] as const) {
    const viewer = simulation.play({ ...options, state: "playing", method: "software transcode" });
    const { key, transcode } = viewer.session ?? {};
    notifications.length = 0;
    viewer.changeQuality("hardware transcode", { order });
    const words = ["transcode end", "transcode start"];
    assert.deepEqual(inShort(notifications), [
      ...(order === "end first" ? words : words.reverse()),
      "playing",
    ]);
    assert.equal(viewer.key, key);
    assert.notEqual(viewer.session?.transcode?.id, transcode?.id);
    assert.deepEqual(simulation.plays.at(-1)?.spans.map(({ method }) => method), [
      "software transcode",
      "hardware transcode",
    ]);
  }
});

test("changeQuality to a direct play leaves no transcode", ({ simulation, options }) => {
  const viewer = simulation.play({ ...options, state: "playing", method: "software transcode" });
  viewer.changeQuality("direct play");
  assert.equal(viewer.session?.transcode, undefined);
});

test("next keeps the key or takes a new one", ({ simulation, notifications, options }) => {
  const viewer = simulation.play({
    ...options,
    item: simulation.randomItem("episode"),
    state: "playing",
  });
  const { key } = viewer;
  notifications.length = 0;
  viewer.next(simulation.randomItem("episode"), "same key");
  assert.deepEqual([viewer.key, inShort(notifications)], [key, ["playing"]]);
  viewer.next(simulation.randomItem("episode"), "stop first");
  assert.notEqual(viewer.key, key);
  viewer.next(simulation.randomItem("episode"), "overlap");
  assert.deepEqual(inShort(notifications), ["playing", "stopped", "playing", "playing", "stopped"]);
  assert.equal(simulation.plays.length, 4);
  assert.equal(simulation.plays.filter((play) => play.endedAtMs === undefined).length, 1);
});

test("next between channels stays one play", ({ simulation, options }) => {
  const channel = { number: "5.1", callSign: "HBR", title: "Harbour One" };
  const path = "/livetv/sessions/example";
  const viewer = simulation.play({
    ...options,
    item: simulation.generator.nonLibrary.broadcast(channel, "News", path),
  });
  viewer.next(simulation.generator.nonLibrary.broadcast({ ...channel, number: "9" }, "Quiz", path));
  assert.deepEqual(simulation.plays.map((play) => play.live), [true]);
  const old = simulation.generator.nonLibrary.oldBroadcast(channel, path);
  assert.deepEqual([old.type, old.ratingKey, old.title], ["clip", undefined, "Live Session"]);
});

test("vanish sends no frame, and the session stays listed for three minutes", async ({ simulation, clock, notifications, options }) => {
  const viewer = simulation.play({ ...options, state: "playing" });
  await clock.advance(5000);
  viewer.vanish();
  notifications.length = 0;
  await clock.advance(175_000);
  assert.equal(simulation.sessions().length, 1);
  await clock.advance(6000);
  assert.deepEqual([simulation.sessions(), notifications, simulation.viewers], [[], [], []]);
  const [play] = simulation.plays;
  assert.equal((play?.endedAtMs ?? 0) - (play?.startedAtMs ?? 0), 5000);
});

test("stopUnderNewKey announces an unknown key", async ({ simulation, clock, notifications, options }) => {
  const viewer = simulation.play({ ...options, state: "playing" });
  const { key } = viewer;
  notifications.length = 0;
  viewer.stopUnderNewKey();
  assert.deepEqual(notifications.map(({ kind }) => kind), ["stray stop"]);
  assert.notEqual(notifications[0]?.kind === "stray stop" && notifications[0].sessionKey, key);
  await clock.advance(3500);
  assert.deepEqual(simulation.sessions(), []);
});

test("actions after the end do nothing", ({ simulation, notifications, options }) => {
  const viewer = simulation.play(options);
  viewer.fail();
  assert.equal(inShort(notifications).at(-1), "error");
  notifications.length = 0;
  viewer.pause();
  viewer.seek(5);
  viewer.next(options.item, "stop first");
  viewer.changeQuality("direct stream");
  viewer.vanish();
  viewer.stop();
  assert.deepEqual(notifications, []);
});

test("seek() ends at the end of the item", async ({ simulation, clock, options }) => {
  const viewer = simulation.play(options);
  const { durationMs = 0 } = options.item;
  viewer.seek(durationMs + 60_000);
  const listed = new Set<number>();
  for (let tenth = 0; tenth < 50; tenth++) {
    await clock.advance(100);
    for (const { offsetMs } of simulation.sessions()) listed.add(offsetMs);
  }
  assert.equal(Math.max(...listed), durationMs);
});

test("a client buffers for a moment before it plays, and again after each jump", async ({ simulation, clock, notifications, options }) => {
  const viewer = simulation.play(options);
  await clock.advance(1_500);
  assert.deepEqual(inShort(notifications), ["buffering", "playing"]);
  notifications.length = 0;
  viewer.seek(60_000);
  await clock.advance(1_500);
  assert.deepEqual(inShort(notifications), ["buffering", "playing"]);
  assert.ok(viewer.offsetMs >= 60_000 && viewer.offsetMs < 61_500);
  viewer.buffer();
  await clock.advance(5_000);
  assert.equal(viewer.session?.state, "buffering");
});

test("a jump beyond what is converted replaces the transcode under the same key", ({ simulation, notifications, options }) => {
  const viewer = simulation.play({ ...options, state: "playing", method: "software transcode" });
  const { key, transcode } = viewer.session ?? {};
  notifications.length = 0;
  viewer.seek(60_000);
  assert.deepEqual(inShort(notifications), ["buffering", "transcode end", "transcode start"]);
  assert.equal(viewer.key, key);
  assert.notEqual(viewer.session?.transcode?.id, transcode?.id);
  assert.equal(viewer.session?.transcode?.fromMs, 60_000);
});

test("a client reports about every ten seconds, or as often as it is told to", async ({ simulation, clock, notifications, options }) => {
  simulation.play({ ...options, state: "playing" });
  await clock.advance(61_000);
  assert.equal(inShort(notifications).length, 7);
  notifications.length = 0;
  simulation.play({ ...options, state: "playing", timelineIntervalMs: 1_000 });
  await clock.advance(9_000);
  const often = inShort(notifications).length;
  assert.ok(often >= 8 && often <= 12, `${often} reports`);
});

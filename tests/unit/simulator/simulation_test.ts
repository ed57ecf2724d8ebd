/**
 * The simulation without a wire: what its verbs announce, list and remember as the truth.
 */
import assert from "node:assert/strict";
import { sessionElement } from "../../../src/simulator/api/sessions.ts";
import type { Notification } from "../../../src/simulator/notification.ts";
import { timeInState } from "../../../src/simulator/ground_truth.ts";
import type { ViewerOptions } from "../../../src/simulator/viewer_context.ts";
import { Simulation } from "../../../src/simulator/simulation.ts";
import { DrivenClock } from "../../testing/driven_clock.ts";

type Given = {
  simulation: Simulation;
  clock: DrivenClock;
  notifications: Notification[];
  options: ViewerOptions;
};

function test(name: string, run: (given: Given) => Promise<void> | void): void {
  Deno.test(name, async () => {
    const clock = new DrivenClock();
    const simulation = new Simulation({ clock, duplicateShare: 0 });
    const notifications: Notification[] = [];
    simulation.observe({ notification: (notification) => notifications.push(notification) });
    const [user] = simulation.users;
    const [player] = simulation.players;
    assert.ok(user && player);
    const options = { item: simulation.randomItem("movie", "1"), user, player };
    await run({ simulation, clock, notifications, options });
    simulation.close();
  });
}

function said(notifications: readonly Notification[]): string[] {
  return notifications.map((notification) =>
    notification.kind === "playing"
      ? notification.state
      : notification.kind === "transcode"
      ? `transcode ${notification.event}`
      : notification.kind
  );
}

test("play is announced before it is listed, within two seconds", async ({ simulation, clock, notifications, options }) => {
  const viewer = simulation.play(options);
  assert.deepEqual(said(notifications), ["buffering"]);
  await clock.advance(2000);
  assert.deepEqual(simulation.sessions().map(({ key }) => key), [viewer.key]);
  viewer.stop();
  await clock.advance(1000);
  assert.deepEqual(simulation.sessions(), []);
  assert.equal(said(notifications).at(-1), "stopped");
});

test("play remembers its spans as the truth", async ({ simulation, clock, options }) => {
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

test("pause repeats itself with every heartbeat, and offsets stand still", async ({ simulation, clock, notifications, options }) => {
  const viewer = simulation.play({ ...options, state: "playing", method: "software transcode" });
  await clock.advance(15_000);
  viewer.pause();
  const offsetMs = viewer.offsetMs;
  notifications.length = 0;
  await clock.advance(31_000);
  assert.equal(viewer.offsetMs, offsetMs);
  assert.equal(said(notifications).filter((word) => word === "paused").length, 3);
  assert.ok(said(notifications).filter((word) => word === "transcode update").length >= 5);
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
    assert.deepEqual(said(notifications), [
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
  assert.deepEqual([viewer.key, said(notifications)], [key, ["playing"]]);
  viewer.next(simulation.randomItem("episode"), "stop first");
  assert.notEqual(viewer.key, key);
  viewer.next(simulation.randomItem("episode"), "overlap");
  assert.deepEqual(said(notifications), ["playing", "stopped", "playing", "playing", "stopped"]);
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

test("strange stops leave a ghost with neither user nor player", ({ simulation, notifications, options }) => {
  simulation.phantoms.strayStops(options.item);
  assert.deepEqual(
    notifications.map((notification) =>
      notification.kind === "stray stop" &&
      [notification.sessionKey !== undefined, notification.ratingKey]
    ),
    [[true, ""], [true, options.item.ratingKey], [false, ""]],
  );
  const [ghost] = simulation.sessions();
  assert.deepEqual([ghost?.user, ghost?.player], [undefined, undefined]);
  assert.deepEqual(simulation.plays, []);
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

test("verbs after the end do nothing", ({ simulation, notifications, options }) => {
  const viewer = simulation.play(options);
  viewer.fail();
  assert.equal(said(notifications).at(-1), "error");
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

test("scan adds and removes, with activity, timeline and status", async ({ simulation, clock, notifications }) => {
  const library = simulation.libraries.get("1");
  const before = simulation.libraries.totals()[0];
  const changedAt = library.contentChangedAt;
  const [gone] = library.items;
  assert.ok(before && gone?.ratingKey);
  simulation.scan("1", {
    added: simulation.generator.addition(library),
    removed: [gone.ratingKey],
  });
  assert.deepEqual([library.refreshing, simulation.activities.running.length], [true, 1]);
  await clock.advance(3000);
  assert.deepEqual([library.refreshing, simulation.activities.running.length], [false, 0]);
  assert.ok(library.contentChangedAt > changedAt);
  assert.notEqual(simulation.libraries.totals()[0]?.storageBytes, before.storageBytes);
  assert.equal(simulation.libraries.findItem(gone.ratingKey), undefined);
  assert.equal(said(notifications)[0], "progress");
  assert.deepEqual(said(notifications).slice(-2), ["status", "activity"]);
  const states = notifications.flatMap((notification) =>
    notification.kind === "timeline" ? notification.state : []
  );
  assert.deepEqual(states, [0, 2, 3, 4, 9, 5]);
});

test("jumpClock moves Plex's clock, not the simulation's", async ({ simulation, clock }) => {
  const atS = simulation.plexNowS();
  simulation.jumpClock(3_600_000);
  await clock.advance(6000);
  assert.equal(simulation.plexNowS() - atS, 3606);
  simulation.sessions();
  assert.ok((simulation.resources.samples.at(-1)?.atS ?? 0) > atS + 3600);
});

test("a library full of additions and renames stays consistent", ({ simulation }) => {
  const library = simulation.libraries.add({ title: "Kids", type: "movie" });
  simulation.libraries.rename(library.id, "Grown-ups");
  assert.equal(simulation.libraries.totals().at(-1)?.title, "Grown-ups");
  simulation.libraries.remove(library.id);
  assert.equal(simulation.libraries.all.length, 5);
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
  assert.ok(!said(notifications).includes("status"));
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

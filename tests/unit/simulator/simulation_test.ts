/**
 * The world without a wire: what its verbs announce, list and remember as the truth.
 */
import assert from "node:assert/strict";
import { sessionElement } from "../../../src/simulator/api/sessions.ts";
import type { Notification } from "../../../src/simulator/notification.ts";
import { timeInState } from "../../../src/simulator/ground_truth.ts";
import type { ViewerOptions } from "../../../src/simulator/viewer_context.ts";
import { Simulation } from "../../../src/simulator/simulation.ts";
import { DrivenClock } from "../../testing/driven_clock.ts";

type Given = {
  world: Simulation;
  clock: DrivenClock;
  notices: Notification[];
  wish: ViewerOptions;
};

function test(name: string, run: (given: Given) => Promise<void> | void): void {
  Deno.test(name, async () => {
    const clock = new DrivenClock();
    const world = new Simulation({ clock, duplicateShare: 0 });
    const notices: Notification[] = [];
    world.watch({ notice: (notice) => notices.push(notice) });
    const [user] = world.users;
    const [player] = world.players;
    assert.ok(user && player);
    const wish = { item: world.someItem("movie", "1"), user, player };
    await run({ world, clock, notices, wish });
    world.close();
  });
}

function said(notices: readonly Notification[]): string[] {
  return notices.map((notice) =>
    notice.kind === "playing"
      ? notice.state
      : notice.kind === "transcode"
      ? `transcode ${notice.event}`
      : notice.kind
  );
}

test("play is told before it is listed, within two seconds", async ({ world, clock, notices, wish }) => {
  const viewing = world.play(wish);
  assert.deepEqual(said(notices), ["buffering"]);
  await clock.advance(2000);
  assert.deepEqual(world.sessions().map(({ key }) => key), [viewing.key]);
  viewing.stop();
  await clock.advance(1000);
  assert.deepEqual(world.sessions(), []);
  assert.equal(said(notices).at(-1), "stopped");
});

test("play remembers its spans as the truth", async ({ world, clock, wish }) => {
  const viewing = world.play({ ...wish, state: "playing" });
  await clock.advance(60_000);
  viewing.pause();
  await clock.advance(30_000);
  viewing.resume();
  await clock.advance(10_000);
  viewing.stop();
  const [play] = world.plays;
  assert.ok(play);
  await clock.advance(5000);
  assert.equal(timeInState(play, "playing", clock.now()), 70_000);
  assert.equal(timeInState(play, "paused", clock.now()), 30_000);
  assert.equal((play.endedAtMs ?? 0) - play.startedAtMs, 100_000);
});

test("pause repeats itself with every heartbeat, and offsets stand still", async ({ world, clock, notices, wish }) => {
  const viewing = world.play({ ...wish, state: "playing", how: "software transcode" });
  await clock.advance(15_000);
  viewing.pause();
  const offsetMs = viewing.offsetMs;
  notices.length = 0;
  await clock.advance(31_000);
  assert.equal(viewing.offsetMs, offsetMs);
  assert.equal(said(notices).filter((word) => word === "paused").length, 3);
  assert.ok(said(notices).filter((word) => word === "transcode update").length >= 5);
});

test("the offset in the list moves only when the player reports, and no more once it has vanished", async ({ world, clock, wish }) => {
  const viewing = world.play({ ...wish, state: "playing", heartbeatMs: 10_000 });
  const listedMs = () =>
    world.sessions().map((session) => sessionElement(world, session, clock.now()).viewOffset)[0];
  const seen = new Set<unknown>();
  for (let second = 0; second < 35; second++) {
    await clock.advance(1000);
    seen.add(listedMs());
  }
  assert.equal(seen.size, 4, "at the start and at each report");
  viewing.vanish();
  const last = listedMs();
  await clock.advance(60_000);
  assert.equal(listedMs(), last);
});

test("changeQuality replaces the transcode under the same session key", ({ world, notices, wish }) => {
  for (const order of ["end first", "start first"] as const) {
    const viewing = world.play({ ...wish, state: "playing", how: "software transcode" });
    const { key, transcode } = viewing.session ?? {};
    notices.length = 0;
    viewing.changeQuality("hardware transcode", { order });
    const words = ["transcode end", "transcode start"];
    assert.deepEqual(said(notices), [
      ...(order === "end first" ? words : words.reverse()),
      "playing",
    ]);
    assert.equal(viewing.key, key);
    assert.notEqual(viewing.session?.transcode?.id, transcode?.id);
    assert.deepEqual(world.plays.at(-1)?.spans.map(({ method }) => method), [
      "software transcode",
      "hardware transcode",
    ]);
  }
});

test("changeQuality to a direct play leaves no transcode", ({ world, wish }) => {
  const viewing = world.play({ ...wish, state: "playing", how: "software transcode" });
  viewing.changeQuality("direct play");
  assert.equal(viewing.session?.transcode, undefined);
});

test("next keeps the key or takes a new one", ({ world, notices, wish }) => {
  const viewing = world.play({ ...wish, item: world.someItem("episode"), state: "playing" });
  const { key } = viewing;
  notices.length = 0;
  viewing.next(world.someItem("episode"), "same key");
  assert.deepEqual([viewing.key, said(notices)], [key, ["playing"]]);
  viewing.next(world.someItem("episode"), "stop first");
  assert.notEqual(viewing.key, key);
  viewing.next(world.someItem("episode"), "overlap");
  assert.deepEqual(said(notices), ["playing", "stopped", "playing", "playing", "stopped"]);
  assert.equal(world.plays.length, 4);
  assert.equal(world.plays.filter((play) => play.endedAtMs === undefined).length, 1);
});

test("next between channels stays one play", ({ world, wish }) => {
  const channel = { number: "5.1", callSign: "HBR", title: "Harbour One" };
  const path = "/livetv/sessions/example";
  const viewing = world.play({ ...wish, item: world.catalogue.broadcast(channel, "News", path) });
  viewing.next(world.catalogue.broadcast({ ...channel, number: "9" }, "Quiz", path));
  assert.deepEqual(world.plays.map((play) => play.live), [true]);
  const old = world.catalogue.oldBroadcast(channel, path);
  assert.deepEqual([old.type, old.ratingKey, old.title], ["clip", undefined, "Live Session"]);
});

test("vanish says nothing and stays listed for three minutes", async ({ world, clock, notices, wish }) => {
  const viewing = world.play({ ...wish, state: "playing" });
  await clock.advance(5000);
  viewing.vanish();
  notices.length = 0;
  await clock.advance(175_000);
  assert.equal(world.sessions().length, 1);
  await clock.advance(6000);
  assert.deepEqual([world.sessions(), notices, world.viewings], [[], [], []]);
  const [play] = world.plays;
  assert.equal((play?.endedAtMs ?? 0) - (play?.startedAtMs ?? 0), 5000);
});

test("strange stops leave a ghost with neither user nor player", ({ world, notices, wish }) => {
  world.strayStops(wish.item);
  assert.deepEqual(
    notices.map((notice) =>
      notice.kind === "stray stop" && [notice.sessionKey !== undefined, notice.ratingKey]
    ),
    [[true, ""], [true, wish.item.ratingKey], [false, ""]],
  );
  const [ghost] = world.sessions();
  assert.deepEqual([ghost?.user, ghost?.player], [undefined, undefined]);
  assert.deepEqual(world.plays, []);
});

test("stopUnderNewKey names a key nobody has seen", async ({ world, clock, notices, wish }) => {
  const viewing = world.play({ ...wish, state: "playing" });
  const { key } = viewing;
  notices.length = 0;
  viewing.stopUnderNewKey();
  assert.deepEqual(notices.map(({ kind }) => kind), ["stray stop"]);
  assert.notEqual(notices[0]?.kind === "stray stop" && notices[0].sessionKey, key);
  await clock.advance(3500);
  assert.deepEqual(world.sessions(), []);
});

test("verbs after the end do nothing", ({ world, notices, wish }) => {
  const viewing = world.play(wish);
  viewing.fail();
  assert.equal(said(notices).at(-1), "error");
  notices.length = 0;
  viewing.pause();
  viewing.seek(5);
  viewing.next(wish.item, "stop first");
  viewing.changeQuality("direct stream");
  viewing.vanish();
  viewing.stop();
  assert.deepEqual(notices, []);
});

test("scan adds and removes, with activity, timeline and status", async ({ world, clock, notices }) => {
  const library = world.libraryOf("1");
  const before = world.libraryTruth()[0];
  const changedAt = library.contentChangedAt;
  const [gone] = library.items;
  assert.ok(before && gone?.ratingKey);
  world.scan("1", { added: world.catalogue.addition(library), removed: [gone.ratingKey] });
  assert.deepEqual([library.refreshing, world.activities.size], [true, 1]);
  await clock.advance(3000);
  assert.deepEqual([library.refreshing, world.activities.size], [false, 0]);
  assert.ok(library.contentChangedAt > changedAt);
  assert.notEqual(world.libraryTruth()[0]?.storageBytes, before.storageBytes);
  assert.equal(world.itemOf(gone.ratingKey), undefined);
  assert.equal(said(notices)[0], "progress");
  assert.deepEqual(said(notices).slice(-2), ["status", "activity"]);
  const states = notices.flatMap((notice) => notice.kind === "timeline" ? notice.state : []);
  assert.deepEqual(states, [0, 2, 3, 4, 9, 5]);
});

test("jumpClock moves Plex's clock, not the world's", async ({ world, clock }) => {
  const atS = world.plexNowS();
  world.jumpClock(3_600_000);
  await clock.advance(6000);
  assert.equal(world.plexNowS() - atS, 3606);
  world.sessions();
  assert.ok((world.resources.samples.at(-1)?.atS ?? 0) > atS + 3600);
});

test("a library full of additions and renames stays consistent", ({ world }) => {
  const library = world.addLibrary({ title: "Kids", type: "movie" });
  world.renameLibrary(library.id, "Grown-ups");
  assert.equal(world.libraryTruth().at(-1)?.title, "Grown-ups");
  world.removeLibrary(library.id);
  assert.equal(world.libraries.length, 5);
});

test("play while the server is down begins when it is back", async ({ world, clock, wish }) => {
  world.restart({ goneMs: 1000, startingMs: 1000 });
  const viewing = world.play({ ...wish, offsetMs: 60_000 });
  assert.deepEqual([viewing.key, world.plays], ["", []]);
  await clock.advance(12_000);
  assert.deepEqual([viewing.key, world.plays.length], ["1", 1]);
  assert.ok(viewing.offsetMs > 60_000);
});

test("restart forgets jobs that were under way", async ({ world, clock, notices }) => {
  const { items } = world.libraryOf("1");
  world.scan("1", { added: world.catalogue.addition(world.libraryOf("1")), takesMs: 3000 });
  await clock.advance(1000);
  world.restart({ goneMs: 500, startingMs: 500 });
  notices.length = 0;
  await clock.advance(5000);
  assert.deepEqual([world.activities.size, world.libraryOf("1").items], [0, items]);
  assert.ok(!said(notices).includes("status"));
});

test("two plays of one user on one player share their bandwidth rows", async ({ world, clock, wish }) => {
  world.play({ ...wish, state: "playing" });
  world.play({ ...wish, state: "playing" });
  await clock.advance(30_000);
  world.settle();
  const rows = world.ledger.rows(clock.now());
  const keys = rows.map(({ atS, accountId, deviceId, lan }) =>
    [atS, accountId, deviceId, lan].join()
  );
  assert.equal(new Set(keys).size, keys.length);
});

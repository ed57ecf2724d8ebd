/** Invariants that only the whole exporter can show, with faults of Plex and of the network. */
import assert from "node:assert/strict";
import { timeInState } from "../../src/simulator/ground_truth.ts";
import { startPlex } from "../../src/simulator/plex.ts";
import type { Clock } from "../../src/clock.ts";
import type { Fault } from "../../src/simulator/faults.ts";
import { DrivenClock } from "../testing/driven_clock.ts";
import {
  assertNoSecret,
  type Harness,
  startExporter,
  sum,
  testWithHarness,
} from "../testing/harness.ts";

testWithHarness(
  "invariant 12: no token in a log line, a label, a page, a URL or an error",
  async (harness) => {
    const { app, lines, plex } = harness;
    harness.play();
    await harness.pass(5);
    const faults: readonly Fault[] = [
      { kind: "unauthorized" },
      { kind: "login page" },
      { kind: "redirect", to: `http://elsewhere.example/?X-Plex-Token=${plex.ownerToken}` },
      { kind: "refuse" },
      { kind: "hang" },
    ];
    for (const fault of faults) {
      const clear = plex.faults.set(fault);
      plex.faults.set({ kind: "socket resets" }, { times: 1 });
      await plex.ready();
      await harness.pass(40);
      for (const path of ["/", "/metrics", "/healthz", "/nothing", "/dashboards", "/alerts.yml"]) {
        const answer = await fetch(app.url + path);
        const headers = JSON.stringify([...answer.headers]);
        assertNoSecret([await answer.text(), headers], [plex.ownerToken]);
      }
      clear();
      await plex.ready();
      await harness.pass(75);
    }
    assertNoSecret(lines, [plex.ownerToken]);
    const urls = plex.requests.map(({ path, rawQuery }) => `${path}?${rawQuery}`);
    assert.ok(urls.length > 20 && urls.some((url) => url.includes("websockets")));
    assertNoSecret(urls, [plex.ownerToken]);
    assert.ok(harness.logged("Plex is down").length >= faults.length);
  },
);

/** A clock that counts its pending timers. */
function countingClock(clock: Clock): Clock & { readonly pendingTimers: number } {
  const pending = new Set<symbol>();
  const counting = (wait: Clock["after"]): Clock["after"] => (ms, run) => {
    const timer = Symbol();
    pending.add(timer);
    const cancel = wait(ms, () => {
      pending.delete(timer);
      run();
    });
    return () => {
      pending.delete(timer);
      cancel();
    };
  };
  return {
    now: () => clock.now(),
    after: counting((ms, run) => clock.after(ms, run)),
    timeout: counting((ms, run) => clock.timeout(ms, run)),
    get pendingTimers() {
      return pending.size;
    },
  };
}

Deno.test("invariant 13: stopping leaves no timer, socket or listener", async () => {
  const clock = new DrivenClock();
  const plex = await startPlex({ clock, seed: 1 });
  clock.exclude(plex);
  try {
    const cases: readonly { readonly fault?: Fault; readonly afterS: number }[] = [
      { afterS: 0 },
      { afterS: 30 },
      { fault: { kind: "hang" }, afterS: 3 },
      { fault: { kind: "socket hangs" }, afterS: 3 },
      { fault: { kind: "refuse" }, afterS: 40 },
    ];
    for (const { fault, afterS } of cases) {
      if (fault !== undefined) plex.faults.set(fault);
      await plex.ready();
      const counting = countingClock(clock);
      const app = await startExporter(counting, [], {
        PLEX_SERVER: plex.url,
        PLEX_TOKEN: plex.ownerToken,
      });
      await clock.advance(afterS * 1000);
      assert.ok(counting.pendingTimers > 0, "it has timers while it runs");
      await app.stop(1_000);
      plex.faults.clear();
      await plex.ready();
      const what = JSON.stringify({ fault, afterS });
      assert.equal(counting.pendingTimers, 0, `timers after ${what}`);
      await assert.rejects(fetch(app.url), TypeError, `a listener after ${what}`);
      const { length } = plex.requests;
      await clock.advance(120_000);
      assert.equal(plex.requests.length, length, `requests after ${what}`);
      // The server sees the end of a connection in real time.
      for (let turn = 0; turn < 200 && plex.openSockets > 0; turn++) {
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      assert.equal(plex.openSockets, 0, `sockets after ${what}`);
    }
  } finally {
    await plex.close();
  }
});

/** The seconds that were played in the simulation, and those that the exporter has counted. */
async function playedAndCounted(harness: Harness): Promise<{ played: number; counted: number }> {
  await harness.scrape();
  const counted = sum(await harness.scrape(), "plex_play_seconds_total");
  const now = harness.clock.now();
  const played = harness.plex.simulation.plays
    .reduce((total, play) => total + timeInState(play, "playing", now), 0) / 1000;
  return { played, counted };
}

/** Maximum time between two reports of a simulated player. */
const REPORT_S = 10.2;

/** Tolerance for changes that a notification announces. */
const TOLERANCE_S = 0.02;

/**
 * Asserts that no more is counted than was played, and at most this much less: one report interval
 * for each end without a notification, and the seconds in which no report reached the exporter.
 */
async function assertInvariant15(
  harness: Harness,
  silentEnds: number,
  unreachableS = 0,
): Promise<void> {
  const { played, counted } = await playedAndCounted(harness);
  const text = `${counted} s counted of ${played} s`;
  assert.ok(counted <= played + TOLERANCE_S, text);
  // A play is counted from the first list that shows it, up to a second after its start.
  const starts = harness.plex.simulation.plays.length * 1.1;
  assert.ok(counted >= played - silentEnds * REPORT_S - starts - unreachableS, text);
}

testWithHarness(
  "invariant 15: plays whose stop is lost get no time after their last confirmation",
  async (harness) => {
    const { faults } = harness.plex;
    await harness.pass(5);
    for (let round = 0; round < 3; round++) {
      const viewers = [0, 1].map((who) => harness.play({ who }));
      await harness.pass(15);
      const clear = faults.set({ kind: "lost frames", share: 1 });
      viewers.forEach((viewer) => viewer.stop());
      clear();
    }
    await harness.pass(15);
    await assertInvariant15(harness, 6);
  },
);

testWithHarness(
  "invariant 15: plays that end during an outage get no time after their last confirmation",
  async (harness) => {
    const { faults } = harness.plex;
    await harness.pass(5);
    const viewers = [harness.play({ who: 0 }), harness.play({ who: 1 })];
    await harness.pass(25);
    faults.set({ kind: "refuse" });
    await harness.plex.ready();
    viewers[0]?.stop();
    await harness.pass(9);
    viewers[1]?.stop();
    await harness.pass(21);
    assert.equal(sum(await harness.scrape(), "plex_up"), 0);
    faults.clear();
    await harness.plex.ready();
    await harness.pass(90);
    assert.equal(sum(await harness.scrape(), "plex_up"), 1);
    await assertInvariant15(harness, 2, 9);
  },
);

testWithHarness(
  "invariant 15: the time in which Plex restarts is credited to no play",
  async (harness) => {
    const { simulation } = harness.plex;
    await harness.pass(5);
    const first = [
      harness.play({ who: 0 }),
      harness.play({ who: 1, method: "software transcode" }),
    ];
    await harness.pass(25);
    harness.ignoreFrames();
    simulation.restart({ goneMs: 8_000, startingMs: 8_000 });
    await harness.plex.ready();
    await harness.pass(60);
    harness.writeOffFrames();
    assert.equal(sum(await harness.scrape(), "plex_exporter_websocket_connected"), 1);
    await harness.pass(60);
    first.forEach((viewer) => viewer.stop());
    await harness.pass(1);
    // One player resumes 3 s before the exporter, which backs off, reaches Plex again.
    await assertInvariant15(harness, 2, 3);
  },
);

/** A restart, after which session keys start at 1 again. */
const RESTART = { goneMs: 3_000, startingMs: 3_000 };

testWithHarness(
  "invariant 15: a session key that another player uses after a restart credits nothing to the old play",
  async (harness) => {
    const { faults, simulation } = harness.plex;
    harness.ignoreFrames();
    simulation.restart(RESTART);
    await harness.plex.ready();
    await harness.pass(120);
    harness.writeOffFrames();
    const first = harness.play({ who: 0 });
    await harness.pass(25);
    harness.ignoreFrames();
    simulation.restart(RESTART);
    first.stop();
    // Notifications are back before the session list is.
    const clear = faults.set({ kind: "server error" }, { path: "/status/sessions" });
    await harness.plex.ready();
    await harness.pass(14);
    assert.equal(sum(await harness.scrape(), "plex_exporter_websocket_connected"), 1);
    harness.writeOffFrames();
    const second = harness.play({ who: 1 });
    assert.equal(second.key, "1");
    await harness.pass(1);
    clear();
    await harness.pass(60);
    second.stop();
    await harness.pass(5);
    // The second play is seen by the first list after a back-off of 16 s.
    await assertInvariant15(harness, 1, 20);
  },
);

testWithHarness(
  "invariant 15: a vanished client gets no time while Plex still lists it as playing",
  async (harness) => {
    await harness.pass(5);
    const infrequent = harness.play({ who: 1, timelineIntervalMs: 75_000 });
    const vanishing = harness.play({ who: 0 });
    const normal = harness.play({ who: 2 });
    await harness.pass(24);
    vanishing.vanish();
    await harness.pass(100);
    assert.equal(sum(await harness.scrape(), "plex_sessions", { state: "playing" }), 3);
    await harness.pass(126);
    infrequent.stop();
    normal.stop();
    await harness.pass(1);
    await assertInvariant15(harness, 1);
  },
);

testWithHarness(
  "invariant 15: without notifications a vanished client gets no time after its last position",
  async (harness) => {
    await harness.pass(5);
    const vanishing = harness.play({ who: 0 });
    await harness.pass(84);
    vanishing.vanish();
    await harness.pass(230);
    assert.equal(sum(await harness.scrape(), "plex_exporter_websocket_connected"), 0);
    // Without notifications, the first list that shows the play may be 10 s late.
    await assertInvariant15(harness, 2);
  },
  { before: ({ faults }) => void faults.set({ kind: "socket closes" }) },
);

testWithHarness(
  "playing time is exact to 20 ms across announced pauses, buffering, seeks, switches and stops",
  async (harness) => {
    const { simulation } = harness.plex;
    await harness.pass(5);
    const viewer = harness.play({ item: simulation.randomItem("episode") });
    const missed = async () => {
      const { played, counted } = await playedAndCounted(harness);
      return played - counted;
    };
    await harness.pass(11);
    viewer.pause();
    await harness.pass(0.01);
    let before = await missed();
    assert.ok(before >= 0 && before <= 1.1, `${before} s before the first list`);
    const changes: readonly (() => void)[] = [
      () => viewer.resume(),
      () => viewer.buffer(),
      () => viewer.resume(),
      () => viewer.seek(600_000),
      () => viewer.seek(30_000),
      () => viewer.changeQuality("software transcode"),
      () => viewer.pause(),
      () => viewer.resume(),
      () => viewer.stop(),
    ];
    for (const [index, change] of changes.entries()) {
      change();
      await harness.pass(0.01);
      const now = await missed();
      assert.ok(Math.abs(now - before) <= TOLERANCE_S, `${now - before} s at the change ${index}`);
      before = now;
      await harness.pass(6.31 + 3 * index);
    }
    const second = harness.play({ item: simulation.randomItem("episode") });
    await harness.pass(27.4);
    second.pause();
    await harness.pass(0.01);
    before = await missed();
    second.resume();
    await harness.pass(8.2);
    second.next(simulation.randomItem("movie"), "same key");
    await harness.pass(0.01);
    const switched = await missed();
    assert.ok(Math.abs(switched - before) <= TOLERANCE_S, `${switched - before} s at the switch`);
  },
);

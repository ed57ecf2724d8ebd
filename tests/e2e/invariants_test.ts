/** The invariants of the design that only the whole exporter can show, through what may go wrong. */
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
    assert.ok(lines.filter((line) => line.includes("Plex is down")).length >= faults.length);
  },
);

/** A clock that knows its pending timers. */
function countedClock(clock: Clock): Clock & { readonly waiting: number } {
  const waiting = new Set<symbol>();
  const counted = (wait: Clock["after"]): Clock["after"] => (ms, run) => {
    const mark = Symbol();
    waiting.add(mark);
    const cancel = wait(ms, () => {
      waiting.delete(mark);
      run();
    });
    return () => {
      waiting.delete(mark);
      cancel();
    };
  };
  return {
    now: () => clock.now(),
    after: counted((ms, run) => clock.after(ms, run)),
    timeout: counted((ms, run) => clock.timeout(ms, run)),
    get waiting() {
      return waiting.size;
    },
  };
}

Deno.test("invariant 13: stopping leaves no timer, socket or listener", async () => {
  const clock = new DrivenClock();
  const plex = await startPlex({ clock, seed: 1 });
  clock.exclude(plex);
  try {
    const ways: readonly { readonly fault?: Fault; readonly afterS: number }[] = [
      { afterS: 0 },
      { afterS: 30 },
      { fault: { kind: "hang" }, afterS: 3 },
      { fault: { kind: "socket hangs" }, afterS: 3 },
      { fault: { kind: "refuse" }, afterS: 40 },
    ];
    for (const { fault, afterS } of ways) {
      if (fault !== undefined) plex.faults.set(fault);
      await plex.ready();
      const counted = countedClock(clock);
      const app = await startExporter(counted, [], {
        PLEX_SERVER: plex.url,
        PLEX_TOKEN: plex.ownerToken,
      });
      await clock.advance(afterS * 1000);
      assert.ok(counted.waiting > 0, "it has timers while it runs");
      await app.stop(1_000);
      plex.faults.clear();
      await plex.ready();
      const what = JSON.stringify({ fault, afterS });
      assert.equal(counted.waiting, 0, `timers after ${what}`);
      await assert.rejects(fetch(app.url), TypeError, `a listener after ${what}`);
      const { length } = plex.requests;
      await clock.advance(120_000);
      assert.equal(plex.requests.length, length, `requests after ${what}`);
      // The server notices a close over TCP, in real time.
      for (let turn = 0; turn < 200 && plex.openSockets > 0; turn++) {
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      assert.equal(plex.openSockets, 0, `sockets after ${what}`);
    }
  } finally {
    await plex.close();
  }
});

/** Seconds that were played in the simulation, and seconds that the exporter has counted. */
async function playedAndCounted(harness: Harness): Promise<{ played: number; counted: number }> {
  await harness.scrape();
  const counted = sum(await harness.scrape(), "plex_play_seconds_total");
  const now = harness.clock.now();
  const played = harness.plex.simulation.plays
    .reduce((total, play) => total + timeInState(play, "playing", now), 0) / 1000;
  return { played, counted };
}

/** Longest time between two confirmations of a simulated player, and how exact the counters are. */
const REPORT_S = 10.2;
const EXACT_S = 0.02;

/**
 * Never more than was played, and at most one interval of reports less per silent end, but for
 * seconds in which no report could reach the exporter.
 */
async function assertInvariant15(
  harness: Harness,
  silentEnds: number,
  unreachableS = 0,
): Promise<void> {
  const { played, counted } = await playedAndCounted(harness);
  const text = `${counted} s counted of ${played} s`;
  assert.ok(counted <= played + EXACT_S, text);
  // A play is counted from the list that shows it on: up to a second after its start.
  const starts = harness.plex.simulation.plays.length * 1.1;
  assert.ok(counted >= played - silentEnds * REPORT_S - starts - unreachableS, text);
}

testWithHarness(
  "invariant 15: plays whose stop is lost get nothing after their last confirmation",
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
  "invariant 15: plays that end during an outage get nothing after their last confirmation",
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
    // One player resumes 3 s before the back-off of the exporter has reached Plex again.
    await assertInvariant15(harness, 2, 3);
  },
);

/** So that session keys start at 1 and are soon reused. */
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
  "invariant 15: a client that vanished gets nothing while Plex goes on listing it as playing",
  async (harness) => {
    await harness.pass(5);
    const rare = harness.play({ who: 1, timelineIntervalMs: 75_000 });
    const gone = harness.play({ who: 0 });
    const usual = harness.play({ who: 2 });
    await harness.pass(24);
    gone.vanish();
    await harness.pass(100);
    assert.equal(sum(await harness.scrape(), "plex_sessions", { state: "playing" }), 3);
    await harness.pass(126);
    rare.stop();
    usual.stop();
    await harness.pass(1);
    await assertInvariant15(harness, 1);
  },
);

testWithHarness(
  "invariant 15: without notifications a client that vanished gets nothing after its last position",
  async (harness) => {
    await harness.pass(5);
    const gone = harness.play({ who: 0 });
    await harness.pass(84);
    gone.vanish();
    await harness.pass(230);
    assert.equal(sum(await harness.scrape(), "plex_exporter_websocket_connected"), 0);
    // The list that shows the play first may be 10 s late, without notifications.
    await assertInvariant15(harness, 2);
  },
  { before: ({ faults }) => void faults.set({ kind: "socket closes" }) },
);

testWithHarness(
  "announced pauses, waits, seeks, switches and stops are counted to 20 ms",
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
    const acts: readonly (() => void)[] = [
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
    for (const [index, act] of acts.entries()) {
      act();
      await harness.pass(0.01);
      const now = await missed();
      assert.ok(Math.abs(now - before) <= EXACT_S, `${now - before} s at the change ${index}`);
      before = now;
      await harness.pass(6.31 + 3 * index);
    }
    const next = harness.play({ item: simulation.randomItem("episode") });
    await harness.pass(27.4);
    next.pause();
    await harness.pass(0.01);
    before = await missed();
    next.resume();
    await harness.pass(8.2);
    next.next(simulation.randomItem("movie"), "same key");
    await harness.pass(0.01);
    const switched = await missed();
    assert.ok(Math.abs(switched - before) <= EXACT_S, `${switched - before} s at the switch`);
  },
);

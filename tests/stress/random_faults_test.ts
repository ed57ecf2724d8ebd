/**
 * Random simulations with random faults against a model of the truth: what Plex lists as playing. How
 * many simulations is set by `RUNS`; what a counter-example has shrunk to stays among the examples.
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import { timeInState } from "../../src/simulator/ground_truth.ts";
import { MAX_GAP_MS } from "../../src/core/confirmation.ts";
import { LIST_LAG_MS } from "../../src/core/notifications.ts";
import { seriesOf } from "../../src/core/counter_vec.ts";
import { ENDPOINTS } from "../../src/core/api_stats.ts";
import type { Fault } from "../../src/simulator/faults.ts";
import { silentLog } from "../../src/log/mod.ts";
import { counters } from "../testing/counters.ts";
import { type Action, ActionRunner, known, truth, viewerAction } from "../testing/actions.ts";
import { type MonitoredSimulation, monitorSimulation } from "../testing/in_memory_monitor.ts";

/** A fault for some time, or a change of the simulation. */
type Trouble =
  | { readonly fault: Fault; readonly path?: string | undefined; readonly seconds: number }
  | { readonly lateMs: number; readonly seconds: number }
  | { readonly revokedS: number }
  | { readonly clockS: number };

/** One thing after another: what happens, and how long it is until the next. */
type Step =
  | { readonly action: Action; readonly waitS: number }
  | { readonly trouble: Trouble; readonly waitS: number };

const everywhere: readonly Fault[] = [
  { kind: "refuse" },
  { kind: "socket closes" },
  { kind: "socket resets" },
  { kind: "socket half-open" },
  { kind: "socket hangs" },
  { kind: "invalid frames" },
  { kind: "lost frames", share: 0.5 },
  { kind: "lost frames", share: 1 },
  { kind: "duplicate frames", share: 1 },
  { kind: "late sessions", ms: 2_000 },
];

const ofAnswers: readonly Fault[] = [
  { kind: "hang" },
  { kind: "slow", ms: 3_000 },
  { kind: "slow", ms: 9_000 },
  { kind: "slow", ms: 15_000 },
  { kind: "reset" },
  { kind: "truncated" },
  { kind: "starting" },
  { kind: "unauthorized" },
  { kind: "guest" },
  { kind: "not found" },
  { kind: "too many", retryAfterS: 5 },
  { kind: "server error" },
  { kind: "encoded operator rejected" },
  { kind: "filter ignored" },
  { kind: "login page" },
  { kind: "empty body" },
  { kind: "invalid json" },
  { kind: "wrong types" },
  { kind: "strings only" },
  { kind: "bad items" },
  { kind: "total in header" },
];

/** As the simulated server calls its paths. */
const paths = ENDPOINTS.map((endpoint) => endpoint.replace("{ids}", "{id}"));

/** Longest that a trouble lasts. */
const LONGEST_S = 90;

const seconds = fc.integer({ min: 1, max: LONGEST_S });

const trouble: fc.Arbitrary<Trouble> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ fault: fc.constantFrom(...everywhere), seconds }) },
  {
    weight: 6,
    arbitrary: fc.record({
      fault: fc.constantFrom(...ofAnswers),
      path: fc.oneof(fc.constantFrom(undefined, "/status/sessions"), fc.constantFrom(...paths)),
      seconds,
    }),
  },
  { weight: 1, arbitrary: fc.record({ lateMs: fc.integer({ min: 1, max: 3_000 }), seconds }) },
  { weight: 1, arbitrary: fc.record({ revokedS: seconds }) },
  { weight: 1, arbitrary: fc.record({ clockS: fc.integer({ min: -7_200, max: 7_200 }) }) },
);

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ action: viewerAction, waitS: fc.integer({ min: 1, max: 30 }) }),
  },
  { weight: 1, arbitrary: fc.record({ trouble, waitS: fc.integer({ min: 0, max: 60 }) }) },
);

/** Brings trouble, and ends it in time; returns how to end it now. */
function bring(watched: MonitoredSimulation, trouble: Trouble): () => void {
  const { clock, way, simulation } = watched;
  const until = (seconds: number, end: () => void) => {
    const cancel = clock.after(seconds * 1000, end);
    return () => {
      cancel();
      end();
    };
  };
  if ("fault" in trouble) {
    const { fault, path, seconds } = trouble;
    return until(seconds, way.faults.set(fault, path === undefined ? {} : { path }));
  }
  if ("lateMs" in trouble) {
    way.lateMs = trouble.lateMs;
    return until(trouble.seconds, () => way.lateMs = 0);
  }
  if ("revokedS" in trouble) {
    simulation.tokens.revoke();
    return until(trouble.revokedS, () => simulation.tokens.restore());
  }
  simulation.jumpClock(trouble.clockS * 1000);
  return () => {};
}

/** No counter falls or goes, and nothing piles up. */
function assertSound(before: ReadonlyMap<string, number>, watched: MonitoredSimulation) {
  const { state, way } = watched;
  const after = counters(state);
  for (const [series, value] of before) {
    assert.ok((after.get(series) ?? -1) >= value, `${series} fell from ${value}`);
  }
  for (const [series, value] of after) {
    assert.ok(Number.isSafeInteger(value) && value >= 0, `${series} is ${value}`);
  }
  assert.ok(state.plays.size <= 40, `${state.plays.size} plays`);
  assert.ok(state.recentlyEnded.length <= 300, `${state.recentlyEnded.length} ended plays`);
  assert.ok((state.activities?.size ?? 0) <= 200);
  assert.ok(way.openSockets <= 1, `${way.openSockets} sockets`);
  assert.ok(way.openQuestions <= 10, `${way.openQuestions} questions at a time`);
  return after;
}

/** Longest until all is found again: a hanging request or handshake, the longest pause, a poll. */
const RECOVER_S = 10 + 60 + 10 + 60 + 20;

/** Longest until a socket that fell silent is given up and opened again. */
const HEAR_AGAIN_S = 300 + 80;

/** Until a change is known: by its notification or, where that is lost, by the next list. */
const SOUND_MS = 1_100;
const TROUBLED_MS = 11_000;

/** How long a trouble may keep the lists from the exporter, with all that it takes to recover. */
function blindMs(trouble: Trouble): number {
  if ("revokedS" in trouble) return (trouble.revokedS + RECOVER_S) * 1000;
  if (!("fault" in trouble)) return 0;
  const { fault, path, seconds } = trouble;
  // Whoever is refused the list asks the server whether the token is a guest's.
  const spoilsLists = path === undefined || path === "/status/sessions" || path === "/";
  const isOfFrames = /socket|frames/.test(fault.kind);
  return spoilsLists && !isOfFrames ? (seconds + RECOVER_S) * 1000 : 0;
}

/** Playing time that is seen, but not confirmed yet. */
function waitingMs({ state }: MonitoredSimulation): number {
  return [...state.plays.values()].filter(({ state }) => state === "playing")
    .reduce((sum, { pendingMs }) => sum + pendingMs, 0);
}

/** Playing time counted so far. */
function creditedMs({ state }: MonitoredSimulation): number {
  return seriesOf(state.playCounters.playMs).reduce((sum, { value }) => sum + value, 0);
}

async function play(steps: readonly Step[]): Promise<void> {
  const errors: string[] = [];
  const watched = await monitorSimulation({
    log: {
      ...silentLog,
      error: (message, fields) => errors.push(`${message} ${Deno.inspect(fields)}`),
    },
  });
  const { simulation } = watched;
  try {
    const actor = new ActionRunner(watched);
    let seen = counters(watched.state);
    let listedMs = 0;
    /** The part of it in which nothing stood between the lists and the exporter. */
    let visibleMs = 0;
    let blindUntil = 0;
    let allowedMs = 0;
    let playing = 0;
    let troubledUntil = 0;
    let troubles = 0;
    let last = simulation.now();
    const note = () => {
      const playedMs = playing * (simulation.now() - last);
      listedMs += playedMs;
      if (last >= blindUntil) visibleMs += playedMs;
      last = simulation.now();
      playing = simulation.sessions().filter(({ state }) => state === "playing").length;
    };
    const pass = async (seconds: number) => {
      for (let second = 0; second < seconds; second++) {
        const [before, waitingBeforeMs] = [creditedMs(watched), waitingMs(watched)];
        const live = watched.state.plays.size;
        await watched.pass(1);
        note();
        const plays = Math.max(live, watched.state.plays.size);
        const grownMs = creditedMs(watched) - before;
        // Invariant 6: of a time without observations no more than the gap counts. A list may come
        // with a notification that waited for it.
        const gapsMs = plays * (2 * MAX_GAP_MS + 1_000);
        const grownPendingMs = waitingMs(watched) + grownMs - waitingBeforeMs;
        assert.ok(
          grownPendingMs <= gapsMs,
          `${grownPendingMs} ms counted at once for ${live} plays`,
        );
        // Invariant 15: never more than was played, but for the lag of lists where frames are missing.
        const playedMs = simulation.plays.reduce(
          (sum, play) => sum + timeInState(play, "playing", simulation.now()),
          0,
        );
        const excessMs = creditedMs(watched) - playedMs;
        assert.ok(
          excessMs <= (1 + troubles) * LIST_LAG_MS,
          `${excessMs} ms credited beyond what was played, after ${troubles} troubles`,
        );
      }
      seen = assertSound(seen, watched);
    };
    let ends: (() => void)[] = [];
    await pass(2);
    for (const step of steps) {
      note();
      if ("action" in step) {
        actor.do(step.action);
        // A restart ends every play unseen, and is over only when its clients are back.
        const unknownMs = simulation.now() < troubledUntil ? TROUBLED_MS : SOUND_MS;
        const restarts = step.action.kind === "restart";
        allowedMs += restarts ? 8 * MAX_GAP_MS : unknownMs;
        if (restarts) blindUntil = troubledUntil = simulation.now() + RECOVER_S * 1000;
      } else {
        troubles += 1;
        ends.push(bring(watched, step.trouble));
        blindUntil = Math.max(blindUntil, simulation.now() + blindMs(step.trouble));
        troubledUntil = simulation.now() + (LONGEST_S + RECOVER_S) * 1000;
        // Each play may be credited for up to the gap that it was not confirmed in.
        allowedMs += Math.max(1, simulation.sessions().length) * MAX_GAP_MS;
      }
      note();
      await pass(step.waitS);
    }
    ends.forEach((end) => end());
    ends = [];
    watched.way.faults.clear();
    simulation.tokens.restore();
    await pass(RECOVER_S);
    assert.equal(watched.state.availability.status, "up", "it recovers by itself");
    assert.deepEqual(known(watched), truth(watched), "it agrees with Plex again");
    await pass(HEAR_AGAIN_S);
    // The socket of an idle server is replaced every five minutes, which takes a second.
    if (!watched.state.apiStats.connected) await pass(2);
    assert.ok(watched.state.apiStats.connected, "it hears notifications again");
    assert.deepEqual(known(watched), truth(watched), "it still agrees");
    const credited = creditedMs(watched);
    assert.ok(
      credited <= listedMs + allowedMs,
      `credited ${credited} ms, listed ${listedMs} ms and ${allowedMs} ms in doubt`,
    );
    // What was listed since the last poll is credited by the next.
    const pendingMs = playing * MAX_GAP_MS;
    assert.ok(
      credited >= visibleMs - allowedMs - pendingMs,
      `credited ${credited} ms, visible ${visibleMs} ms, ${allowedMs + pendingMs} ms in doubt`,
    );
    simulation.recordUsage();
    const bytes = seriesOf(watched.state.bandwidth.byLocation)
      .reduce((sum, { value }) => sum + value, 0);
    assert.ok(
      bytes <= simulation.bandwidth.total({}),
      `${bytes} of ${simulation.bandwidth.total({})} bytes`,
    );
    assert.deepEqual(errors, [], "no fault of the exporter");
  } finally {
    await watched.close();
  }
}

/** What counter-examples have shrunk to, oldest first. */
const FIXTURES: [Step[]][] = [
  // An exporter that credits less than was confirmed.
  [[
    { action: { kind: "play", who: 1, how: 2, wan: true }, waitS: 20 },
    { trouble: { fault: { kind: "socket closes" }, seconds: 90 }, waitS: 60 },
    { action: { kind: "pause", which: 0 }, waitS: 30 },
  ]],
  // One that makes up for an outage.
  [[
    { action: { kind: "play", who: 0, how: 0, wan: false }, waitS: 20 },
    { trouble: { fault: { kind: "hang" }, path: "/status/sessions", seconds: 90 }, waitS: 60 },
    { action: { kind: "stop", which: 0 }, waitS: 0 },
  ]],
];

Deno.test("the exporter survives random faults, credits what was played but for what they leave in doubt, and agrees with Plex after them", async () => {
  const numRuns = Number(Deno.env.get("RUNS") ?? 5);
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 40 }), play),
    { numRuns: numRuns + FIXTURES.length, examples: FIXTURES, endOnFailure: true },
  );
});

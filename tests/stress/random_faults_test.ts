/**
 * Random simulations with random faults, compared with what Plex lists as playing. `RUNS` sets the
 * number of simulations. Shrunk counter-examples are kept as fixtures.
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import { timeInState } from "../../src/simulator/ground_truth.ts";
import { MAX_GAP_MS } from "../../src/core/confirmation.ts";
import { LIST_LAG_MS } from "../../src/core/notifications.ts";
import { seriesOf } from "../../src/core/counter_vec.ts";
import { ENDPOINTS } from "../../src/core/api_stats.ts";
import type { Fault } from "../../src/simulator/faults.ts";
import { counters } from "../testing/counters.ts";
import {
  type Action,
  ActionRunner,
  plexSessions,
  statePlays,
  viewerAction,
} from "../testing/actions.ts";
import { type MonitoredSimulation, monitorSimulation } from "../testing/in_memory_monitor.ts";
import { silentLog } from "../testing/recording_log.ts";

/** A fault that lasts some time, or a change of the simulation. */
type Incident =
  | { readonly fault: Fault; readonly path?: string | undefined; readonly seconds: number }
  | { readonly lateMs: number; readonly seconds: number }
  | { readonly revokedS: number }
  | { readonly clockS: number };

/** An action or an incident, and the time until the next step. */
type Step =
  | { readonly action: Action; readonly waitS: number }
  | { readonly incident: Incident; readonly waitS: number };

const connectionFaults: readonly Fault[] = [
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

const responseFaults: readonly Fault[] = [
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
  { kind: "too many requests", retryAfterS: 5 },
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

/** Endpoints as path templates of the simulated server. */
const paths = ENDPOINTS.map((endpoint) => endpoint.replace("{ids}", "{id}"));

/** Maximum duration of an incident. */
const MAX_INCIDENT_S = 90;

const seconds = fc.integer({ min: 1, max: MAX_INCIDENT_S });

const incident: fc.Arbitrary<Incident> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ fault: fc.constantFrom(...connectionFaults), seconds }) },
  {
    weight: 6,
    arbitrary: fc.record({
      fault: fc.constantFrom(...responseFaults),
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
  { weight: 1, arbitrary: fc.record({ incident, waitS: fc.integer({ min: 0, max: 60 }) }) },
);

/** Starts an incident, which ends by itself. Returns a function that ends it now. */
function startIncident(monitored: MonitoredSimulation, incident: Incident): () => void {
  const { clock, network, simulation } = monitored;
  const until = (seconds: number, end: () => void) => {
    const cancel = clock.after(seconds * 1000, end);
    return () => {
      cancel();
      end();
    };
  };
  if ("fault" in incident) {
    const { fault, path, seconds } = incident;
    return until(seconds, network.faults.set(fault, path === undefined ? {} : { path }));
  }
  if ("lateMs" in incident) {
    network.lateMs = incident.lateMs;
    return until(incident.seconds, () => network.lateMs = 0);
  }
  if ("revokedS" in incident) {
    simulation.tokens.revoke();
    return until(incident.revokedS, () => simulation.tokens.restore());
  }
  simulation.jumpClock(incident.clockS * 1000);
  return () => {};
}

/** No counter decreases or disappears, and nothing accumulates. */
function assertConsistent(before: ReadonlyMap<string, number>, monitored: MonitoredSimulation) {
  const { state, network } = monitored;
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
  assert.ok(network.openSockets <= 1, `${network.openSockets} sockets`);
  assert.ok(network.openRequests <= 10, `${network.openRequests} requests at a time`);
  return after;
}

/** Maximum time to recover: a hanging request or handshake, the longest back-off, a poll. */
const RECOVER_S = 10 + 60 + 10 + 60 + 20;

/** Maximum time until a silent socket is replaced. */
const RECONNECT_S = 300 + 80;

/** Maximum delay until a change is known: from its notification, or else from the next list. */
const NORMAL_DELAY_MS = 1_100;
const DISTURBED_DELAY_MS = 11_000;

/** How long an incident may keep session lists from the exporter, including the recovery. */
function unreadableMs(incident: Incident): number {
  if ("revokedS" in incident) return (incident.revokedS + RECOVER_S) * 1000;
  if (!("fault" in incident)) return 0;
  const { fault, path, seconds } = incident;
  // If the list is refused, the exporter requests `/` to see whether the token is a guest's.
  const affectsLists = path === undefined || path === "/status/sessions" || path === "/";
  const affectsFramesOnly = /socket|frames/.test(fault.kind);
  return affectsLists && !affectsFramesOnly ? (seconds + RECOVER_S) * 1000 : 0;
}

/** Play time that is not confirmed yet. */
function unconfirmedMs({ state }: MonitoredSimulation): number {
  return [...state.plays.values()].filter(({ state }) => state === "playing")
    .reduce((sum, { pendingMs }) => sum + pendingMs, 0);
}

/** Play time counted so far. */
function creditedMs({ state }: MonitoredSimulation): number {
  return seriesOf(state.playCounters.playMs).reduce((sum, { value }) => sum + value, 0);
}

async function runSteps(steps: readonly Step[]): Promise<void> {
  const errors: string[] = [];
  const monitored = await monitorSimulation({
    log: {
      ...silentLog,
      error: (message, fields) => errors.push(`${message} ${Deno.inspect(fields)}`),
    },
  });
  const { simulation } = monitored;
  try {
    const actor = new ActionRunner(monitored);
    let seen = counters(monitored.state);
    let listedMs = 0;
    /** The part of it in which the exporter could read the lists. */
    let visibleMs = 0;
    let unreadableUntil = 0;
    let allowedMs = 0;
    let playing = 0;
    let disturbedUntil = 0;
    let incidents = 0;
    let last = simulation.now();
    const sample = () => {
      const playedMs = playing * (simulation.now() - last);
      listedMs += playedMs;
      if (last >= unreadableUntil) visibleMs += playedMs;
      last = simulation.now();
      playing = simulation.sessions().filter(({ state }) => state === "playing").length;
    };
    const pass = async (seconds: number) => {
      for (let second = 0; second < seconds; second++) {
        const [before, unconfirmedBeforeMs] = [creditedMs(monitored), unconfirmedMs(monitored)];
        const playsBefore = monitored.state.plays.size;
        await monitored.pass(1);
        sample();
        const plays = Math.max(playsBefore, monitored.state.plays.size);
        const newlyCreditedMs = creditedMs(monitored) - before;
        // Invariant 6: at most the maximum gap is credited for a time without observations. A
        // pending notification may be applied together with a list.
        const maxObservedMs = plays * (2 * MAX_GAP_MS + 1_000);
        const newlyObservedMs = unconfirmedMs(monitored) + newlyCreditedMs - unconfirmedBeforeMs;
        assert.ok(
          newlyObservedMs <= maxObservedMs,
          `${newlyObservedMs} ms counted at once for ${plays} plays`,
        );
        // Invariant 15: never more than was played, except for the lag of lists if frames are
        // missing.
        const playedMs = simulation.plays.reduce(
          (sum, play) => sum + timeInState(play, "playing", simulation.now()),
          0,
        );
        const excessMs = creditedMs(monitored) - playedMs;
        assert.ok(
          excessMs <= (1 + incidents) * LIST_LAG_MS,
          `${excessMs} ms credited beyond what was played, after ${incidents} incidents`,
        );
      }
      seen = assertConsistent(seen, monitored);
    };
    let ends: (() => void)[] = [];
    await pass(2);
    for (const step of steps) {
      sample();
      if ("action" in step) {
        actor.do(step.action);
        // A restart ends every play without a notification. It is over when the clients are back.
        const unknownMs = simulation.now() < disturbedUntil ? DISTURBED_DELAY_MS : NORMAL_DELAY_MS;
        const restarts = step.action.kind === "restart";
        allowedMs += restarts ? 8 * MAX_GAP_MS : unknownMs;
        if (restarts) unreadableUntil = disturbedUntil = simulation.now() + RECOVER_S * 1000;
      } else {
        incidents += 1;
        ends.push(startIncident(monitored, step.incident));
        unreadableUntil = Math.max(unreadableUntil, simulation.now() + unreadableMs(step.incident));
        disturbedUntil = simulation.now() + (MAX_INCIDENT_S + RECOVER_S) * 1000;
        // Each play may be credited for up to the gap without a confirmation.
        allowedMs += Math.max(1, simulation.sessions().length) * MAX_GAP_MS;
      }
      sample();
      await pass(step.waitS);
    }
    ends.forEach((end) => end());
    ends = [];
    monitored.network.faults.clear();
    simulation.tokens.restore();
    await pass(RECOVER_S);
    assert.equal(monitored.state.availability.status, "up", "the exporter recovers by itself");
    assert.deepEqual(
      statePlays(monitored),
      plexSessions(monitored),
      "the exporter agrees with Plex again",
    );
    await pass(RECONNECT_S);
    // The socket of an idle server is replaced every five minutes, within a second.
    if (!monitored.state.apiStats.connected) await pass(2);
    assert.ok(monitored.state.apiStats.connected, "notifications arrive again");
    assert.deepEqual(
      statePlays(monitored),
      plexSessions(monitored),
      "the exporter still agrees with Plex",
    );
    const credited = creditedMs(monitored);
    assert.ok(
      credited <= listedMs + allowedMs,
      `credited ${credited} ms, listed ${listedMs} ms and ${allowedMs} ms uncertain`,
    );
    // The time since the last poll is credited by the next.
    const pendingMs = playing * MAX_GAP_MS;
    assert.ok(
      credited >= visibleMs - allowedMs - pendingMs,
      `credited ${credited} ms, visible ${visibleMs} ms, ${allowedMs + pendingMs} ms uncertain`,
    );
    simulation.recordUsage();
    const bytes = seriesOf(monitored.state.bandwidth.byLocation)
      .reduce((sum, { value }) => sum + value, 0);
    assert.ok(
      bytes <= simulation.bandwidth.total({}),
      `${bytes} of ${simulation.bandwidth.total({})} bytes`,
    );
    assert.deepEqual(errors, [], "no fault of the exporter");
  } finally {
    await monitored.close();
  }
}

/** Shrunk counter-examples, oldest first. */
const FIXTURES: [Step[]][] = [
  // Found an exporter that credited less than was confirmed.
  [[
    { action: { kind: "play", who: 1, how: 2, wan: true }, waitS: 20 },
    { incident: { fault: { kind: "socket closes" }, seconds: 90 }, waitS: 60 },
    { action: { kind: "pause", which: 0 }, waitS: 30 },
  ]],
  // Found an exporter that credited an outage.
  [[
    { action: { kind: "play", who: 0, how: 0, wan: false }, waitS: 20 },
    { incident: { fault: { kind: "hang" }, path: "/status/sessions", seconds: 90 }, waitS: 60 },
    { action: { kind: "stop", which: 0 }, waitS: 0 },
  ]],
];

Deno.test("the exporter survives random faults, credits what was played within their uncertainty, and agrees with Plex afterwards", async () => {
  const numRuns = Number(Deno.env.get("RUNS") ?? 5);
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 40 }), runSteps),
    { numRuns: numRuns + FIXTURES.length, examples: FIXTURES, endOnFailure: true },
  );
});

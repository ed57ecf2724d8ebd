/** After random events in a simulation, the exporter's state is compared with the ground truth. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { seriesOf } from "../../src/core/counter_vec.ts";
import { type Play, timeInState } from "../../src/simulator/ground_truth.ts";
import type { Method } from "../../src/simulator/stream_output.ts";
import { families } from "../../src/metrics/families.ts";
import { samplesOf } from "../bench/prom_client.ts";
import { type Series, seriesOf as readSeries } from "../testing/exposition.ts";
import {
  type Action,
  ActionRunner,
  anyAction,
  plexSessions,
  statePlays,
  viewerAction,
} from "../testing/actions.ts";
import { type MonitoredSimulation, monitorSimulation } from "../testing/in_memory_monitor.ts";
import { COVERED_FAMILIES } from "../testing/expected_metrics.ts";
import { TruthHistory } from "../testing/truth_history.ts";

/** The families whose true values are known. */
const FAMILIES = families({ legacy: true })
  .filter(({ name }) => Object.values(COVERED_FAMILIES).flat().includes(name));

/** Maximum delay until a change is known: the minimum time between two lists, and Plex's lag. */
const SETTLE_S = 2.2;

/** Maximum duration of a restart, until lists and notifications are available again. */
const RECOVER_S = 90;

/** Time after an action until every delayed effect has happened. */
function settleS({ kind }: Action): number {
  return kind === "restart" || kind === "upgrade" ? RECOVER_S : SETTLE_S;
}

const PROCESS = { version: "0", denoVersion: "0", cpuSeconds: 0, residentBytes: 0, startedAt: 0 };

/** The series that a scrape would return now. */
function pageOf({ clock, state }: MonitoredSimulation): Series[] {
  const input = { servers: [state], at: clock.now(), process: PROCESS };
  return FAMILIES.flatMap((family) =>
    samplesOf(family, input).map(({ labels, value }) =>
      readSeries({ __name__: family.name, ...labels }, String(value))
    )
  );
}

Deno.test("after each of many random events the metrics agree with the simulation", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(anyAction, fc.nat(20)), { minLength: 60, maxLength: 120 }),
      async (actions) => {
        const monitored = await monitorSimulation();
        const history = new TruthHistory(monitored.simulation);
        try {
          const actor = new ActionRunner(monitored);
          await monitored.pass(5);
          for (const [action, seconds] of actions) {
            actor.do(action);
            await monitored.pass(seconds + settleS(action));
            history.assertPage(pageOf(monitored), JSON.stringify(action));
            assert.deepEqual(
              statePlays(monitored),
              plexSessions(monitored),
              JSON.stringify(action),
            );
          }
        } finally {
          history.close();
          await monitored.close();
        }
      },
    ),
    { numRuns: 4, endOnFailure: true },
  );
});

Deno.test("the seconds of random plays are those that Plex listed as playing", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(viewerAction, fc.integer({ min: 1, max: 60 })), {
        minLength: 20,
        maxLength: 60,
      }),
      async (actions) => {
        const monitored = await monitorSimulation();
        const { simulation } = monitored;
        let listedMs = 0;
        let last = simulation.now();
        let playing = 0;
        const sample = () => {
          listedMs += playing * (simulation.now() - last);
          last = simulation.now();
          playing = simulation.sessions().filter(({ state }) => state === "playing").length;
        };
        try {
          const actor = new ActionRunner(monitored);
          let changes = 0;
          for (const [action, seconds] of actions) {
            if (action.kind === "restart") continue;
            sample();
            actor.do(action);
            sample();
            changes += 1;
            // Clients repeat and buffer on their own, so the state is sampled every second.
            for (let second = 0; second < seconds; second++) {
              await monitored.pass(1);
              sample();
            }
          }
          const credited = seriesOf(monitored.state.playCounters.playMs)
            .reduce((sum, { value }) => sum + value, 0);
          // What has not been confirmed yet is not credited yet.
          const pending = [...monitored.state.plays.values()]
            .filter(({ state }) => state === "playing")
            .reduce((sum, { confirmedAt }) => sum + simulation.now() - confirmedAt, 0);
          // A notification announces a change at once; a new play is known from the next list.
          assert.ok(
            Math.abs(credited + pending - listedMs) <= changes * 1_100,
            `${credited} + ${pending} of ${listedMs} ms after ${changes} changes`,
          );
        } finally {
          await monitored.close();
        }
      },
    ),
    { numRuns: 8, endOnFailure: true },
  );
});

/** What a viewer does next, and the seconds until the next step. */
const viewerStep = fc.tuple(
  fc.constantFrom("pause", "seek", "quality", "next", "buffer"),
  fc.integer({ min: 8, max: 45 }),
);

/** The labels of `plex_stream_seconds_total` for each method: decision on the video, hardware. */
const STREAM_KEYS: Readonly<Record<Method, string>> = {
  "direct play": "direct_play none",
  "direct stream": "direct_stream none",
  "audio transcode": "direct_stream none",
  "software transcode": "transcode none",
  "hardware transcode": "transcode full",
  "partial hardware transcode": "transcode partial",
  "subtitle burn": "transcode none",
};

/** Counted milliseconds of video by decision and hardware. */
function countedStreams({ state }: MonitoredSimulation): Map<string, number> {
  const streams = new Map<string, number>();
  for (const { key: { decision, hardware }, value } of seriesOf(state.playCounters.streamMs)) {
    const name = `${decision} ${hardware}`;
    streams.set(name, (streams.get(name) ?? 0) + value);
  }
  return streams;
}

/** Played milliseconds of video by decision and hardware. */
function playedStreams(plays: readonly Play[], nowMs: number): Map<string, number> {
  const streams = new Map<string, number>();
  for (const { fromMs, toMs = nowMs, state, method } of plays.flatMap(({ spans }) => spans)) {
    if (state !== "playing") continue;
    streams.set(STREAM_KEYS[method], (streams.get(STREAM_KEYS[method]) ?? 0) + toMs - fromMs);
  }
  return streams;
}

/** The labels of `plex_transcode_seconds_total` for each method: transcoded stream, hardware. */
const TRANSCODE_KEYS: Readonly<Record<Method, readonly string[]>> = {
  "direct play": [],
  "direct stream": [],
  "audio transcode": ["audio none"],
  "software transcode": ["video none", "audio none"],
  "hardware transcode": ["video full", "audio none"],
  "partial hardware transcode": ["video partial", "audio none"],
  "subtitle burn": ["video none", "audio none", "subtitle none"],
};

/** Counted milliseconds by transcoded stream and hardware. */
function countedTranscodes({ state }: MonitoredSimulation): Map<string, number> {
  return new Map(
    seriesOf(state.playCounters.transcodeMs)
      .map(({ key: { stream, hardware }, value }) => [`${stream} ${hardware}`, value]),
  );
}

/** Played milliseconds by transcoded stream and hardware. */
function playedTranscodes(plays: readonly Play[], nowMs: number): Map<string, number> {
  const transcodes = new Map<string, number>();
  for (const { fromMs, toMs = nowMs, state, method } of plays.flatMap(({ spans }) => spans)) {
    if (state !== "playing") continue;
    for (const key of TRANSCODE_KEYS[method]) {
      transcodes.set(key, (transcodes.get(key) ?? 0) + toMs - fromMs);
    }
  }
  return transcodes;
}

const VIDEO_METHODS = [
  "direct play",
  "audio transcode",
  "software transcode",
  "hardware transcode",
  "partial hardware transcode",
  "subtitle burn",
] as const;

Deno.test("the exporter credits what each viewer played, even if Plex's list lags", async () => {
  // The largest known lag of Plex (docs/plex/api.md#list-lag).
  const lag = { startMs: 2_000, changeMs: 2_000, stopMs: 2_000 };
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.tuple(fc.constantFrom(...VIDEO_METHODS), fc.array(viewerStep, { maxLength: 4 })),
        {
          minLength: 8,
          maxLength: 8,
        },
      ),
      fc.nat(),
      async (viewers, seed) => {
        const monitored = await monitorSimulation({ seed, lag });
        const { simulation, clock } = monitored;
        const credited = () =>
          [monitored.state.playCounters.playMs, monitored.state.playCounters.bufferingMs]
            .map((counter) => seriesOf(counter).reduce((sum, { value }) => sum + value, 0));
        try {
          const [user, player] = [simulation.users[0], simulation.players[0]];
          assert.ok(user && player);
          await monitored.pass(5);
          for (const [method, actions] of viewers) {
            const [played = 0, buffered = 0] = credited();
            const streamsBefore = countedStreams(monitored);
            const transcodesBefore = countedTranscodes(monitored);
            const known = simulation.plays.length;
            const viewer = simulation.play({
              item: simulation.randomItem("movie"),
              user,
              player,
              method,
            });
            await monitored.pass(20);
            for (const [action, seconds] of actions) {
              if (action === "seek") viewer.seek(seconds * 20_000);
              else if (action === "quality") {
                viewer.changeQuality(seconds % 2 === 0 ? VIDEO_METHODS[0] : VIDEO_METHODS[2]);
              } else if (action === "next") {
                viewer.next(simulation.randomItem("episode"), "same key");
              } else {
                if (action === "pause") viewer.pause();
                else viewer.buffer();
                await monitored.pass(seconds / 8);
                viewer.resume();
              }
              await monitored.pass(seconds);
            }
            viewer.stop();
            await monitored.pass(35);
            const plays = simulation.plays.slice(known);
            const trueMs = (state: "playing" | "buffering") =>
              plays.reduce((sum, play) => sum + timeInState(play, state, clock.now()), 0);
            const [allPlayed = 0, allBuffered = 0] = credited();
            // Time before a list shows the play is not counted: Plex lags by 2 s, and lists are
            // read within half a second, 1 s later, and 2 s after that.
            const missed = trueMs("playing") + trueMs("buffering") -
              (allPlayed - played) - (allBuffered - buffered);
            const message = `${
              JSON.stringify(actions)
            }: ${missed} ms missed of ${plays.length} plays`;
            assert.ok(missed >= 0 && missed <= 3_600 * plays.length, message);
            assert.ok(
              allBuffered - buffered <= trueMs("buffering"),
              `playing is not counted as buffering: ${message}`,
            );
            const assertAgree = (
              counted: ReadonlyMap<string, number>,
              before: ReadonlyMap<string, number>,
              played: ReadonlyMap<string, number>,
            ) => {
              for (const name of new Set([...counted.keys(), ...played.keys()])) {
                const ms = (counted.get(name) ?? 0) - (before.get(name) ?? 0);
                const truth = played.get(name) ?? 0;
                // A change is seen with the next list, which itself lags by 2 s.
                const tolerance = 3_100 * (plays.length + actions.length);
                assert.ok(
                  Math.abs(ms - truth) <= (truth > 0 ? tolerance : 0),
                  `${name}: ${ms} ms of ${truth}: ${message}`,
                );
              }
            };
            const nowMs = clock.now();
            assertAgree(countedStreams(monitored), streamsBefore, playedStreams(plays, nowMs));
            const playedByTranscode = playedTranscodes(plays, nowMs);
            assertAgree(countedTranscodes(monitored), transcodesBefore, playedByTranscode);
          }
        } finally {
          await monitored.close();
        }
      },
    ),
    { numRuns: 6, endOnFailure: true },
  );
});

Deno.test("the bytes of each device are those that Plex has sent to it, exactly", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(viewerAction, fc.integer({ min: 1, max: 40 })), {
        minLength: 15,
        maxLength: 40,
      }),
      async (actions) => {
        const monitored = await monitorSimulation();
        const { simulation } = monitored;
        try {
          // The first reading of bandwidth is the baseline.
          await monitored.pass(30);
          const actor = new ActionRunner(monitored);
          for (const [action, seconds] of actions) {
            actor.do(action);
            await monitored.pass(seconds);
          }
          for (const viewer of simulation.viewers) viewer.stop();
          // A restart may be in progress, after which clients resume.
          await monitored.pass(RECOVER_S);
          for (const viewer of simulation.viewers) viewer.stop();
          await monitored.pass(60);
          const counted = seriesOf(monitored.state.bandwidth.byDevice)
            .map(({ key: { device, location }, value }) => [`${device} ${location}`, value]);
          const sent = simulation.players.flatMap(({ deviceId, title }) =>
            [true, false].map((lan) =>
              [
                `${title} ${lan ? "lan" : "wan"}`,
                simulation.bandwidth.total({ deviceId, lan }),
              ] as const
            )
          );
          assert.deepEqual(
            Object.fromEntries(counted),
            Object.fromEntries(sent.filter(([, bytes]) => bytes > 0)),
          );
        } finally {
          await monitored.close();
        }
      },
    ),
    { numRuns: 4, endOnFailure: true },
  );
});

/**
 * Invariant 15 in random simulations, in which notifications are lost, sockets close, Plex is away
 * or restarts, session keys are used again and clients vanish: after every second, no user is
 * credited more than was played, and at the end at most one interval of reports less for each end
 * that was not announced. Only a pause in the very millisecond of a report, whose notification is
 * lost, can't be told from one that begins with the next report: up to a list it may be credited. `RUNS` sets the number of simulations.
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import { seriesOf } from "../../src/core/counter_vec.ts";
import type { Fault } from "../../src/simulator/faults.ts";
import { type Play, timeInState } from "../../src/simulator/ground_truth.ts";
import type { Viewer } from "../../src/simulator/viewer.ts";
import { type MonitoredSimulation, monitorSimulation } from "../testing/in_memory_monitor.ts";

/** What one viewer does; each has a user and a player of its own. */
interface Act {
  readonly seat: number;
  readonly what: "play" | "pause" | "resume" | "buffer" | "next" | "quality" | "stop" | "vanish";
  /** Whether its notifications are lost. */
  readonly lost: boolean;
  readonly item: "movie" | "episode";
  /** Between the player's reports. */
  readonly intervalS: number;
}

/** What happens to the server or on the way to it. */
type Trouble =
  | { readonly fault: Fault; readonly path?: string; readonly seconds: number }
  /** The viewers of these seats leave meanwhile; the others come back. */
  | { readonly restartS: number; readonly leaving: readonly number[] };

type Step = { readonly waitS: number } & ({ readonly act: Act } | { readonly trouble: Trouble });

const SEATS = 6;

/** Plex keeps a player that reports no more often than that. */
const LONGEST_INTERVAL_S = 120;

const act: fc.Arbitrary<Act> = fc.record({
  seat: fc.nat(SEATS - 1),
  what: fc.constantFrom<Act["what"][]>(
    ...(["play", "play", "play", "pause", "resume", "resume", "buffer", "next"] as const),
    ...(["quality", "stop", "vanish"] as const),
  ),
  lost: fc.boolean(),
  item: fc.constantFrom("movie", "episode"),
  intervalS: fc.constantFrom(1, 10, 10, 10, 30, 75, LONGEST_INTERVAL_S),
});

const seconds = fc.integer({ min: 1, max: 90 });

const trouble: fc.Arbitrary<Trouble> = fc.oneof(
  fc.record({
    fault: fc.constantFrom<Fault>(
      { kind: "lost frames", share: 0.5 },
      { kind: "lost frames", share: 0.9 },
      { kind: "socket closes" },
      { kind: "socket half-open" },
      { kind: "refuse" },
      { kind: "server error" },
    ),
    seconds,
  }),
  fc.record({
    fault: fc.constantFrom<Fault>({ kind: "hang" }, { kind: "slow", ms: 4_000 }, { kind: "guest" }),
    path: fc.constant("/status/sessions"),
    seconds,
  }),
  fc.record({
    restartS: fc.integer({ min: 1, max: 20 }),
    leaving: fc.uniqueArray(fc.nat(SEATS - 1)),
  }),
);

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ act, waitS: fc.integer({ min: 0, max: 25 }) }) },
  { weight: 1, arbitrary: fc.record({ trouble, waitS: fc.integer({ min: 0, max: 40 }) }) },
);

/** How exact what is announced is counted. */
const EXACT_MS = 20;

/** Time between two lists, after which a pause is seen there, with what Plex takes. */
const LIST_INTERVAL_MS = 12_000;

/** Least time between two lists, by which a play is seen to have begun or changed. */
const LIST_MS = 1_100;

/** One viewer: what it is doing, and what may be missing of it in the end. */
class Seat {
  viewer: Viewer | undefined;
  /** Played while the exporter did not see it: no list could show it, or none did. */
  unseenMs = 0;
  /** One interval of reports for each end or change that was not announced. */
  silentMs = 0;
  /** Paused while no position could show it. */
  ambiguousMs = 0;
  intervalMs = 0;

  constructor(readonly number: number) {}
}

class ViewerSet {
  readonly #monitored: MonitoredSimulation;
  readonly #seats = Array.from({ length: SEATS }, (_, number) => new Seat(number));
  #cancels: (() => void)[] = [];
  #connections = 0;
  #lossyUntil = 0;

  constructor(monitored: MonitoredSimulation) {
    this.#monitored = monitored;
  }

  #playsOf(seat: Seat): readonly Play[] {
    const { simulation } = this.#monitored;
    return simulation.plays.filter(({ user }) => user === simulation.users[seat.number]?.name);
  }

  #playedMs(seat: Seat): number {
    const now = this.#monitored.simulation.now();
    return this.#playsOf(seat).reduce((sum, play) => sum + timeInState(play, "playing", now), 0);
  }

  #creditedMs(seat: Seat): number {
    const user = this.#monitored.simulation.users[seat.number]?.name;
    return seriesOf(this.#monitored.state.playCounters.playMs)
      .filter(({ key }) => key.user === user)
      .reduce((sum, { value }) => sum + value, 0);
  }

  /** The play of this seat as the exporter knows it. */
  #known({ viewer }: Seat) {
    const session = viewer?.session;
    return this.#monitored.state.plays.values().find((play) =>
      play.session.sessionKey === session?.key && play.session.user === session.user?.name &&
      play.session.ratingKey === session.item.ratingKey
    );
  }

  do({ seat: number, what, lost, item, intervalS }: Act): void {
    const { way, simulation } = this.#monitored;
    const seat = this.#seats[number];
    const [user, player] = [simulation.users[number], simulation.players[number]];
    if (seat === undefined || user === undefined || player === undefined) return;
    // Before a player has been seen to report, lists are the only confirmation there is.
    if (what === "vanish" && !this.#known(seat)?.position.advances) return;
    if (what === "play" && seat.viewer?.isActive) return;
    if (what !== "play" && !seat.viewer?.isActive) return;
    if (lost || what === "vanish") seat.silentMs += seat.intervalMs + LIST_MS;
    seat.silentMs += LIST_MS;
    const mayBeLost = lost || simulation.now() <= this.#lossyUntil;
    const hasMoved = seat.viewer?.offsetMs !== seat.viewer?.session?.offsetMs;
    if ((what === "pause" || what === "buffer") && mayBeLost && !hasMoved) {
      seat.ambiguousMs += Math.min(seat.intervalMs, LIST_INTERVAL_MS);
    }
    const clear = lost ? way.faults.set({ kind: "lost frames", share: 1 }) : () => {};
    switch (what) {
      case "play":
        seat.intervalMs = intervalS * 1_000 + 200;
        seat.viewer = simulation.play({
          item: simulation.randomItem(item),
          user,
          player,
          state: "playing",
          timelineIntervalMs: intervalS * 1_000,
        });
        break;
      case "next":
        seat.viewer?.next(simulation.randomItem(item), "same key");
        break;
      case "quality":
        seat.viewer?.changeQuality("software transcode");
        break;
      default:
        seat.viewer?.[what]();
    }
    clear();
  }

  bring(trouble: Trouble): void {
    const { clock, way, simulation } = this.#monitored;
    // Changes are missed meanwhile, and a gap of more than the most that counts may begin.
    for (const seat of this.#seats) seat.silentMs += seat.intervalMs + 30_000 + LIST_MS;
    if ("fault" in trouble) {
      const { fault, path, seconds } = trouble;
      const clear = way.faults.set(fault, path === undefined ? {} : { path });
      const endsAt = simulation.now() + seconds * 1_000;
      if (fault.kind === "lost frames") this.#lossyUntil = Math.max(this.#lossyUntil, endsAt);
      this.#cancels.push(clear, clock.after(seconds * 1_000, clear));
      return;
    }
    simulation.restart({ goneMs: trouble.restartS * 1_000, startingMs: 3_000 });
    for (const number of trouble.leaving) this.#seats[number]?.viewer?.stop();
  }

  async pass(seconds: number): Promise<void> {
    for (let second = 0; second < seconds; second++) {
      await this.#monitored.pass(1);
      this.#noteReconnect();
      for (const seat of this.#seats) {
        const [credited, played] = [this.#creditedMs(seat), this.#playedMs(seat)];
        assert.ok(
          credited <= played + EXACT_MS + seat.ambiguousMs,
          `seat ${seat.number}: ${credited} ms credited of ${played} ms`,
        );
        if (!this.#isSeen(seat)) seat.unseenMs += 1_000;
      }
    }
  }

  /** A socket that was lost, also by silence, may have lost an end with it. */
  #noteReconnect(): void {
    const { connections } = this.#monitored.state.apiStats;
    if (connections === this.#connections) return;
    this.#connections = connections;
    for (const seat of this.#seats) seat.silentMs += seat.intervalMs;
  }

  /** Whether the exporter knows what the viewer is playing, and lists are to be had. */
  #isSeen(seat: Seat): boolean {
    if (seat.viewer?.session?.state !== "playing" || !seat.viewer.isActive) return true;
    const { availability, apiStats, sources } = this.#monitored.state;
    const readable = availability.status === "up" && availability.failuresInARow === 0 &&
      !sources.sessions.unavailable && apiStats.connected;
    return readable && this.#known(seat)?.state === "playing";
  }

  assertComplete(): void {
    for (const seat of this.#seats) {
      const missing = this.#playedMs(seat) - this.#creditedMs(seat);
      // What was played since the last report waits for the next one.
      const mayMiss = seat.unseenMs + seat.silentMs + seat.intervalMs;
      assert.ok(missing <= mayMiss, `seat ${seat.number}: ${missing} ms missing, not ${mayMiss}`);
    }
  }

  close(): void {
    this.#cancels.forEach((cancel) => cancel());
  }
}

async function run(steps: readonly Step[]): Promise<void> {
  const monitored = await monitorSimulation();
  const viewers = new ViewerSet(monitored);
  try {
    // Session keys count from 1 after a restart, so that the next one uses them again.
    viewers.bring({ restartS: 1, leaving: [] });
    await viewers.pass(60);
    for (const step of steps) {
      if ("act" in step) viewers.do(step.act);
      else viewers.bring(step.trouble);
      await viewers.pass(step.waitS);
    }
    viewers.close();
    await viewers.pass(30);
    viewers.assertComplete();
  } finally {
    viewers.close();
    await monitored.close();
  }
}

Deno.test("invariant 15: in random simulations nothing is credited after a play's last confirmation", async () => {
  const numRuns = Number(Deno.env.get("RUNS") ?? 10);
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 80 }), run),
    { numRuns, endOnFailure: numRuns <= 10 },
  );
});

/**
 * Invariant 15 in random simulations: notifications are lost, sockets close, Plex is down or
 * restarts, session keys are reused and clients vanish. After every second, no user is credited
 * more than was played. At the end, at most one report interval is missing for each end without a
 * notification.
 *
 * One case is ambiguous: if a pause falls in the millisecond of a report and its notification is
 * lost, it looks like a pause that starts with the next report. It may be credited until the next
 * list. `RUNS` sets the number of simulations.
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import { seriesOf } from "../../src/core/counter_vec.ts";
import type { Fault } from "../../src/simulator/faults.ts";
import { type Play, timeInState } from "../../src/simulator/ground_truth.ts";
import type { Viewer } from "../../src/simulator/viewer.ts";
import { type MonitoredSimulation, monitorSimulation } from "../testing/in_memory_monitor.ts";

/** What one viewer does. Each viewer has its own user and player. */
interface ViewerAction {
  readonly slot: number;
  readonly what: "play" | "pause" | "resume" | "buffer" | "next" | "quality" | "stop" | "vanish";
  /** Whether its notifications are lost. */
  readonly lost: boolean;
  readonly item: "movie" | "episode";
  /** Time between the player's reports. */
  readonly intervalS: number;
}

/** What happens to the server or the connection to it. */
type Incident =
  | { readonly fault: Fault; readonly path?: string; readonly seconds: number }
  /** These viewers leave during the restart; the others come back. */
  | { readonly restartS: number; readonly leaving: readonly number[] };

type Step =
  & { readonly waitS: number }
  & ({ readonly viewerAction: ViewerAction } | { readonly incident: Incident });

const SLOTS = 6;

/** The longest report interval after which Plex still lists the player. */
const MAX_REPORT_INTERVAL_S = 120;

const viewerAction: fc.Arbitrary<ViewerAction> = fc.record({
  slot: fc.nat(SLOTS - 1),
  what: fc.constantFrom<ViewerAction["what"][]>(
    ...(["play", "play", "play", "pause", "resume", "resume", "buffer", "next"] as const),
    ...(["quality", "stop", "vanish"] as const),
  ),
  lost: fc.boolean(),
  item: fc.constantFrom("movie", "episode"),
  intervalS: fc.constantFrom(1, 10, 10, 10, 30, 75, MAX_REPORT_INTERVAL_S),
});

const seconds = fc.integer({ min: 1, max: 90 });

const incident: fc.Arbitrary<Incident> = fc.oneof(
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
    leaving: fc.uniqueArray(fc.nat(SLOTS - 1)),
  }),
);

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ viewerAction, waitS: fc.integer({ min: 0, max: 25 }) }) },
  { weight: 1, arbitrary: fc.record({ incident, waitS: fc.integer({ min: 0, max: 40 }) }) },
);

/** Tolerance for changes that a notification announces. */
const TOLERANCE_MS = 20;

/** Maximum time until a list shows a pause: the time between two lists and the lag of Plex. */
const LIST_INTERVAL_MS = 12_000;

/** Minimum time between two lists. */
const MIN_LIST_MS = 1_100;

/** A viewer and the play time that may be missing or ambiguous at the end. */
class Slot {
  viewer: Viewer | undefined;
  /** Played while no list showed it to the exporter. */
  unseenMs = 0;
  /** One report interval for each end or change without a notification. */
  silentMs = 0;
  /** Paused while no position showed it. */
  ambiguousMs = 0;
  intervalMs = 0;

  constructor(readonly number: number) {}
}

class ViewerSet {
  readonly #monitored: MonitoredSimulation;
  readonly #slots = Array.from({ length: SLOTS }, (_, number) => new Slot(number));
  #cancels: (() => void)[] = [];
  #connections = 0;
  #lossyUntil = 0;

  constructor(monitored: MonitoredSimulation) {
    this.#monitored = monitored;
  }

  #playsOf(slot: Slot): readonly Play[] {
    const { simulation } = this.#monitored;
    return simulation.plays.filter(({ user }) => user === simulation.users[slot.number]?.name);
  }

  #playedMs(slot: Slot): number {
    const now = this.#monitored.simulation.now();
    return this.#playsOf(slot).reduce((sum, play) => sum + timeInState(play, "playing", now), 0);
  }

  #creditedMs(slot: Slot): number {
    const user = this.#monitored.simulation.users[slot.number]?.name;
    return seriesOf(this.#monitored.state.playCounters.playMs)
      .filter(({ key }) => key.user === user)
      .reduce((sum, { value }) => sum + value, 0);
  }

  /** The play of this slot in the state of the exporter. */
  #known({ viewer }: Slot) {
    const session = viewer?.session;
    return this.#monitored.state.plays.values().find((play) =>
      play.session.sessionKey === session?.key && play.session.user === session.user?.name &&
      play.session.ratingKey === session.item.ratingKey
    );
  }

  do({ slot: number, what, lost, item, intervalS }: ViewerAction): void {
    const { network, simulation } = this.#monitored;
    const slot = this.#slots[number];
    const [user, player] = [simulation.users[number], simulation.players[number]];
    if (slot === undefined || user === undefined || player === undefined) return;
    // Until a player has reported, lists are the only confirmation.
    if (what === "vanish" && !this.#known(slot)?.position.advances) return;
    if (what === "play" && slot.viewer?.isActive) return;
    if (what !== "play" && !slot.viewer?.isActive) return;
    if (lost || what === "vanish") slot.silentMs += slot.intervalMs + MIN_LIST_MS;
    slot.silentMs += MIN_LIST_MS;
    const maybeLost = lost || simulation.now() <= this.#lossyUntil;
    const hasMoved = slot.viewer?.offsetMs !== slot.viewer?.session?.offsetMs;
    if ((what === "pause" || what === "buffer") && maybeLost && !hasMoved) {
      slot.ambiguousMs += Math.min(slot.intervalMs, LIST_INTERVAL_MS);
    }
    const clear = lost ? network.faults.set({ kind: "lost frames", share: 1 }) : () => {};
    switch (what) {
      case "play":
        slot.intervalMs = intervalS * 1_000 + 200;
        slot.viewer = simulation.play({
          item: simulation.randomItem(item),
          user,
          player,
          state: "playing",
          timelineIntervalMs: intervalS * 1_000,
        });
        break;
      case "next":
        slot.viewer?.next(simulation.randomItem(item), "same key");
        break;
      case "quality":
        slot.viewer?.changeQuality("software transcode");
        break;
      default:
        slot.viewer?.[what]();
    }
    clear();
  }

  startIncident(incident: Incident): void {
    const { clock, network, simulation } = this.#monitored;
    // Changes may be missed, and a gap longer than the credited maximum may begin.
    for (const slot of this.#slots) slot.silentMs += slot.intervalMs + 30_000 + MIN_LIST_MS;
    if ("fault" in incident) {
      const { fault, path, seconds } = incident;
      const clear = network.faults.set(fault, path === undefined ? {} : { path });
      const endsAt = simulation.now() + seconds * 1_000;
      if (fault.kind === "lost frames") this.#lossyUntil = Math.max(this.#lossyUntil, endsAt);
      this.#cancels.push(clear, clock.after(seconds * 1_000, clear));
      return;
    }
    simulation.restart({ goneMs: incident.restartS * 1_000, startingMs: 3_000 });
    for (const number of incident.leaving) this.#slots[number]?.viewer?.stop();
  }

  async pass(seconds: number): Promise<void> {
    for (let second = 0; second < seconds; second++) {
      await this.#monitored.pass(1);
      this.#noteReconnect();
      for (const slot of this.#slots) {
        const [credited, played] = [this.#creditedMs(slot), this.#playedMs(slot)];
        assert.ok(
          credited <= played + TOLERANCE_MS + slot.ambiguousMs,
          `viewer ${slot.number}: ${credited} ms credited of ${played} ms`,
        );
        if (!this.#isSeen(slot)) slot.unseenMs += 1_000;
      }
    }
  }

  /** A lost or silent socket may have lost the notification of an end. */
  #noteReconnect(): void {
    const { connections } = this.#monitored.state.apiStats;
    if (connections === this.#connections) return;
    this.#connections = connections;
    for (const slot of this.#slots) slot.silentMs += slot.intervalMs;
  }

  /** Whether the exporter can read lists and knows what the viewer is playing. */
  #isSeen(slot: Slot): boolean {
    if (slot.viewer?.session?.state !== "playing" || !slot.viewer.isActive) return true;
    const { availability, apiStats, sources } = this.#monitored.state;
    const readable = availability.status === "up" && availability.failuresInARow === 0 &&
      !sources.sessions.unavailable && apiStats.connected;
    return readable && this.#known(slot)?.state === "playing";
  }

  assertComplete(): void {
    for (const slot of this.#slots) {
      const missing = this.#playedMs(slot) - this.#creditedMs(slot);
      // The time since the last report is credited by the next one.
      const allowedMs = slot.unseenMs + slot.silentMs + slot.intervalMs;
      assert.ok(
        missing <= allowedMs,
        `viewer ${slot.number}: ${missing} ms missing, ${allowedMs} ms allowed`,
      );
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
    // Session keys start at 1 after a restart, so the next restart reuses them.
    viewers.startIncident({ restartS: 1, leaving: [] });
    await viewers.pass(60);
    for (const step of steps) {
      if ("viewerAction" in step) viewers.do(step.viewerAction);
      else viewers.startIncident(step.incident);
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

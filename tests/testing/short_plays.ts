/** Counts which share of random plays the exporter counts, by their length. */
import assert from "node:assert/strict";
import { seriesOf } from "../../src/core/counter_vec.ts";
import { createRandom } from "../../src/simulator/random.ts";
import { monitorSimulation } from "./in_memory_monitor.ts";

/** The conditions under which plays are counted. */
export interface ShortPlayOptions {
  /** Maximum lag of Plex's list. */
  readonly listLagMs: number;
  /** Whether the exporter receives notifications; otherwise it polls. */
  readonly withSocket: boolean;
  /** Ranges of lengths in ms, each measured separately. */
  readonly lengths: readonly (readonly [fromMs: number, toMs: number])[];
  readonly playsPerLength: number;
  readonly seed?: number;
}

/** The counts of one range of lengths. */
export interface ShortPlayCount {
  readonly played: number;
  readonly counted: number;
}

/**
 * Plays items one after another with random pauses, while others play all the time, for each range
 * of lengths. Returns the counts in the order of the ranges.
 */
export async function countShortPlays(
  { listLagMs, withSocket, lengths, playsPerLength, seed = 1 }: ShortPlayOptions,
): Promise<readonly ShortPlayCount[]> {
  const random = createRandom(seed);
  const lag = { startMs: listLagMs, changeMs: listLagMs, stopMs: listLagMs };
  const watched = await monitorSimulation({ seed, lag });
  const { simulation, network } = watched;
  const counted = () =>
    seriesOf(watched.state.playCounters.plays).reduce((sum, { value }) => sum + value, 0);
  try {
    if (!withSocket) {
      network.faults.set({ kind: "socket closes" });
      simulation.activities.run({ type: "butler", title: "Housekeeping", takesMs: 1_000 });
    }
    const [user, player, otherPlayer] = [simulation.users[0], ...simulation.players];
    assert.ok(user && player && otherPlayer);
    simulation.play({ user, player: otherPlayer, item: simulation.randomItem("movie") });
    await watched.pass(30);
    const counts: ShortPlayCount[] = [];
    for (const [fromMs, toMs] of lengths) {
      const before = counted();
      for (let nth = 0; nth < playsPerLength; nth++) {
        const viewer = simulation.play({ user, player, item: simulation.randomItem("episode") });
        await watched.pass(random.integer(fromMs, toMs) / 1000);
        viewer.stop();
        await watched.pass(random.integer(2_500, 20_000) / 1000);
      }
      counts.push({ played: playsPerLength, counted: counted() - before });
    }
    return counts;
  } finally {
    await watched.close();
  }
}

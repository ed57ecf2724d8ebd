/** Streams for benchmarks: every second one is an episode, every fifth is transcoded. */
import type { Simulation } from "../../src/simulator/simulation.ts";

/** Starts this many plays, each of which reports every ten seconds. */
export function startStreams(simulation: Simulation, count: number): void {
  for (let index = 0; index < count; index++) {
    const user = simulation.users[index % simulation.users.length];
    const player = simulation.players[index % simulation.players.length];
    if (user === undefined || player === undefined) throw new Error("The simulation has no users");
    simulation.play({
      item: simulation.randomItem(index % 2 === 0 ? "episode" : "movie"),
      user,
      player,
      method: index % 5 === 0 ? "hardware transcode" : "direct play",
      state: "playing",
      timelineIntervalMs: 10_000,
    });
  }
}

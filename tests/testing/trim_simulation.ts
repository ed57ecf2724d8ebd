/** Keeps a simulation from growing in long runs, where its memory is not the exporter's. */
import type { Simulation } from "../../src/simulator/simulation.ts";

const MAX_PLAYS = 100;

/** A function that drops old plays, and the items that a simulation has added since this call. */
export function createTrimmer(simulation: Simulation): () => void {
  const sizes = new Map(simulation.libraries.all.map(({ id, items }) => [id, items.length]));
  return () => {
    simulation.plays.splice(0, Math.max(0, simulation.plays.length - MAX_PLAYS));
    for (const library of simulation.libraries) {
      library.items = library.items.slice(0, sizes.get(library.id));
    }
  };
}

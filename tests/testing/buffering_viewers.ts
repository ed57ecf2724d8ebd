/**
 * Viewers of a simulation that buffer until they all play at once. While they buffer, bytes are
 * sent and nothing is played.
 */
import assert from "node:assert/strict";
import type { Simulation } from "../../src/simulator/simulation.ts";
import type { Viewer } from "../../src/simulator/viewer.ts";
import type { ViewerOptions } from "../../src/simulator/viewer_context.ts";

/** The first users of the simulation, who take turns. */
export const BUFFERING_USERS = 3;

/** The viewers of one simulation. */
export class BufferingViewers {
  readonly #simulation: Simulation;
  readonly #options: Pick<ViewerOptions, "timelineIntervalMs">;
  #viewers: Viewer[] = [];
  #started = 0;

  constructor(simulation: Simulation, options: Pick<ViewerOptions, "timelineIntervalMs"> = {}) {
    this.#simulation = simulation;
    this.#options = options;
  }

  /** The number of viewers that have not been stopped. */
  get count(): number {
    return this.#viewers.length;
  }

  /** Starts a viewer, which buffers. Every second one is outside the local network. */
  start(): void {
    const { users, players, libraries } = this.#simulation;
    const index = this.#started;
    const movies = libraries.itemsOf("movie");
    const [user, player] = [users[index % BUFFERING_USERS], players[index % players.length]];
    const item = movies[index % movies.length];
    assert.ok(user && player && item);
    const location = index % 2 === 0 ? "lan" : "wan";
    const options = { item, user, player, location, state: "buffering", ...this.#options } as const;
    this.#viewers.push(this.#simulation.play(options));
    this.#started += 1;
  }

  /** Lets all viewers play until `wait` resolves. */
  async playDuring(wait: () => Promise<void>): Promise<void> {
    this.#viewers.forEach((viewer) => viewer.resume());
    await wait();
    this.#viewers.forEach((viewer) => viewer.buffer());
  }

  /** Stops the viewers that were started first until `remaining` are left. */
  stop(remaining = 0): void {
    this.#viewers.splice(0, Math.max(0, this.#viewers.length - remaining))
      .forEach((viewer) => viewer.stop());
  }
}

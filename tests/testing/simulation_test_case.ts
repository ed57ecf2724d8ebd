/** A simulation without a network, for the tests of what can be done with it. */
import assert from "node:assert/strict";
import type { Notification } from "../../src/simulator/notification.ts";
import { Simulation } from "../../src/simulator/simulation.ts";
import type { ViewerOptions } from "../../src/simulator/viewer_context.ts";
import { DrivenClock } from "./driven_clock.ts";

/** What a test of a simulation is given. */
export interface Given {
  readonly simulation: Simulation;
  readonly clock: DrivenClock;
  /** All that was announced; a test may empty it. */
  readonly notifications: Notification[];
  /** A user who plays a film. */
  readonly options: ViewerOptions;
}

/** Registers a test of a simulation, which is closed after it. */
export function simulationTest(name: string, run: (given: Given) => Promise<void> | void): void {
  Deno.test(name, async () => {
    const clock = new DrivenClock();
    const simulation = new Simulation({ clock, duplicateShare: 0 });
    const notifications: Notification[] = [];
    simulation.observe({ notification: (notification) => notifications.push(notification) });
    const [user] = simulation.users;
    const [player] = simulation.players;
    assert.ok(user && player);
    const options = { item: simulation.randomItem("movie", "1"), user, player };
    try {
      await run({ simulation, clock, notifications, options });
    } finally {
      simulation.close();
    }
  });
}

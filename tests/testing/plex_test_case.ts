/** A simulated server on a driven clock, for the tests of what it answers. */
import { type PlexOptions, type SimulatedPlex, startPlex } from "../../src/simulator/plex.ts";
import { DrivenClock } from "./driven_clock.ts";

/** What a test of a simulated server is given. */
export interface PlexGiven {
  readonly plex: SimulatedPlex;
  readonly clock: DrivenClock;
}

/** Registers a test; `options` are added to those of the other tests. */
export type PlexTest = (
  name: string,
  run: (given: PlexGiven) => Promise<void>,
  options?: Partial<PlexOptions>,
) => void;

/** Makes tests of servers that have `common` options. Each server is closed after its test. */
export function plexTests(common: Partial<PlexOptions>): PlexTest {
  return (name, run, options = {}) => {
    Deno.test(name, async () => {
      const clock = new DrivenClock();
      const plex = await startPlex({ clock, ...common, ...options });
      try {
        await run({ plex, clock });
      } finally {
        await plex.close();
      }
    });
  };
}

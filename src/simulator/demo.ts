/** The demo's Plex: a simulated server with a lively household, and the settings that lead to it. */
import type { Clock } from "../clock.ts";
import { startViewers } from "./viewer_simulation.ts";
import { startPlex } from "./plex.ts";

export interface Demo {
  readonly url: string;
  /** What the exporter has to be notified. */
  readonly settings: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** The same household every time: what a picture or a test has seen can be seen again. */
const SEED = 7;

/** Starts the server on a free port of the loopback, with some plays under way. */
export async function startDemo(clock: Clock): Promise<Demo> {
  const plex = await startPlex({
    clock,
    seed: SEED,
    hostname: "127.0.0.1",
    pastViews: { count: 1_000 },
  });
  const household = startViewers(plex.simulation, { clock, seed: SEED });
  return {
    url: plex.url,
    settings: { PLEX_SERVER: plex.url, PLEX_TOKEN: plex.ownerToken },
    async close() {
      household.stop();
      await plex.close();
    },
  };
}

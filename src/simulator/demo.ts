/** The demo: a simulated server with users, and the exporter's settings for it. */
import type { Clock } from "../clock.ts";
import { startViewers } from "./viewer_simulation.ts";
import { startPlex } from "./plex.ts";

export interface Demo {
  readonly url: string;
  /** The settings with which the exporter reaches it. */
  readonly settings: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** A fixed seed: screenshots and tests see the same users every time. */
const SEED = 7;

/** Starts the server on a free port of the loopback, with some plays under way. */
export async function startDemo(clock: Clock): Promise<Demo> {
  const plex = await startPlex({
    clock,
    seed: SEED,
    hostname: "127.0.0.1",
    pastViews: { count: 1_000 },
  });
  const viewers = startViewers(plex.simulation, { clock, seed: SEED });
  return {
    url: plex.url,
    settings: { PLEX_SERVER: plex.url, PLEX_TOKEN: plex.ownerToken },
    async close() {
      viewers.stop();
      await plex.close();
    },
  };
}

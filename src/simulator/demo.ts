/** The demo: a simulated server with users, and the exporter's settings for it. */
import type { Clock } from "../clock.ts";
import { defaultLibraries } from "./library_generator.ts";
import type { LibraryType } from "./library.ts";
import { startViewers } from "./viewer_simulation.ts";
import { startPlex } from "./plex.ts";

/** A running demo. */
export interface Demo {
  readonly url: string;
  /** The settings with which the exporter reaches it. */
  readonly settings: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** A fixed seed: screenshots and tests see the same users every time. */
const SEED = 7;

/** Generated items in each library, by its type: a walk of all of them takes over a minute. */
const GENERATED: Readonly<Partial<Record<LibraryType, number>>> = {
  movie: 1_000,
  show: 20_000,
  artist: 10_000,
};

/** Enough that many of those items have been viewed; the exporter reads them in ten seconds. */
const PAST_VIEWS = 10_000;

/** Starts the server on a free port of the loopback, with some plays under way. */
export async function startDemo(clock: Clock): Promise<Demo> {
  const plex = await startPlex({
    clock,
    seed: SEED,
    hostname: "127.0.0.1",
    libraries: defaultLibraries.map((library) => ({
      ...library,
      // A real server has few home videos.
      generated: library.agent === undefined ? GENERATED[library.type] ?? 0 : 0,
    })),
    pastViews: { count: PAST_VIEWS },
    dvr: {},
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

/** Tests of one exporter on two simulated servers, with a driven clock. */
import type { App } from "../../src/app.ts";
import { type PlexOptions, type SimulatedPlex, startPlex } from "../../src/simulator/plex.ts";
import { DrivenClock } from "./driven_clock.ts";
import { eventually } from "./eventually.ts";
import { hasReceived, readPage, startExporter } from "./harness.ts";
import { NO_LAG } from "./simulator_builders.ts";

/** An exporter and its two servers, which have the same name. */
export interface MultiServerHarness {
  readonly clock: DrivenClock;
  readonly plexes: readonly [SimulatedPlex, SimulatedPlex];
  readonly app: App;
  readonly lines: readonly string[];
  scrape(): Promise<ReturnType<typeof readPage>>;
}

/**
 * Defines a test on two servers named "attic". The second one has the options `second`, and `urls`
 * returns the value of `PLEX_SERVER`.
 */
export function testWithServers(
  name: string,
  run: (harness: MultiServerHarness) => Promise<void>,
  second: Partial<PlexOptions> = {},
  urls: (plexes: readonly SimulatedPlex[]) => string = (plexes) =>
    plexes.map(({ url }) => url).join(","),
): void {
  Deno.test(name, async () => {
    const clock = new DrivenClock();
    const options = { clock, duplicateShare: 0, lag: NO_LAG };
    const plexes = [
      await startPlex({ ...options, name: "attic", seed: 1 }),
      await startPlex({ ...options, name: "attic", seed: 2, ...second }),
    ] as const;
    plexes.forEach((plex) => clock.exclude(plex));
    const lines: string[] = [];
    const app = await startExporter(clock, lines, {
      PLEX_SERVER: urls(plexes),
      PLEX_TOKEN: plexes.map(({ ownerToken }) => ownerToken).join(","),
    });
    clock.settle = () =>
      app.states.every((state, index) => {
        const plex = plexes[index];
        return plex === undefined || hasReceived(state, plex);
      });
    try {
      await clock.drain();
      await clock.advance(2_000);
      const scrape = async () =>
        readPage(await (await eventually(fetch(`${app.url}/metrics`))).text());
      await run({ clock, plexes, app, lines, scrape });
    } finally {
      await app.stop(1_000);
      for (const plex of plexes) await plex.close();
    }
  });
}

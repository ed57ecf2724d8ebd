/**
 * A simulated Plex server with one library of `ITEMS` episodes, as a process of its own: its work
 * must not delay the scrapes that the benchmark measures. It prints its URL and token in one line.
 */
import { printLine } from "../../.ci/build/project.ts";
import { systemClock } from "../../src/clock.ts";
import { startPlex } from "../../src/simulator/plex.ts";

const plex = await startPlex({
  clock: systemClock,
  seed: 1,
  libraries: [{ title: "Series", type: "show", generated: Number(Deno.env.get("ITEMS")) }],
});
printLine(`${plex.url} ${plex.ownerToken}`);

/**
 * Measures requests to Plex and bytes received per minute, by streams and libraries. It prints a
 * table for docs/benchmarks.md. `tests/e2e/request_rate_test.ts` asserts the limits.
 */
import { printLine } from "../../.ci/build/project.ts";
import { measureMinute } from "../testing/request_load.ts";

printLine("| streams | libraries | requests a minute | received a minute |");
printLine("| --- | --- | --- | --- |");
for (const [streams, libraries] of [[0, 5], [4, 5], [20, 15], [300, 5]] as const) {
  const { requests, bytes } = await measureMinute(streams, libraries);
  printLine(
    `| ${streams} | ${libraries} | ${requests.toFixed(1)} | ${Math.round(bytes / 1e3)} kB |`,
  );
}

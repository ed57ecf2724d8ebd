/**
 * The task `soak`: simulates a busy day and prints a line for each hour. It fails if usage grows.
 * First the program runs as a process against a simulation that is 144 times as fast, for ten
 * minutes. Then a monitor runs in this process on a driven clock, where timers and heap are
 * counted. `HOURS` sets another length.
 */
import { assertNoGrowth, runLong, type Usage } from "../testing/long_run.ts";
import { assertStable, runAccelerated, type Sample } from "../testing/accelerated_run.ts";

const HOURS = Number(Deno.env.get("HOURS") ?? 24);

const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;

function printCells(...cells: readonly string[]): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${cells.join("  ")}\n`));
}

function printSample(sample: Sample): void {
  printCells(
    `${sample.simulatedHours.toFixed(1)} h`,
    `resident ${megabytes(sample.residentBytes)}`,
    `files ${sample.openFiles}`,
    `threads ${sample.threads}`,
    `cpu ${sample.cpuSeconds.toFixed(1)} s`,
    `plays ${sample.plays}`,
    `series ${sample.series}`,
    `slowest scrape ${Math.round(sample.slowestScrapeMs)} ms`,
  );
}

function printUsage(usage: Usage): void {
  printCells(
    `${usage.hours} h`,
    `heap ${megabytes(usage.heapBytes)}`,
    `timers ${usage.timers}`,
    `sockets ${usage.sockets}`,
    `requests ${usage.openRequests}`,
    `plays ${usage.plays}`,
    `samples ${usage.samples}`,
    `page ${Math.round(usage.pageBytes / 1000)} kB`,
  );
}

printCells("The program on a simulation that is 144 times as fast:");
assertStable(
  await runAccelerated({
    simulatedHours: HOURS,
    speed: 144,
    everySimulatedHours: 1,
    onSample: printSample,
  }),
);

printCells("A monitor in this process, on a driven clock:");
assertNoGrowth(
  await runLong({
    hours: HOURS,
    everyHours: 1,
    incidentEveryHours: 2,
    scrapeEveryS: 15,
    onSample: printUsage,
  }),
);

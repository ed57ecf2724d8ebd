/**
 * The task `soak`: a day of a busy simulation, with a line for each hour; it fails if what is held grows.
 * First the program itself as a process, whose simulation is 144 times as fast: ten minutes. Then the
 * exporter within this process on a driven clock, where its timers and its heap can be counted.
 * `HOURS` asks for another length.
 */
import { assertNoGrowth, runLong, type Usage } from "../testing/long_run.ts";
import { assertStable, runAccelerated, type Sample } from "../testing/accelerated_run.ts";

const HOURS = Number(Deno.env.get("HOURS") ?? 24);

const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;

function say(...cells: readonly string[]): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${cells.join("  ")}\n`));
}

function tellSample(sample: Sample): void {
  say(
    `${sample.worldHours.toFixed(1)} h`,
    `resident ${megabytes(sample.residentBytes)}`,
    `files ${sample.openFiles}`,
    `threads ${sample.threads}`,
    `cpu ${sample.cpuSeconds.toFixed(1)} s`,
    `plays ${sample.plays}`,
    `series ${sample.series}`,
    `slowest scrape ${Math.round(sample.slowestScrapeMs)} ms`,
  );
}

function tellHolding(holding: Usage): void {
  say(
    `${holding.hours} h`,
    `heap ${megabytes(holding.heapBytes)}`,
    `timers ${holding.timers}`,
    `sockets ${holding.sockets}`,
    `questions ${holding.questions}`,
    `plays ${holding.plays}`,
    `samples ${holding.samples}`,
    `page ${Math.round(holding.pageBytes / 1000)} kB`,
  );
}

say("The program on a simulation that is 144 times as fast:");
assertStable(
  await runAccelerated({ worldHours: HOURS, speed: 144, everyWorldHours: 1, told: tellSample }),
);

say("The exporter within this process, on a driven clock:");
assertNoGrowth(
  await runLong({
    hours: HOURS,
    everyHours: 1,
    trialEveryHours: 2,
    scrapeEveryS: 15,
    told: tellHolding,
  }),
);

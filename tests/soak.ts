/**
 * The task `soak`: a day of a busy world in a few minutes, with a line for each hour. It fails if
 * what the exporter holds grows. `HOURS` asks for another length.
 */
import { assertFlat, type Holding, live } from "./e2e/long_life.ts";

const hours = Number(Deno.env.get("HOURS") ?? 24);

function tell(holding: Holding): void {
  const { heapBytes, pageBytes, plays, questions, samples, sockets, timers } = holding;
  const cells = [
    `${holding.hours} h`,
    `heap ${(heapBytes / 1e6).toFixed(1)} MB`,
    `timers ${timers}`,
    `sockets ${sockets}`,
    `questions ${questions}`,
    `plays ${plays}`,
    `samples ${samples}`,
    `page ${Math.round(pageBytes / 1000)} kB`,
  ];
  Deno.stdout.writeSync(new TextEncoder().encode(`${cells.join("  ")}\n`));
}

const holdings = await live({
  hours,
  everyHours: 1,
  trialEveryHours: 2,
  scrapeEveryS: 15,
  told: tell,
});
assertFlat(holdings);

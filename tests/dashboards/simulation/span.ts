/**
 * Simulates some days of two servers of the same name, which an exporter monitors on a driven
 * clock. The caller receives the page of each scrape.
 */
import { createRandom } from "../../../src/simulator/random.ts";
import { Simulation } from "../../../src/simulator/simulation.ts";
import { DrivenClock } from "../../testing/driven_clock.ts";
import { Exporter } from "./exporter.ts";
import { DAY_MS, LARGE_SERVER_HABITS, SMALL_SERVER_HABITS } from "./habits.ts";
import { Workload } from "./workload.ts";
import { planIncidents, playEverything } from "./incidents.ts";
import { listText, playsOf, serverTruth, type Truth, type TruthList } from "./truth.ts";

/** Which span to simulate. */
export interface SpanOptions {
  readonly days: number;
  /** Scrape interval in seconds. */
  readonly everyS: number;
  /** Whether incidents happen in the first two days. */
  readonly busy: boolean;
  /** Called with each page, or undefined for a failed scrape. */
  readonly page: (at: number, text: string | undefined) => void;
}

/** Midnight of a Monday. */
const BEGIN = Date.UTC(2026, 0, 5);

/** Views on each server before the span. */
const PAST_VIEWS = { count: 40 };

/** Duration of the last plays, which end with the span and use every panel. */
const LAST_PLAYS_MINUTES = 40;

/** Plex's list is read at this interval around each scrape, from `BEFORE_MS` to `AFTER_MS`. */
const LOOK_MS = 500;
const BEFORE_MS = 2_000;
const AFTER_MS = 1_000;

/** Simulates the span and returns the ground truth. */
export async function simulateSpan({ days, everyS, busy, page }: SpanOptions): Promise<Truth> {
  const clock = new DrivenClock(BEGIN);
  const simulations = [
    new Simulation({ clock, seed: 1, name: "attic", pastViews: PAST_VIEWS, dvr: {} }),
    new Simulation({ clock, seed: 2, name: "attic", plexPass: false, pastViews: PAST_VIEWS }),
  ] as const;
  const large = new Workload(simulations[0], clock, createRandom(7));
  const small = new Workload(simulations[1], clock, createRandom(8));
  large.schedule(LARGE_SERVER_HABITS, days);
  small.schedule(SMALL_SERVER_HABITS, days);
  const exporter = new Exporter(simulations, clock);
  const runs: [from: number, to: number][] = [];
  const start = () => {
    runs.push([clock.now(), Infinity]);
    exporter.start();
  };
  let stopping: Promise<void> = Promise.resolve();
  const stop = () => {
    const run = runs.at(-1);
    if (run !== undefined) run[1] = clock.now();
    stopping = exporter.stop();
  };
  const restart = (goneMs: number) => {
    stop();
    clock.after(goneMs, start);
  };
  if (busy) planIncidents(large, small, { restart });
  clock.after(
    days * DAY_MS - LAST_PLAYS_MINUTES * 60_000,
    () => playEverything(large, LAST_PLAYS_MINUTES),
  );
  start();
  await clock.drain();

  const lists: TruthList[] = [];
  // Scrapes and planned actions never happen in the same millisecond.
  await clock.advance(7_300);
  for (let at = clock.now(); at + everyS * 1000 < BEGIN + days * DAY_MS;) {
    at += everyS * 1000;
    await clock.advance(at - BEFORE_MS - clock.now());
    const listed = new Set<string>();
    for (; clock.now() < at; await clock.advance(LOOK_MS)) listed.add(listText(simulations));
    listed.add(listText(simulations));
    await stopping;
    page(at, exporter.isRunning ? await exporter.scrape() : undefined);
    // A notification may arrive before the list changes.
    for (; clock.now() < at + AFTER_MS; listed.add(listText(simulations))) {
      await clock.advance(LOOK_MS);
    }
    lists.push({ at, listed: [...listed] });
  }
  stop();
  await stopping;
  const truth: Truth = {
    from: BEGIN,
    to: clock.now(),
    everyS,
    runs,
    lists,
    plays: [large, small].flatMap(playsOf),
    servers: simulations.map(serverTruth),
  };
  for (const { timers, simulation } of [large, small]) {
    timers.close();
    simulation.close();
  }
  return truth;
}

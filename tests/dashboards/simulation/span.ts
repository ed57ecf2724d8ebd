/**
 * A span of some days in two houses whose servers have the same name, watched by the exporter and
 * scraped at an interval on a driven clock. What is made of the pages is the caller's.
 */
import { createRandom } from "../../../src/simulator/random.ts";
import { Simulation } from "../../../src/simulator/simulation.ts";
import { DrivenClock } from "../../testing/driven_clock.ts";
import { Exporter } from "./exporter.ts";
import { DAY_MS, LARGE_HOUSE, SMALL_HOUSE } from "./habits.ts";
import { Workload } from "./workload.ts";
import { party, planIncidents } from "./incidents.ts";
import { listText, playsOf, serverTruth, type Truth, type TruthList } from "./truth.ts";

export interface SpanOptions {
  readonly days: number;
  /** Seconds from scrape to scrape. */
  readonly everyS: number;
  /** With all that can go wrong, in the first two days. */
  readonly busy: boolean;
  /** Takes each page, or hears that there is none. */
  readonly page: (at: number, text: string | undefined) => Promise<void>;
}

/** A Monday, at midnight. */
const BEGIN = Date.UTC(2026, 0, 5);

/** What was watched on each server before. */
const PAST_VIEWS = { count: 40 };

/** How long the last evening's party lasts, up to the end of the span. */
const PARTY_MINUTES = 40;

/** Around each scrape Plex's list is looked at so often, from so long before to so long after. */
const LOOK_MS = 500;
const BEFORE_MS = 2_000;
const AFTER_MS = 1_000;

/** Lives through the span; what really happened is the result. */
export async function liveThrough({ days, everyS, busy, page }: SpanOptions): Promise<Truth> {
  const clock = new DrivenClock(BEGIN);
  const simulations = [
    new Simulation({ clock, seed: 1, name: "attic", pastViews: PAST_VIEWS }),
    new Simulation({ clock, seed: 2, name: "attic", plexPass: false, pastViews: PAST_VIEWS }),
  ] as const;
  const large = new Workload(simulations[0], clock, createRandom(7));
  const small = new Workload(simulations[1], clock, createRandom(8));
  large.live(LARGE_HOUSE, days);
  small.live(SMALL_HOUSE, days);
  const exporter = new Exporter(simulations, clock);
  const lives: [from: number, to: number][] = [];
  const start = () => {
    lives.push([clock.now(), Infinity]);
    exporter.start();
  };
  let stopping: Promise<void> = Promise.resolve();
  const stop = () => {
    const life = lives.at(-1);
    if (life !== undefined) life[1] = clock.now();
    stopping = exporter.stop();
  };
  const restart = (goneMs: number) => {
    stop();
    clock.after(goneMs, start);
  };
  if (busy) planIncidents(large, small, { restart });
  clock.after(days * DAY_MS - PARTY_MINUTES * 60_000, () => party(large, PARTY_MINUTES));
  start();
  await clock.drain();

  const lists: TruthList[] = [];
  // A scrape never falls on the same millisecond as what is planned.
  await clock.advance(7_300);
  for (let at = clock.now(); at + everyS * 1000 < BEGIN + days * DAY_MS;) {
    at += everyS * 1000;
    await clock.advance(at - BEFORE_MS - clock.now());
    const said = new Set<string>();
    for (; clock.now() < at; await clock.advance(LOOK_MS)) said.add(listText(simulations));
    said.add(listText(simulations));
    await stopping;
    await page(at, exporter.isRunning ? await exporter.scrape() : undefined);
    // A notification is ahead of the list.
    for (; clock.now() < at + AFTER_MS; said.add(listText(simulations))) {
      await clock.advance(LOOK_MS);
    }
    lists.push({ at, said: [...said] });
  }
  stop();
  await stopping;
  const truth: Truth = {
    from: BEGIN,
    to: clock.now(),
    everyS,
    lives,
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

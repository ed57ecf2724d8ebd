/**
 * An exporter with a state file is killed at random moments, between any two operations on its
 * file, while viewers are active. Each page is compared with all earlier ones, and at the end the
 * counters with the ground truth. `RUNS` sets the number of simulations.
 */
import fc from "fast-check";
import type { Play } from "../../src/simulator/ground_truth.ts";
import { Simulation } from "../../src/simulator/simulation.ts";
import { BusyViewers, type ViewerStep, viewerStep } from "../testing/busy_viewers.ts";
import { CounterHistory } from "../testing/counter_history.ts";
import { DrivenClock } from "../testing/driven_clock.ts";
import { assertBytes, assertPlays, assertSeconds } from "../testing/kill_assertions.ts";
import { KillBounds } from "../testing/kill_bounds.ts";
import { KillableDisk, OPERATIONS_OF_A_SAVE } from "../testing/killable_disk.ts";
import { KillableExporter } from "../testing/killable_exporter.ts";

/** The moment of a kill. */
type Moment =
  /** Between scrapes. */
  | { readonly kind: "idle" }
  /** After the answer of a scrape, or before the exporter knows that it has arrived. */
  | { readonly kind: "answered"; readonly isReceived: boolean }
  /** During the save that a scrape waits for, or, without a scrape, during a later one. */
  | { readonly kind: "saving"; readonly operation: number; readonly byScrape: boolean };

/** What happens next, after a wait. */
type Step =
  | ViewerStep
  | { readonly kind: "scrape" }
  | { readonly kind: "kill"; readonly moment: Moment; readonly awayMs: number };

const moment: fc.Arbitrary<Moment> = fc.oneof(
  fc.record({ kind: fc.constant("idle" as const) }),
  fc.record({ kind: fc.constant("answered" as const), isReceived: fc.boolean() }),
  fc.record({
    kind: fc.constant("saving" as const),
    operation: fc.nat(OPERATIONS_OF_A_SAVE),
    byScrape: fc.boolean(),
  }),
);

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: viewerStep },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("scrape" as const) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("kill" as const),
      moment,
      awayMs: fc.oneof(fc.nat(2_000), fc.nat(60_000)),
    }),
  },
);

/** Short waits, and waits longer than the interval between two saves. */
const waitMs = fc.oneof(fc.nat(1_500), fc.nat(15_000));

/** The interval of a player's reports, and by how much it may be longer. */
const TIMELINE_MS = 10_000;
const JITTER_MS = 200;

/** A scrape shows what was saved at most this long before it. */
const SHARED_SAVE_MS = 1_000;

/** Credited time is saved within this time, even without a scrape. */
const REGULAR_SAVE_MS = 8_000;

/** A simulation with viewers, and the exporter that is killed. */
class Run {
  readonly clock = new DrivenClock();
  readonly simulation = new Simulation({
    clock: this.clock,
    duplicateShare: 0,
    // The list still has stopped plays for a while.
    lag: { startMs: 0, changeMs: 0, stopMs: 2_000 },
  });
  readonly bounds = new KillBounds(this.simulation.plays, TIMELINE_MS + JITTER_MS, 0);
  readonly history = new CounterHistory();
  readonly exporter: KillableExporter;
  readonly #viewers = new BusyViewers(this.simulation, TIMELINE_MS);
  #savedMs = 0;

  constructor(folder: string, disk: KillableDisk) {
    this.exporter = new KillableExporter(folder, this.simulation, this.clock, disk);
    this.clock.settle = () => disk.pending === 0;
    this.exporter.network.onRequest = (template) => {
      if (template === "/status/sessions" && this.exporter.isRunning) {
        this.bounds.listed(this.clock.now(), this.#listedPlays());
      }
    };
  }

  /** The first bytes are the baseline, and everything is on disk before the first kill. */
  async begin(): Promise<void> {
    await this.exporter.start();
    await this.pass(30_000);
    await this.scrape();
  }

  pass(ms: number): Promise<void> {
    return this.clock.advance(ms);
  }

  async scrape(options?: { readonly isReceived: boolean }): Promise<void> {
    const begunMs = this.clock.now();
    const text = await this.exporter.scrape(options);
    if (text === undefined) return;
    this.history.add(text, `after ${this.bounds.kills} kills`);
    this.#savedMs = begunMs - SHARED_SAVE_MS;
  }

  async do(step: Step): Promise<void> {
    if (step.kind === "scrape") await this.scrape();
    else if (step.kind === "kill") await this.#kill(step.moment, step.awayMs);
    else this.#viewers.do(step);
  }

  /** Stops all viewers, and waits for everything that is delayed. */
  async end(): Promise<void> {
    this.#viewers.stop();
    await this.pass(60_000);
    // New series have their values on the second page.
    for (let page = 0; page < 3; page += 1) {
      await this.scrape();
      await this.pass(1_000);
    }
    await this.exporter.kill();
    this.simulation.close();
  }

  #listedPlays(): readonly Play[] {
    return this.simulation.sessions().flatMap(({ key, item }) =>
      this.simulation.plays.findLast((play) =>
        play.sessionKey === key && play.ratingKey === item.ratingKey
      ) ?? []
    );
  }

  /** Waits for the kill in a save without a scrape, for at most ten seconds. */
  async #passUntilKilled(): Promise<void> {
    for (let second = 0; second < 10 && this.exporter.isRunning; second += 1) {
      await this.pass(1_000);
    }
  }

  async #kill(moment: Moment, awayMs: number): Promise<void> {
    if (moment.kind === "answered") await this.scrape(moment);
    if (moment.kind === "saving") {
      this.exporter.killAfter(moment.operation);
      if (moment.byScrape) await this.scrape();
      else await this.#passUntilKilled();
    }
    await this.exporter.kill();
    this.bounds.killed(Math.max(this.#savedMs, this.exporter.killedAtMs - REGULAR_SAVE_MS));
    await this.pass(awayMs);
    await this.exporter.start();
  }
}

async function run(steps: readonly (readonly [number, Step])[]): Promise<void> {
  const folder = await Deno.makeTempDir();
  using disk = new KillableDisk();
  const run = new Run(folder, disk);
  try {
    await run.begin();
    for (const [waitMs, step] of steps) {
      await run.pass(waitMs);
      await run.do(step);
    }
    await run.end();
    assertBytes(run.history, run.simulation.users, (where) => {
      const bytes = run.simulation.bandwidth.total(where);
      return { least: bytes, most: bytes };
    });
    assertPlays(run.history, run.bounds, run.simulation.users);
    assertSeconds(run.history, run.bounds.playing(run.clock.now()));
  } finally {
    await run.exporter.kill();
    run.simulation.close();
    Deno.removeSync(folder, { recursive: true });
  }
}

Deno.test("invariant 14: with a state file no counter shows less after a kill, and none counts twice", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(waitMs, step), { minLength: 60, maxLength: 120 }),
      run,
    ),
    { numRuns: Number(Deno.env.get("RUNS") ?? 4), endOnFailure: true },
  );
});

/**
 * An exporter with a state file is killed at random moments, between any two operations on its file,
 * while a simulation is busy. Each page is compared with all earlier ones, and in the end the
 * counters with the ground truth. `RUNS` sets the number of simulations.
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import type { Item, ItemType } from "../../src/simulator/item.ts";
import { Simulation } from "../../src/simulator/simulation.ts";
import type { Viewer } from "../../src/simulator/viewer.ts";
import { CounterHistory } from "../testing/counter_history.ts";
import { DrivenClock } from "../testing/driven_clock.ts";
import { KillLedger } from "../testing/kill_ledger.ts";
import { MortalDisk, OPERATIONS_OF_A_SAVE } from "../testing/mortal_disk.ts";
import { MortalExporter } from "../testing/mortal_exporter.ts";

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
  | { readonly kind: "play"; readonly who: number; readonly type: ItemType; readonly wan: boolean }
  | {
    readonly kind: "pause" | "resume" | "buffer" | "seek" | "stop" | "next";
    readonly which: number;
  }
  | { readonly kind: "scrape" }
  | { readonly kind: "kill"; readonly moment: Moment; readonly awayMs: number };

const which = fc.nat(20);

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
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("play" as const),
      who: fc.nat(5),
      type: fc.constantFrom<ItemType>("movie", "episode", "track"),
      wan: fc.boolean(),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constantFrom("pause", "resume", "buffer", "seek", "next"),
      which,
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("stop" as const), which }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("scrape" as const) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("kill" as const),
      moment,
      awayMs: fc.oneof(fc.nat(2_000), fc.nat(60_000)),
    }),
  },
) as fc.Arbitrary<Step>;

/** Waits of all lengths between moments and the interval of two saves. */
const waitMs = fc.oneof(fc.nat(1_500), fc.nat(15_000));

/** The interval of a player's reports at most. */
const REPORT_MS = 10_200;

/** What a scrape shows was saved within this time before it, and everything within the other one. */
const SHARED_SAVE_MS = 1_000;
const REGULAR_SAVE_MS = 8_000;

/** A play is unknown until a list shows it, and a list is read within half a second or some more. */
const UNLISTED_MS = 3_600;

/** A simulation with viewers, and the exporter that is killed. */
class Run {
  readonly clock = new DrivenClock();
  readonly simulation = new Simulation({
    clock: this.clock,
    duplicateShare: 0,
    // The list still shows for a while what has stopped.
    lag: { startMs: 0, changeMs: 0, stopMs: 2_000 },
  });
  readonly ledger = new KillLedger(this.simulation.plays, REPORT_MS);
  readonly history = new CounterHistory();
  readonly exporter: MortalExporter;
  #viewers: Viewer[] = [];
  #items = 0;
  #savedMs = 0;

  constructor(folder: string, disk: MortalDisk) {
    this.exporter = new MortalExporter(folder, this.simulation, this.clock, disk);
    this.clock.settle = () => disk.pending === 0;
    this.exporter.network.onRequest = (template) => {
      if (template === "/status/sessions" && this.exporter.isAlive) {
        this.ledger.listed(this.clock.now(), this.simulation.sessions());
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
    const hasListed = this.exporter.state.sources.sessions.readAt !== undefined;
    this.history.add(text, { plays: hasListed, when: `after ${this.ledger.kills} kills` });
    this.#savedMs = begunMs - SHARED_SAVE_MS;
  }

  async do(step: Step): Promise<void> {
    this.#viewers = this.#viewers.filter(({ isActive }) => isActive);
    if (step.kind === "scrape") return await this.scrape();
    if (step.kind === "kill") return await this.#kill(step.moment, step.awayMs);
    if (step.kind === "play") return this.#play(step);
    const viewer = this.#viewers[step.which % Math.max(1, this.#viewers.length)];
    if (step.kind === "next") viewer?.next(this.#newItem("episode"), "same key");
    else if (step.kind === "seek") viewer?.seek(60_000);
    else viewer?.[step.kind]();
  }

  /** Everybody stops, and what is late arrives. */
  async end(): Promise<void> {
    this.#viewers.forEach((viewer) => viewer.stop());
    await this.pass(60_000);
    // New series show their values in the second page.
    for (let page = 0; page < 3; page += 1) {
      await this.scrape();
      await this.pass(1_000);
    }
    await this.exporter.kill();
    this.simulation.close();
  }

  #play({ who, type, wan }: Extract<Step, { kind: "play" }>): void {
    const { users, players } = this.simulation;
    const [user, player] = [users[who], players[this.#viewers.length % players.length]];
    if (user === undefined || player === undefined || this.#viewers.length >= 6) return;
    this.#viewers.push(this.simulation.play({
      item: this.#newItem(type),
      user,
      player,
      location: wan ? "wan" : "lan",
      state: "playing",
    }));
  }

  /** No item is played twice, so that no series comes back after its play. */
  #newItem(type: ItemType): Item {
    const items = this.simulation.libraries.itemsOf(type);
    const item = items[this.#items % items.length];
    this.#items += 1;
    assert.ok(item);
    return item;
  }

  async #kill(moment: Moment, awayMs: number): Promise<void> {
    if (moment.kind === "answered") await this.scrape(moment);
    if (moment.kind === "saving") {
      this.exporter.killAfter(moment.operation);
      if (moment.byScrape) await this.scrape();
      for (let second = 0; second < 10 && this.exporter.isAlive && !moment.byScrape; second += 1) {
        await this.pass(1_000);
      }
    }
    await this.exporter.kill();
    this.ledger.killed(Math.max(this.#savedMs, this.clock.now() - REGULAR_SAVE_MS));
    await this.pass(awayMs);
    await this.exporter.start();
  }
}

function assertBytes({ history, simulation: { bandwidth, users } }: Run): void {
  for (const location of ["lan", "wan"]) {
    const sent = bandwidth.total({ lan: location === "lan" });
    assert.equal(history.sum("plex_transmit_bytes_total", { location }), sent, location);
  }
  assert.equal(history.sum("transmit_bytes_total"), bandwidth.total());
  for (const { id, name } of users) {
    const sent = bandwidth.total({ accountId: id });
    assert.equal(history.sum("plex_user_transmit_bytes_total", { user: name }), sent, name);
  }
}

function assertPlays({ history, ledger, simulation: { users } }: Run): void {
  for (const user of [undefined, ...users.map(({ name }) => name)]) {
    const counted = history.sum("plex_plays_total", user === undefined ? {} : { user });
    const { least, most } = ledger.plays(user);
    const text = `${counted} plays of ${user ?? "all"}, ${least} to ${most}`;
    assert.ok(counted >= least && counted <= most, text);
  }
}

function assertSeconds({ clock, history, ledger, simulation: { plays } }: Run): void {
  const { allMs, lostMs } = ledger.playing(clock.now());
  const countedMs = history.sum("plex_play_seconds_total") * 1_000;
  const text = `${countedMs} ms of ${allMs}, of which kills may have lost ${lostMs}`;
  assert.ok(countedMs <= allMs + 1, text);
  assert.ok(countedMs >= allMs - lostMs - UNLISTED_MS * plays.length, text);
}

async function run(steps: readonly (readonly [number, Step])[]): Promise<void> {
  const folder = await Deno.makeTempDir();
  using disk = new MortalDisk();
  const run = new Run(folder, disk);
  try {
    await run.begin();
    for (const [waitMs, step] of steps) {
      await run.pass(waitMs);
      await run.do(step);
    }
    await run.end();
    assertBytes(run);
    assertPlays(run);
    assertSeconds(run);
  } finally {
    if (run.exporter.isAlive) await run.exporter.kill();
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

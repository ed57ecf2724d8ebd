/**
 * A house whose people live by their habits on a simulated server. What goes wrong there is not its
 * affair; that is in `incidents.ts`.
 */
import { Timers } from "../../../src/simulator/timers.ts";
import type { Item } from "../../../src/simulator/item.ts";
import type { Random } from "../../../src/simulator/random.ts";
import type { Viewer } from "../../../src/simulator/viewer.ts";
import type { Simulation } from "../../../src/simulator/simulation.ts";
import type { Clock } from "../../../src/clock.ts";
import { DAY_MS, type Habit, HOUR_MS } from "./habits.ts";

const CHANNEL = { number: "5.1", callSign: "HBR", title: "Harbour One" };

/** A server and the people who use it. */
export class House {
  readonly world: Simulation;
  readonly agenda: Timers;
  /** Title of the film, show or artist by rating key, of all that was ever chosen here. */
  readonly titles = new Map<string, string>();
  /** Libraries that nobody scans at night, by id. */
  readonly unscanned = new Set<string>();
  readonly #dice: Random;

  constructor(world: Simulation, clock: Clock, dice: Random) {
    this.world = world;
    this.agenda = new Timers(clock);
    this.#dice = dice;
  }

  /** Plans the days from now, a midnight: the habits, and a scan of each library at night. */
  live(habits: readonly Habit[], days: number): void {
    const midnight = this.world.now();
    for (let day = 0; day < days; day += 1) {
      const weekday = new Date(midnight + day * DAY_MS).getUTCDay();
      for (const habit of habits) {
        if (!habit.days.includes(weekday)) continue;
        const lateMs = this.#dice.between(0, 40 * 60_000);
        this.agenda.after(day * DAY_MS + habit.hour * HOUR_MS + lateMs, () => this.sitDown(habit));
      }
      this.world.libraries.forEach(({ id }, index) => {
        const atMs = day * DAY_MS + 3 * HOUR_MS + index * 600_000;
        this.agenda.after(atMs, () => this.#scan(id, index === day % 5));
      });
      this.agenda.after(day * DAY_MS + 2 * HOUR_MS, () => {
        const isUp = this.world.condition === "up";
        if (isUp) this.world.runActivity("butler", "Housekeeping", 1_200_000);
      });
    }
  }

  /** Begins what the habit says, now; it goes on for as long as that lasts. */
  sitDown({ user, player, taste, how, location, items }: Habit): Viewer | undefined {
    const { world } = this;
    const [who, what] = [world.users[user], world.players[player]];
    if (!who || !what || world.condition !== "up") return undefined;
    const item = this.choose(taste);
    const secure = location !== "lan";
    const viewing = world.play({ item, user: who, player: what, how, location, secure });
    this.#watch(viewing, taste, item, items);
    return viewing;
  }

  /** Something of this kind, other than `before`. */
  choose(taste: Habit["taste"], before?: Item): Item {
    const { world } = this;
    if (taste === "live") {
      const path = `/livetv/sessions/${this.#dice.hex(12)}`;
      return this.#remember(world.catalogue.broadcast(CHANNEL, "Quiz of Quizzes", path));
    }
    for (;;) {
      const item = world.someItem(taste);
      if (item !== before) return this.#remember(item);
    }
  }

  /** Plans what happens during one item, and what comes after it. */
  #watch(viewing: Viewer, taste: Habit["taste"], item: Item, items: number): void {
    const dice = this.#dice;
    const share = items > 1 ? 0.96 : 0.7 + dice.roll() * 0.25;
    const lengthMs = (item.durationMs ?? HOUR_MS) * share;
    let untilMs = lengthMs;
    if (taste !== "track" && dice.chance(0.6)) untilMs += this.#planPause(viewing, lengthMs / 2);
    if (taste !== "track" && dice.chance(0.3)) this.stutter(viewing, lengthMs * 0.2, 3_000);
    if (dice.chance(0.25)) this.#planQuality(viewing, lengthMs * 0.3);
    this.agenda.after(untilMs, () => {
      if (items <= 1) return viewing.stop();
      const next = this.choose(taste, item);
      viewing.next(next, taste === "episode" && dice.chance(0.3) ? "stop first" : "same key");
      this.#watch(viewing, taste, next, items - 1);
    });
  }

  /** The player waits for data for `forMs`, `inMs` from now. */
  stutter(viewing: Viewer, inMs: number, forMs: number): void {
    this.agenda.after(inMs, () => {
      viewing.buffer();
      this.agenda.after(forMs, () => viewing.session?.state === "buffering" && viewing.resume());
    });
  }

  #planPause(viewing: Viewer, inMs: number): number {
    const pauseMs = this.#dice.between(60_000, 600_000);
    this.agenda.after(inMs, () => {
      viewing.pause();
      this.agenda.after(pauseMs, () => viewing.resume());
    });
    return pauseMs;
  }

  #planQuality(viewing: Viewer, inMs: number): void {
    const quality = this.#dice.pick([
      { bitrateKbps: 4000, height: 720 },
      { bitrateKbps: 1500, height: 480 },
    ]);
    this.agenda.after(inMs, () => {
      const { session } = viewing;
      if (session?.transcode) viewing.changeQuality(session.delivery.method, { quality });
    });
  }

  #remember(item: Item): Item {
    let top = item;
    while (top.parent !== undefined) top = top.parent;
    this.titles.set(item.ratingKey ?? "", top.title);
    return item;
  }

  #scan(id: string, finds: boolean): void {
    const { world } = this;
    const library = world.libraries.find((each) => each.id === id);
    if (library === undefined || world.condition !== "up" || library.refreshing) return;
    if (this.unscanned.has(id)) return;
    world.scan(id, { added: finds ? world.catalogue.addition(library) : [], takesMs: 240_000 });
  }
}

/** The users of a simulated server, who play by their habits. `incidents.ts` defines incidents. */
import { Timers } from "../../../src/simulator/timers.ts";
import { download } from "../../../src/simulator/download.ts";
import type { Item } from "../../../src/simulator/item.ts";
import type { Random } from "../../../src/simulator/random.ts";
import type { Viewer } from "../../../src/simulator/viewer.ts";
import type { Simulation } from "../../../src/simulator/simulation.ts";
import type { Clock } from "../../../src/clock.ts";
import { DAY_MS, type Habit, HOUR_MS } from "./habits.ts";

const CHANNEL = { number: "5.1", callSign: "HBR", title: "Harbour One" };

/** A server and its users. */
export class Workload {
  readonly simulation: Simulation;
  readonly timers: Timers;
  /** Title of the film, show or artist by rating key, of all items that were chosen. */
  readonly titles = new Map<string, string>();
  /** Libraries without a nightly scan, by id. */
  readonly unscanned = new Set<string>();
  readonly #random: Random;

  constructor(simulation: Simulation, clock: Clock, random: Random) {
    this.simulation = simulation;
    this.timers = new Timers(clock);
    this.#random = random;
  }

  /**
   * Schedules the plays of each day and a nightly scan of each library. Starts now, at midnight.
   */
  schedule(habits: readonly Habit[], days: number): void {
    const midnight = this.simulation.now();
    for (let day = 0; day < days; day += 1) {
      const weekday = new Date(midnight + day * DAY_MS).getUTCDay();
      for (const habit of habits) {
        if (!habit.days.includes(weekday)) continue;
        const lateMs = this.#random.integer(0, 40 * 60_000);
        this.timers.after(day * DAY_MS + habit.hour * HOUR_MS + lateMs, () => this.watch(habit));
      }
      this.simulation.libraries.all.forEach(({ id }, index) => {
        const atMs = day * DAY_MS + 3 * HOUR_MS + index * 600_000;
        this.timers.after(atMs, () => this.#scan(id, index === day % 5));
      });
      const inMs = day * DAY_MS + 17 * HOUR_MS;
      this.simulation.dvr?.schedule({ title: `News ${day + 1}`, inMs, takesMs: HOUR_MS });
      this.timers.after(day * DAY_MS + 2 * HOUR_MS, () => {
        if (this.simulation.status !== "up") return;
        const job = { type: "butler", title: "Housekeeping", takesMs: 1_200_000 };
        this.simulation.activities.run(job);
      });
    }
    // At the end: it draws numbers of the simulation, and so changes what is played after it.
    this.timers.after(days * DAY_MS - HOUR_MS, () => this.#download());
  }

  /** A user downloads a film. */
  #download(): void {
    const { simulation } = this;
    const [, user] = simulation.users;
    const [item] = simulation.libraries.itemsOf("movie");
    if (user === undefined || item === undefined || simulation.status !== "up") return;
    download(simulation, { item, user, takesMs: 1_200_000 });
  }

  /** Starts the plays of a habit now. */
  watch({ user, player, preference, method, location, items }: Habit): Viewer | undefined {
    const { simulation } = this;
    const [watcher, device] = [simulation.users[user], simulation.players[player]];
    if (!watcher || !device || simulation.status !== "up") return undefined;
    const item = this.choose(preference);
    const secure = location !== "lan";
    const viewer = simulation.play({
      item,
      user: watcher,
      player: device,
      method,
      location,
      secure,
    });
    this.#watch(viewer, preference, item, items);
    return viewer;
  }

  /** A random item of this kind, other than `before`. */
  choose(preference: Habit["preference"], before?: Item): Item {
    const { simulation } = this;
    if (preference === "live") {
      const path = `/livetv/sessions/${this.#random.hex(12)}`;
      return this.#recordTitle(
        simulation.generator.nonLibrary.broadcast(CHANNEL, "Quiz of Quizzes", path),
      );
    }
    for (;;) {
      const item = simulation.randomItem(preference);
      if (item !== before) return this.#recordTitle(item);
    }
  }

  /** Schedules the events of a play, and the next item. */
  #watch(viewer: Viewer, preference: Habit["preference"], item: Item, items: number): void {
    const random = this.#random;
    const share = items > 1 ? 0.96 : 0.7 + random.next() * 0.25;
    const lengthMs = (item.durationMs ?? HOUR_MS) * share;
    let untilMs = lengthMs;
    if (preference !== "track" && random.chance(0.6)) {
      untilMs += this.#planPause(viewer, lengthMs / 2);
    }
    if (preference !== "track" && random.chance(0.3)) {
      this.planBuffering(viewer, lengthMs * 0.2, 3_000);
    }
    if (random.chance(0.25)) this.#planQuality(viewer, lengthMs * 0.3);
    this.timers.after(untilMs, () => {
      if (items <= 1) return viewer.stop();
      const next = this.choose(preference, item);
      viewer.next(next, preference === "episode" && random.chance(0.3) ? "stop first" : "same key");
      this.#watch(viewer, preference, next, items - 1);
    });
  }

  /** Schedules buffering of `forMs`, in `inMs`. */
  planBuffering(viewer: Viewer, inMs: number, forMs: number): void {
    this.timers.after(inMs, () => {
      viewer.buffer();
      this.timers.after(forMs, () => viewer.session?.state === "buffering" && viewer.resume());
    });
  }

  #planPause(viewer: Viewer, inMs: number): number {
    const pauseMs = this.#random.integer(60_000, 600_000);
    this.timers.after(inMs, () => {
      viewer.pause();
      this.timers.after(pauseMs, () => viewer.resume());
    });
    return pauseMs;
  }

  #planQuality(viewer: Viewer, inMs: number): void {
    const quality = this.#random.pick([
      { bitrateKbps: 4000, height: 720 },
      { bitrateKbps: 1500, height: 480 },
    ]);
    this.timers.after(inMs, () => {
      const { session } = viewer;
      if (session?.transcode) viewer.changeQuality(session.stream.method, { quality });
    });
  }

  #recordTitle(item: Item): Item {
    let top = item;
    while (top.parent !== undefined) top = top.parent;
    this.titles.set(item.ratingKey ?? "", top.title);
    return item;
  }

  #scan(id: string, finds: boolean): void {
    const { simulation } = this;
    const library = simulation.libraries.find(id);
    if (library === undefined || simulation.status !== "up" || library.refreshing) return;
    if (this.unscanned.has(id)) return;
    simulation.scan(id, {
      added: finds ? simulation.generator.addition(library) : [],
      takesMs: 240_000,
    });
  }
}

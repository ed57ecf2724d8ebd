/**
 * A household that never sleeps: its people watch, listen, pause, zap and go, its server scans. It
 * only uses the verbs of a world and serves nothing.
 */
import type { Clock } from "../clock.ts";
import { Timers } from "./timers.ts";
import type { Item } from "./item.ts";
import type { LibraryType } from "./library.ts";
import type { Player, User } from "./users.ts";
import {
  channels,
  type Preference,
  programmes,
  type ViewerProfile,
  viewerProfiles,
} from "./viewer_profiles.ts";
import { createRandom, type Random } from "./random.ts";
import type { Transition } from "./viewer_context.ts";
import type { Viewer } from "./viewer.ts";
import type { Simulation } from "./simulation.ts";

/** How a household lives. */
export interface ViewerSimulationOptions {
  readonly clock: Clock;
  readonly seed: number;
  /** How long one thing is watched: one to four minutes unless said otherwise. */
  readonly watchMs?: readonly [number, number];
}

/** How many seats are taken before anyone looks. */
const takenAtStart = 5;

/** What happens in the first seconds, by seat, so that whoever looks soon sees everything happen. */
const openingScene: readonly {
  readonly atMs: number;
  readonly seat: number;
  readonly act: (viewing: Viewer, sitter: SimulatedViewer) => void;
}[] = [
  {
    atMs: 2200,
    seat: 1,
    act: (viewing) =>
      viewing.changeQuality("hardware transcode", { quality: { bitrateKbps: 1500, height: 480 } }),
  },
  { atMs: 2700, seat: 0, act: (viewing) => viewing.pause() },
  { atMs: 3400, seat: 1, act: (viewing, sitter) => sitter.goOn(viewing, "same key") },
  { atMs: 3600, seat: 2, act: (viewing) => viewing.stop() },
];

const libraryTypeOf: Readonly<Partial<Record<Preference, LibraryType>>> = {
  films: "movie",
  series: "show",
  music: "artist",
  photos: "photo",
};

const itemTypeOf = {
  films: "movie",
  series: "episode",
  music: "track",
  photos: "photo",
} as const;

/** Brings a world to life until it is stopped; what is being watched then goes on being watched. */
export function startViewers(
  world: Simulation,
  options: ViewerSimulationOptions,
): { stop(): void } {
  const agenda = new Timers(options.clock);
  const dice = createRandom(options.seed);
  const sitters = viewerProfiles.map((seat, index) => {
    const sitter = new SimulatedViewer(
      world,
      agenda,
      dice.fork(),
      seat,
      options.watchMs ?? [60_000, 240_000],
    );
    if (index < takenAtStart) sitter.sitDown(true);
    else agenda.after(100 + (index - takenAtStart) * 200, () => sitter.sitDown(false));
    return sitter;
  });
  for (const { atMs, seat, act } of openingScene) {
    const sitter = sitters[seat];
    agenda.after(atMs, () => sitter?.viewing && act(sitter.viewing, sitter));
  }
  maintainServer(world, agenda, dice.fork());
  return { stop: () => agenda.close() };
}

/** What the server does by itself, and what goes wrong now and then. */
function maintainServer(world: Simulation, agenda: Timers, dice: Random): void {
  const scan = (mustFind = false) => {
    if (world.condition !== "up" || world.libraries.length === 0) return;
    const library = dice.pick(world.libraries);
    if (library.refreshing) return;
    const added = mustFind || dice.chance(0.8) ? world.catalogue.addition(library) : [];
    const leaf = library.items.at(-1)?.ratingKey;
    const removed = dice.chance(0.15) && leaf !== undefined ? [leaf] : [];
    world.scan(library.id, { added, removed, takesMs: dice.between(2500, 4500) });
  };
  agenda.after(300, () => scan(true));
  agenda.repeat(() => dice.between(35_000, 80_000), () => scan());
  agenda.repeat(() => dice.between(60_000, 150_000), () => {
    if (world.condition !== "up") return;
    const type = dice.pick(["media.generate.intros", "library.refresh.items", "butler"]);
    world.runActivity(type, "Housekeeping", dice.between(5000, 20_000));
  });
  agenda.repeat(() => dice.between(120_000, 240_000), () => {
    const films = world.libraries.flatMap((library) =>
      library.items.filter((item) => item.type === "movie")
    );
    if (films.length === 0 || world.condition !== "up") return;
    const oddity = dice.pick(["dlna", "strays", "download"] as const);
    if (oddity === "dlna") world.dlnaGhost(dice.pick(films));
    else if (oddity === "strays") world.strayStops(dice.pick(films));
    else world.convertInBackground(dice.pick(films), dice.between(30_000, 90_000));
  });
}

/** Somebody on a seat. */
class SimulatedViewer {
  readonly #world: Simulation;
  readonly #agenda: Timers;
  readonly #dice: Random;
  readonly #seat: ViewerProfile;
  readonly #watchMs: readonly [number, number];
  #viewing: Viewer | undefined;

  constructor(
    world: Simulation,
    agenda: Timers,
    dice: Random,
    seat: ViewerProfile,
    watchMs: readonly [number, number],
  ) {
    this.#world = world;
    this.#agenda = agenda;
    this.#dice = dice;
    this.#seat = seat;
    this.#watchMs = watchMs;
  }

  /** What is being watched here, if anything is. */
  get viewing(): Viewer | undefined {
    return this.#viewing?.isPresent ? this.#viewing : undefined;
  }

  /** Watches something for a while, then something else, for ever. */
  sitDown(running: boolean): void {
    const item = this.#choose();
    const who = this.#who();
    if (item === undefined || who === undefined) {
      this.#agenda.after(10_000, () => this.sitDown(false));
      return;
    }
    const { taste, how, location } = this.#seat;
    const resumed = taste === "series" || running || this.#dice.chance(0.4);
    const offsetMs = resumed ? this.#someOffsetMs(item) : 0;
    const preroll = taste === "films" && !resumed && this.#dice.chance(0.4);
    const viewing = this.#viewing = this.#world.play({
      ...who,
      item: preroll ? this.#world.catalogue.preroll() : item,
      how,
      location,
      offsetMs,
      secure: location !== "lan" || this.#dice.chance(0.5),
      ...(running ? { running, state: "playing" as const } : {}),
    });
    if (preroll) this.#agenda.after(20_000, () => viewing.next(item, "stop first"));
    const [leastMs, mostMs] = this.#watchMs;
    this.#fidget(viewing, this.#world.now() + this.#dice.between(leastMs, mostMs));
  }

  /** Does something every now and then until it is time to go. */
  #fidget(viewing: Viewer, untilMs: number): void {
    const waitMs = this.#dice.between(8000, 25_000);
    if (this.#world.now() + waitMs >= untilMs) {
      this.#agenda.after(untilMs - this.#world.now(), () => this.#getUp(viewing));
      return;
    }
    this.#agenda.after(waitMs, () => {
      this.#doSomething(viewing);
      this.#fidget(viewing, untilMs);
    });
  }

  #doSomething(viewing: Viewer): void {
    const { session } = viewing;
    if (session === undefined || session.item.guid.startsWith("prerolls://")) return;
    const { taste } = this.#seat;
    if (session.state !== "playing") return viewing.resume();
    const goesOn = { films: 0, series: 0.35, music: 0.6, photos: 0.9, television: 0.5 }[taste];
    if (this.#dice.chance(goesOn)) return this.goOn(viewing);
    if (session.transcode !== undefined && this.#dice.chance(0.4)) {
      const quality = this.#dice.pick([
        { bitrateKbps: 4000, height: 720 },
        { bitrateKbps: 8000, height: 1080 },
        { bitrateKbps: 1500, height: 480 },
      ]);
      return viewing.changeQuality(session.delivery.method, { quality });
    }
    const action = this.#dice.pick(["pause", "pause", "seek", "buffer"] as const);
    if (action === "pause") viewing.pause();
    else if (action === "buffer") {
      viewing.buffer();
      this.#agenda.after(2500, () => viewing.session?.state === "buffering" && viewing.resume());
    } else if (session.item.durationMs !== undefined) {
      viewing.seek(this.#someOffsetMs(session.item));
    }
  }

  /** Goes on to something else, in one of the ways of the taste unless it is said which. */
  goOn(viewing: Viewer, how?: Transition): void {
    const now = viewing.session?.item;
    const item = now?.live === undefined ? this.#choose(now) : this.#broadcast(now.live.path);
    if (item === undefined) return;
    const usual = this.#seat.taste === "series"
      ? this.#dice.pick(["same key", "same key", "stop first", "overlap"] as const)
      : "same key";
    viewing.next(item, how ?? usual);
  }

  #getUp(viewing: Viewer): void {
    if (this.#dice.chance(0.05)) viewing.fail();
    else if (this.#dice.chance(0.03)) viewing.vanish();
    else viewing.stop();
    this.#agenda.after(this.#dice.between(4000, 30_000), () => this.sitDown(false));
  }

  #who(): { user: User; player: Player } | undefined {
    const user = this.#world.users[this.#seat.user];
    const player = this.#world.players[this.#seat.player];
    return user === undefined || player === undefined ? undefined : { user, player };
  }

  /** Something else than `before`: the same item again under one session key is the same play. */
  #choose(before?: Item): Item | undefined {
    const { taste } = this.#seat;
    if (taste === "television") return this.#broadcast(`/livetv/sessions/${this.#dice.hex(12)}`);
    const items = this.#world.libraries
      .filter((library) => library.type === libraryTypeOf[taste])
      .flatMap((library) => library.items)
      .filter((item) => item.type === itemTypeOf[taste] && item !== before);
    return items.length === 0 ? undefined : this.#dice.pick(items);
  }

  #broadcast(path: string): Item {
    const channel = this.#dice.pick(channels);
    return this.#world.catalogue.broadcast(channel, this.#dice.pick(programmes), path);
  }

  #someOffsetMs(item: Item): number {
    const { durationMs } = item;
    return durationMs === undefined ? 0 : this.#dice.between(0, Math.floor(durationMs * 0.6));
  }
}

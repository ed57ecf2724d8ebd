/**
 * A simulated user: chooses items, plays each for a while, and pauses, seeks and changes the
 * quality in between.
 */
import type { Item, ItemType } from "./item.ts";
import type { LibraryType } from "./library.ts";
import type { Random } from "./random.ts";
import type { Simulation } from "./simulation.ts";
import type { Quality } from "./stream_output.ts";
import type { Timers } from "./timers.ts";
import { channels, programmes } from "./titles.ts";
import type { Player, User } from "./users.ts";
import type { Viewer } from "./viewer.ts";
import type { Transition } from "./viewer_context.ts";
import type { Preference, ViewerProfile } from "./viewer_profiles.ts";

/** The library type of each preference; live television is in no library. */
const ITEMS: Readonly<
  Partial<Record<Preference, { readonly library: LibraryType; readonly item: ItemType }>>
> = {
  films: { library: "movie", item: "movie" },
  series: { library: "show", item: "episode" },
  music: { library: "artist", item: "track" },
  photos: { library: "photo", item: "photo" },
};

/** The share of actions that go on to the next item. */
const NEXT_ITEM_SHARE: Readonly<Record<Preference, number>> = {
  films: 0,
  series: 0.35,
  music: 0.6,
  photos: 0.9,
  television: 0.5,
};

const QUALITIES: readonly Quality[] = [
  { bitrateKbps: 4000, height: 720 },
  { bitrateKbps: 8000, height: 1080 },
  { bitrateKbps: 1500, height: 480 },
];

/** How long a preroll takes, and the time after which its client goes on to the film. */
const PREROLL_MS = 20_000;

/** A user with one client that plays one item after another. */
export class Person {
  readonly #simulation: Simulation;
  readonly #timers: Timers;
  readonly #random: Random;
  readonly #profile: ViewerProfile;
  readonly #watchMs: readonly [number, number];
  #viewer: Viewer | undefined;

  constructor(
    simulation: Simulation,
    timers: Timers,
    random: Random,
    profile: ViewerProfile,
    watchMs: readonly [number, number],
  ) {
    this.#simulation = simulation;
    this.#timers = timers;
    this.#random = random;
    this.#profile = profile;
    this.#watchMs = watchMs;
  }

  /** The client that is playing; undefined between two items. */
  get viewer(): Viewer | undefined {
    return this.#viewer?.isActive ? this.#viewer : undefined;
  }

  /**
   * Watches one item after another until the timers are closed. `alreadyRunning`: the first one
   * began before the simulation did.
   */
  watch(alreadyRunning: boolean): void {
    const item = this.#chooseItem();
    const identity = this.#identity();
    if (item === undefined || identity === undefined) {
      this.#timers.after(10_000, () => this.watch(false));
      return;
    }
    const { preference, method, location } = this.#profile;
    const resumed = preference === "series" || alreadyRunning || this.#random.chance(0.4);
    const offsetMs = resumed ? this.#randomOffsetMs(item) : 0;
    const preroll = preference === "films" && !resumed && this.#random.chance(0.4);
    const viewer = this.#viewer = this.#simulation.play({
      ...identity,
      item: preroll ? this.#simulation.generator.nonLibrary.preroll() : item,
      method,
      location,
      offsetMs,
      secure: location !== "lan" || this.#random.chance(0.5),
      ...(alreadyRunning ? { alreadyRunning, state: "playing" as const } : {}),
    });
    if (preroll) this.#timers.after(PREROLL_MS, () => viewer.next(item, "stop first"));
    const [minMs, maxMs] = this.#watchMs;
    this.#scheduleAction(viewer, this.#simulation.now() + this.#random.integer(minMs, maxMs));
  }

  /** Acts every 8 to 25 s until `untilMs`, then stops. */
  #scheduleAction(viewer: Viewer, untilMs: number): void {
    const waitMs = this.#random.integer(8000, 25_000);
    if (this.#simulation.now() + waitMs >= untilMs) {
      this.#timers.after(untilMs - this.#simulation.now(), () => this.#leave(viewer));
      return;
    }
    this.#timers.after(waitMs, () => {
      this.#act(viewer);
      this.#scheduleAction(viewer, untilMs);
    });
  }

  #act(viewer: Viewer): void {
    const { session } = viewer;
    if (session === undefined || session.item.guid.startsWith("prerolls://")) return;
    if (session.state !== "playing") return viewer.resume();
    if (this.#random.chance(NEXT_ITEM_SHARE[this.#profile.preference])) {
      return this.playNext(viewer);
    }
    if (session.transcode !== undefined && this.#random.chance(0.4)) {
      const quality = this.#random.pick(QUALITIES);
      return viewer.changeQuality(session.stream.method, { quality });
    }
    const action = this.#random.pick(["pause", "pause", "seek", "buffer"] as const);
    if (action === "pause") viewer.pause();
    else if (action === "buffer") {
      viewer.buffer();
      this.#timers.after(2500, () => viewer.session?.state === "buffering" && viewer.resume());
    } else if (session.item.durationMs !== undefined) {
      viewer.seek(this.#randomOffsetMs(session.item));
    }
  }

  /** Goes on to another item; the transition is chosen at random unless it is given. */
  playNext(viewer: Viewer, transition?: Transition): void {
    const current = viewer.session?.item;
    const item = current?.live === undefined
      ? this.#chooseItem(current)
      : this.#broadcast(current.live.path);
    if (item === undefined) return;
    const usual = this.#profile.preference === "series"
      ? this.#random.pick(["same key", "same key", "stop first", "overlap"] as const)
      : "same key";
    viewer.next(item, transition ?? usual);
  }

  #leave(viewer: Viewer): void {
    if (this.#random.chance(0.05)) viewer.fail();
    else if (this.#random.chance(0.03)) viewer.vanish();
    else viewer.stop();
    this.#timers.after(this.#random.integer(4000, 30_000), () => this.watch(false));
  }

  #identity(): { user: User; player: Player } | undefined {
    const user = this.#simulation.users[this.#profile.user];
    const player = this.#simulation.players[this.#profile.player];
    return user === undefined || player === undefined ? undefined : { user, player };
  }

  /** Any item but `before`: the same item again under one session key would be the same play. */
  #chooseItem(before?: Item): Item | undefined {
    const { preference } = this.#profile;
    const types = ITEMS[preference];
    if (types === undefined) return this.#broadcast(`/livetv/sessions/${this.#random.hex(12)}`);
    const items = this.#simulation.libraries.all
      .filter((library) => library.type === types.library)
      .flatMap((library) => library.items)
      .filter((item) => item.type === types.item && item !== before);
    return items.length === 0 ? undefined : this.#random.pick(items);
  }

  #broadcast(path: string): Item {
    const channel = this.#random.pick(channels);
    const { generator, server } = this.#simulation;
    const item = generator.nonLibrary.broadcast(channel, this.#random.pick(programmes), path);
    const { live, ratingKey } = item;
    // docs/plex/notifications.md#session-key: on newer servers frames have the rating key.
    return live === undefined || !server.hasEphemeralMetadata
      ? item
      : { ...item, live: { ...live, frameRatingKey: ratingKey } };
  }

  #randomOffsetMs(item: Item): number {
    const { durationMs } = item;
    return durationMs === undefined ? 0 : this.#random.integer(0, Math.floor(durationMs * 0.6));
  }
}

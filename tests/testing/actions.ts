/**
 * What may happen in a simulated world, as random actions, and what is live in it: by Plex's own list
 * and by what the exporter knows, in the same words. It compares nothing.
 */
import fc from "fast-check";
import type { Location, Method } from "../../src/simulator/stream_output.ts";
import type { Item } from "../../src/simulator/item.ts";
import type { Viewer } from "../../src/simulator/viewer.ts";
import { playDecision } from "../../src/core/session.ts";
import type { MonitoredSimulation } from "./in_memory_monitor.ts";

const METHODS: readonly Method[] = [
  "direct play",
  "direct stream",
  "audio transcode",
  "software transcode",
  "hardware transcode",
  "partial hardware transcode",
  "subtitle burn",
];

const DECISIONS: Readonly<Record<Method, string>> = {
  "direct play": "direct_play",
  "direct stream": "direct_stream",
  "audio transcode": "transcode",
  "software transcode": "transcode",
  "hardware transcode": "transcode",
  "partial hardware transcode": "transcode",
  "subtitle burn": "transcode",
};

/** Something that happens, to the viewing of this number or to the server. */
export type Action =
  | { readonly kind: "play"; readonly who: number; readonly how: number; readonly wan: boolean }
  | {
    readonly kind: "pause" | "resume" | "buffer" | "stop" | "fail" | "next" | "seek";
    readonly which: number;
  }
  | { readonly kind: "quality"; readonly which: number; readonly how: number }
  | { readonly kind: "rename" | "scan" | "restart" }
  | {
    readonly kind: "other" | "job" | "find" | "lose" | "reach" | "upgrade";
    readonly who: number;
    readonly how: number;
    readonly where: Location;
  };

const who = fc.nat(5);
const how = fc.nat(METHODS.length - 1);
const which = fc.nat(20);

export const viewerAction: fc.Arbitrary<Action> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("play"), who, how, wan: fc.boolean() }) },
  {
    weight: 12,
    arbitrary: fc.record({
      kind: fc.constantFrom("pause", "resume", "buffer", "stop", "fail", "next", "seek"),
      which,
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("quality"), which, how }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom("rename", "scan", "restart") }) },
) as fc.Arbitrary<Action>;

const SERVER_ACTIONS = ["job", "find", "lose", "reach", "upgrade"] as const;

/** The same and more: all kinds of media and places, and what happens to the server. */
export const anyAction: fc.Arbitrary<Action> = fc.oneof(
  { weight: 4, arbitrary: viewerAction },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.oneof(fc.constant("other" as const), fc.constantFrom(...SERVER_ACTIONS)),
      who,
      how,
      where: fc.constantFrom<Location>("lan", "wan", "cellular", "relayed"),
    }),
  },
);

const CHANNEL = { number: "4.1", callSign: "KEXM", title: "Example 4" };
const JOBS = ["media.generate.intros", "library.refresh.items", "butler", "something.new"] as const;

const RESTART = { goneMs: 3_000, startingMs: 3_000 };

/** Carries out actions; what they speak of may be gone, and then nothing happens. */
export class ActionRunner {
  readonly #watched: Pick<MonitoredSimulation, "world">;
  #viewings: Viewer[] = [];

  constructor(watched: Pick<MonitoredSimulation, "world">) {
    this.#watched = watched;
  }

  do(action: Action): void {
    const { world } = this.#watched;
    this.#viewings = this.#viewings.filter(({ isPresent }) => isPresent);
    switch (action.kind) {
      case "play": {
        const user = world.users[action.who];
        const player = world.players[this.#viewings.length % world.players.length];
        if (!user || !player || this.#viewings.length >= 8) return;
        const item = world.someItem(action.how % 2 === 0 ? "movie" : "episode");
        const how = METHODS[action.how] ?? "direct play";
        const location = action.wan ? "wan" : "lan";
        this.#viewings.push(world.play({ item, user, player, how, location, state: "playing" }));
        return;
      }
      case "rename":
        return world.rename(`server ${world.now() % 7}`);
      case "scan":
        return world.scan("1");
      case "restart":
        return world.restart(RESTART);
      case "other":
        return this.#playOther(action);
      case "job":
        return world.runActivity(JOBS[action.how % JOBS.length] ?? "butler", "Housekeeping", 5_000);
      case "find":
      case "lose": {
        const library = world.libraries[action.how % world.libraries.length];
        if (library === undefined || library.refreshing) return;
        // Of what is lost while it is played, nothing more can be looked up.
        const played = new Set(world.sessions().map(({ item }) => item.ratingKey));
        const last = library.items.findLast(({ ratingKey }) => !played.has(ratingKey))?.ratingKey;
        const added = action.kind === "find" ? world.catalogue.addition(library) : [];
        const removed = action.kind === "lose" && last !== undefined ? [last] : [];
        return world.scan(library.id, { added, removed });
      }
      case "reach":
        return world.reach(action.how % 2 === 0);
      case "upgrade":
        return world.upgrade(`1.44.${action.how}.11000-ffffffff`, RESTART);
      default:
        this.#act(action, this.#viewings[action.which % Math.max(1, this.#viewings.length)]);
    }
  }

  /** Somebody plays what is neither film nor episode. */
  #playOther({ how, where, who }: Extract<Action, { where: Location }>): void {
    const { world } = this.#watched;
    const user = world.users[who];
    const player = world.players[this.#viewings.length % world.players.length];
    if (!user || !player || this.#viewings.length >= 8) return;
    const broadcast = () =>
      world.catalogue.broadcast(CHANNEL, "News", `/livetv/sessions/${how}a1b2c3d4e5f`);
    const [item, method]: readonly [Item, Method] = how % 4 === 0
      ? [broadcast(), "direct stream"]
      : how % 4 === 1
      ? [broadcast(), "software transcode"]
      : how % 4 === 2
      ? [world.someItem("photo"), "direct play"]
      : [world.someItem("track"), how === 3 ? "direct play" : "audio transcode"];
    const wish = { item, user, player, how: method, location: where, state: "playing" } as const;
    this.#viewings.push(world.play(wish));
  }

  #act(action: Extract<Action, { which: number }>, viewing: Viewer | undefined): void {
    switch (viewing && action.kind) {
      case "next":
        return viewing?.next(this.#watched.world.someItem("episode"), "same key");
      case "seek":
        return viewing?.seek(60_000);
      case "quality":
        // There is nothing to convert in a photo.
        if (action.kind !== "quality" || viewing?.session?.item.type === "photo") return;
        return viewing?.changeQuality(METHODS[action.how] ?? "direct play");
      case "pause":
        return viewing?.pause();
      case "resume":
        return viewing?.resume();
      case "buffer":
        return viewing?.buffer();
      case "stop":
        return viewing?.stop();
      case "fail":
        return viewing?.fail();
    }
  }
}

/** What Plex lists, as a sorted text. */
export function truth({ world }: MonitoredSimulation): string[] {
  return world.sessions().map(({ key, item, state, delivery, location, user }) =>
    [
      key,
      item.ratingKey,
      state,
      DECISIONS[delivery.method],
      location === "lan" ? "lan" : "wan",
      user?.name,
    ].join(" ")
  ).toSorted();
}

/** What the exporter has live, in the same words. */
export function known({ state }: MonitoredSimulation): string[] {
  return [...state.plays.values()].map(({ state, session }) =>
    [
      session.sessionKey,
      session.ratingKey,
      state,
      playDecision(session),
      session.location,
      session.user,
    ].join(" ")
  ).toSorted();
}

/**
 * Random actions on a simulation, and its sessions as text: by Plex's list and by the state of
 * the exporter. It asserts nothing.
 */
import fc from "fast-check";
import type { Location, Method } from "../../src/simulator/stream_output.ts";
import { download } from "../../src/simulator/download.ts";
import type { Item } from "../../src/simulator/item.ts";
import type { Viewer } from "../../src/simulator/viewer.ts";
import { playDecision } from "../../src/core/session.ts";
import type { MonitoredSimulation } from "./in_memory_monitor.ts";
import { DECISIONS, METHODS } from "./methods.ts";

/** An action of a numbered viewer, or a change of the server. */
export type Action =
  | { readonly kind: "play"; readonly who: number; readonly how: number; readonly wan: boolean }
  | {
    readonly kind: "pause" | "resume" | "buffer" | "stop" | "fail" | "next" | "seek";
    readonly which: number;
  }
  | { readonly kind: "quality"; readonly which: number; readonly how: number }
  | { readonly kind: "rename" | "scan" | "restart" }
  | {
    readonly kind: "other" | "job" | "download" | "add" | "remove" | "reachability" | "upgrade";
    readonly who: number;
    readonly how: number;
    readonly where: Location;
  };

const who = fc.nat(5);
const how = fc.nat(METHODS.length - 1);
const which = fc.nat(20);

/** Actions of viewers, and a few changes of the server. */
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

const SERVER_ACTIONS = ["job", "download", "add", "remove", "reachability", "upgrade"] as const;

/** Viewer actions on all media types and locations, and changes of the server. */
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

/** Runs actions. An action on a viewer or item that is gone does nothing. */
export class ActionRunner {
  readonly #watched: Pick<MonitoredSimulation, "simulation">;
  #viewers: Viewer[] = [];

  constructor(watched: Pick<MonitoredSimulation, "simulation">) {
    this.#watched = watched;
  }

  /** Runs one action. */
  do(action: Action): void {
    const { simulation } = this.#watched;
    this.#viewers = this.#viewers.filter(({ isActive }) => isActive);
    switch (action.kind) {
      case "play": {
        const user = simulation.users[action.who];
        const player = simulation.players[this.#viewers.length % simulation.players.length];
        if (!user || !player || this.#viewers.length >= 8) return;
        const item = simulation.randomItem(action.how % 2 === 0 ? "movie" : "episode");
        const method = METHODS[action.how] ?? "direct play";
        const location = action.wan ? "wan" : "lan";
        this.#viewers.push(
          simulation.play({ item, user, player, method, location, state: "playing" }),
        );
        return;
      }
      case "rename":
        return simulation.server.rename(`server ${simulation.now() % 7}`);
      case "scan":
        return simulation.scan("1");
      case "restart":
        return simulation.restart(RESTART);
      case "other":
        return this.#playOther(action);
      case "job":
        return simulation.activities.run({
          type: JOBS[action.how % JOBS.length] ?? "butler",
          title: "Housekeeping",
        });
      case "download": {
        const user = simulation.users[action.who];
        const item = simulation.randomItem("movie");
        if (user) download(simulation, { item, user, takesMs: 10_000 * (action.how + 1) });
        return;
      }
      case "add":
      case "remove": {
        const library = simulation.libraries.all[action.how % simulation.libraries.all.length];
        if (library === undefined || library.refreshing) return;
        // Details of an item that is removed while it plays cannot be looked up.
        const played = new Set(simulation.sessions().map(({ item }) => item.ratingKey));
        const last = library.items.findLast(({ ratingKey }) => !played.has(ratingKey))?.ratingKey;
        const added = action.kind === "add" ? simulation.generator.addition(library) : [];
        const removed = action.kind === "remove" && last !== undefined ? [last] : [];
        return simulation.scan(library.id, { added, removed });
      }
      case "reachability":
        return simulation.server.setReachable(action.how % 2 === 0);
      case "upgrade":
        return simulation.upgrade(`1.44.${action.how}.11000-ffffffff`, RESTART);
      default:
        this.#act(action, this.#viewers[action.which % Math.max(1, this.#viewers.length)]);
    }
  }

  /** Plays an item that is neither a film nor an episode. */
  #playOther({ how, where, who }: Extract<Action, { where: Location }>): void {
    const { simulation } = this.#watched;
    const user = simulation.users[who];
    const player = simulation.players[this.#viewers.length % simulation.players.length];
    if (!user || !player || this.#viewers.length >= 8) return;
    const broadcast = () =>
      simulation.generator.nonLibrary.broadcast(
        CHANNEL,
        "News",
        `/livetv/sessions/${how}a1b2c3d4e5f`,
      );
    const [item, method]: readonly [Item, Method] = how % 4 === 0
      ? [broadcast(), "direct stream"]
      : how % 4 === 1
      ? [broadcast(), "software transcode"]
      : how % 4 === 2
      ? [simulation.randomItem("photo"), "direct play"]
      : [simulation.randomItem("track"), how === 3 ? "direct play" : "audio transcode"];
    const options = { item, user, player, method, location: where, state: "playing" } as const;
    this.#viewers.push(simulation.play(options));
  }

  #act(action: Extract<Action, { which: number }>, viewer: Viewer | undefined): void {
    switch (viewer && action.kind) {
      case "next":
        // Live television is identified by its session key, under which no episode follows.
        if (viewer?.session?.item.live !== undefined) return;
        return viewer?.next(this.#watched.simulation.randomItem("episode"), "same key");
      case "seek":
        return viewer?.seek(60_000);
      case "quality":
        // A photo is never transcoded.
        if (action.kind !== "quality" || viewer?.session?.item.type === "photo") return;
        return viewer?.changeQuality(METHODS[action.how] ?? "direct play");
      case "pause":
        return viewer?.pause();
      case "resume":
        return viewer?.resume();
      case "buffer":
        return viewer?.buffer();
      case "stop":
        return viewer?.stop();
      case "fail":
        return viewer?.fail();
    }
  }
}

/** The sessions that Plex lists, as sorted lines. */
export function plexSessions({ simulation }: MonitoredSimulation): string[] {
  return simulation.sessions().map(({ key, item, state, stream, location, user }) =>
    [
      key,
      item.ratingKey,
      state,
      DECISIONS[stream.method],
      location === "lan" ? "lan" : "wan",
      user?.name,
    ].join(" ")
  ).toSorted();
}

/** The plays in the state of the exporter, in the same format. */
export function statePlays({ state }: MonitoredSimulation): string[] {
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

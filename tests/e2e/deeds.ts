/**
 * What may happen in a simulated world, as random deeds, and what is live in it: by Plex's own list
 * and by what the exporter knows, in the same words. It compares nothing.
 */
import fc from "fast-check";
import type { Method } from "../../src/demo/delivery.ts";
import type { Viewing } from "../../src/demo/viewing.ts";
import { playDecision } from "../../src/core/vocabulary.ts";
import type { WatchedWorld } from "./memory.ts";

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
export type Deed =
  | { readonly kind: "play"; readonly who: number; readonly how: number; readonly wan: boolean }
  | {
    readonly kind: "pause" | "resume" | "buffer" | "stop" | "fail" | "next" | "seek";
    readonly which: number;
  }
  | { readonly kind: "quality"; readonly which: number; readonly how: number }
  | { readonly kind: "rename" | "scan" | "restart" };

const who = fc.nat(5);
const how = fc.nat(METHODS.length - 1);
const which = fc.nat(20);

export const deed: fc.Arbitrary<Deed> = fc.oneof(
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
) as fc.Arbitrary<Deed>;

/** Carries out deeds; what they speak of may be gone, and then nothing happens. */
export class Actor {
  readonly #watched: WatchedWorld;
  #viewings: Viewing[] = [];

  constructor(watched: WatchedWorld) {
    this.#watched = watched;
  }

  do(deed: Deed): void {
    const { world } = this.#watched;
    this.#viewings = this.#viewings.filter(({ isPresent }) => isPresent);
    switch (deed.kind) {
      case "play": {
        const user = world.users[deed.who];
        const player = world.players[this.#viewings.length % world.players.length];
        if (!user || !player || this.#viewings.length >= 8) return;
        const item = world.someItem(deed.how % 2 === 0 ? "movie" : "episode");
        const how = METHODS[deed.how] ?? "direct play";
        const location = deed.wan ? "wan" : "lan";
        this.#viewings.push(world.play({ item, user, player, how, location, state: "playing" }));
        return;
      }
      case "rename":
        return world.rename(`server ${world.now() % 7}`);
      case "scan":
        return world.scan("1");
      case "restart":
        return world.restart({ goneMs: 3_000, startingMs: 3_000 });
      default:
        this.#act(deed, this.#viewings[deed.which % Math.max(1, this.#viewings.length)]);
    }
  }

  #act(deed: Extract<Deed, { which: number }>, viewing: Viewing | undefined): void {
    switch (viewing && deed.kind) {
      case "next":
        return viewing?.next(this.#watched.world.someItem("episode"), "same key");
      case "seek":
        return viewing?.seek(60_000);
      case "quality":
        if (deed.kind === "quality") viewing?.changeQuality(METHODS[deed.how] ?? "direct play");
        return;
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
export function truth({ world }: WatchedWorld): string[] {
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
export function known({ state }: WatchedWorld): string[] {
  return [...state.plays.values()].map(({ state, session }) =>
    [
      session.sessionKey,
      session.ratingKey,
      state,
      playDecision(session.videoDecision, session.audioDecision),
      session.location,
      session.user,
    ].join(" ")
  ).toSorted();
}

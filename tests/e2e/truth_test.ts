/**
 * Random events in the simulated world, and after each of them what the exporter knows compared with
 * the world's own truth.
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import type { Method } from "../../src/demo/delivery.ts";
import type { Viewing } from "../../src/demo/viewing.ts";
import { seriesOf } from "../../src/core/ledger.ts";
import { playDecision } from "../../src/core/vocabulary.ts";
import { type WatchedWorld, watchWorld } from "./memory.ts";

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
type Deed =
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

const deed: fc.Arbitrary<Deed> = fc.oneof(
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
class Actor {
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
function truth({ world }: WatchedWorld): string[] {
  return world.sessions().map(({ key, item, state, delivery, location, user }) =>
    [key, item.ratingKey, state, DECISIONS[delivery.method], location, user?.name].join(" ")
  ).toSorted();
}

/** What the exporter has live, in the same words. */
function known({ state }: WatchedWorld): string[] {
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

/** Longest until a change is known: the least time between two lists, and what Plex itself takes. */
const SETTLE_S = 2.2;

/** Longest until a restart is over and both the lists and the notifications are back. */
const RECOVER_S = 90;

Deno.test("after each of many random events the live plays are those of Plex's list", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(deed, fc.integer({ min: 0, max: 20 })), { minLength: 60, maxLength: 120 }),
      async (deeds) => {
        const watched = await watchWorld();
        try {
          const actor = new Actor(watched);
          for (const [deed, seconds] of deeds) {
            actor.do(deed);
            await watched.pass(seconds + (deed.kind === "restart" ? RECOVER_S : SETTLE_S));
            assert.deepEqual(known(watched), truth(watched), JSON.stringify(deed));
          }
        } finally {
          await watched.close();
        }
      },
    ),
    { numRuns: 6, endOnFailure: true },
  );
});

Deno.test("the seconds of random plays are those that Plex listed as playing", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(deed, fc.integer({ min: 1, max: 60 })), { minLength: 20, maxLength: 60 }),
      async (deeds) => {
        const watched = await watchWorld();
        const { world, state: _ } = watched;
        let listedMs = 0;
        let last = world.now();
        let playing = 0;
        const note = () => {
          listedMs += playing * (world.now() - last);
          last = world.now();
          playing = world.sessions().filter(({ state }) => state === "playing").length;
        };
        try {
          const actor = new Actor(watched);
          let changes = 0;
          for (const [deed, seconds] of deeds) {
            if (deed.kind === "restart") continue;
            note();
            actor.do(deed);
            note();
            changes += 1;
            // Clients repeat and buffer by themselves: looked at each second.
            for (let second = 0; second < seconds; second++) {
              await watched.pass(1);
              note();
            }
          }
          const credited = seriesOf(watched.state.history.playMs)
            .reduce((sum, { value }) => sum + value, 0);
          // What has not been confirmed yet is not credited yet.
          const pending = [...watched.state.plays.values()]
            .filter(({ state }) => state === "playing")
            .reduce((sum, { confirmedAt }) => sum + world.now() - confirmedAt, 0);
          // A change is known at once by its notification, a new play by the next list.
          assert.ok(
            Math.abs(credited + pending - listedMs) <= changes * 1_100,
            `${credited} + ${pending} of ${listedMs} ms after ${changes} changes`,
          );
        } finally {
          await watched.close();
        }
      },
    ),
    { numRuns: 8, endOnFailure: true },
  );
});

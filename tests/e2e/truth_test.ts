/**
 * Random events in the simulated world, and after each of them what the exporter knows compared with
 * the world's own truth.
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import { seriesOf } from "../../src/core/ledger.ts";
import { Actor, deed, known, truth } from "./deeds.ts";
import { watchWorld } from "./memory.ts";

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

/**
 * Random events in the simulated world, and after each of them what the exporter knows compared with
 * the world's own truth.
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import { seriesOf } from "../../src/core/ledger.ts";
import { catalogue } from "../../src/metrics/catalogue.ts";
import { samplesOf } from "../bench/ordinary.ts";
import { type Series, seriesOf as readSeries } from "../real/exposition.ts";
import { Actor, anyDeed, type Deed, deed, known, truth } from "../e2e/deeds.ts";
import { type WatchedWorld, watchWorld } from "../e2e/memory.ts";
import { Memory, TOLD } from "../e2e/truth.ts";

/** The families that the truth is known of. */
const FAMILIES = catalogue({ compatible: true })
  .filter(({ name }) => Object.values(TOLD).flat().includes(name));

/** Longest until a change is known: the least time between two lists, and what Plex itself takes. */
const SETTLE_S = 2.2;

/** Longest until a restart is over and both the lists and the notifications are back. */
const RECOVER_S = 90;

/** How long after a deed everything that Plex's own pace delays is over. */
function settleS({ kind }: Deed): number {
  return kind === "restart" || kind === "upgrade" ? RECOVER_S : SETTLE_S;
}

const PROCESS = { version: "0", denoVersion: "0", cpuSeconds: 0, residentBytes: 0, startedAt: 0 };

/** What the page would say now. */
function pageOf({ clock, state }: WatchedWorld): Series[] {
  const shown = { servers: [state], at: clock.now(), process: PROCESS };
  return FAMILIES.flatMap((family) =>
    samplesOf(family, shown).map(({ labels, value }) =>
      readSeries({ __name__: family.name, ...labels }, String(value))
    )
  );
}

Deno.test("after each of many random events the metrics say what is true in the world", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(anyDeed, fc.nat(20)), { minLength: 60, maxLength: 120 }),
      async (deeds) => {
        const watched = await watchWorld();
        const memory = new Memory(watched.world);
        try {
          const actor = new Actor(watched);
          await watched.pass(5);
          for (const [deed, seconds] of deeds) {
            actor.do(deed);
            await watched.pass(seconds + settleS(deed));
            memory.judge(pageOf(watched), JSON.stringify(deed));
            assert.deepEqual(known(watched), truth(watched), JSON.stringify(deed));
          }
        } finally {
          memory.close();
          await watched.close();
        }
      },
    ),
    { numRuns: 4, endOnFailure: true },
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

/** Every play that a list shows before it ends is counted (docs/counters.md#plays). */
import assert from "node:assert/strict";
import { countShortPlays } from "../testing/short_plays.ts";

const PLAYS = 60;

for (
  const { what, listLagMs, withSocket, shortestMs } of [
    {
      what: "of more than 1.3 s, with a list up to 0.3 s behind",
      listLagMs: 300,
      withSocket: true,
      shortestMs: 1_300,
    },
    {
      what: "of more than 3 s, with a list up to 2 s behind",
      listLagMs: 2_000,
      withSocket: true,
      shortestMs: 3_000,
    },
    {
      what: "of more than 10.3 s, without notifications",
      listLagMs: 300,
      withSocket: false,
      shortestMs: 10_300,
    },
  ] as const
) {
  Deno.test(`every play ${what}, is counted once`, async () => {
    const lengths = [[shortestMs, shortestMs + 500], [shortestMs, 4 * shortestMs]] as const;
    const counts = await countShortPlays({
      listLagMs,
      withSocket,
      lengths,
      playsPerLength: PLAYS,
      seed: Number(Deno.env.get("SEED") ?? 1),
    });
    for (const { counted } of counts) assert.equal(counted, PLAYS);
  });
}

Deno.test("a play that is over before any list shows it is not counted", async () => {
  const [count] = await countShortPlays({
    listLagMs: 300,
    withSocket: false,
    lengths: [[100, 400]],
    playsPerLength: PLAYS,
  });
  assert.ok(count && count.counted < PLAYS / 2, `${count?.counted} counted`);
});

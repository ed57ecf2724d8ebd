import assert from "node:assert/strict";
import { LIMITS } from "../../../src/core/cardinality.ts";
import { dropEndedWithKey, endPlay } from "../../../src/core/ended_plays.ts";
import { playing, START } from "../../testing/core_builders.ts";

Deno.test("endPlay keeps the last ended plays, and no more than the limit", () => {
  const [state, play] = playing();
  let next = state;
  for (let nth = 0; nth <= LIMITS.sessions; nth += 1) next = endPlay(next, play, START + nth, true);
  assert.equal(next.recentlyEnded.length, LIMITS.sessions);
  assert.equal(next.recentlyEnded.at(-1)?.endedAt, START + LIMITS.sessions);
});

Deno.test("dropEndedWithKey drops ended plays that would have the same series", () => {
  const [state, play] = playing();
  const ended = endPlay(state, play, START, true);
  assert.equal(dropEndedWithKey(ended, play.keys).recentlyEnded.length, 0);
  const [, other] = playing({ user: "eve" });
  assert.equal(dropEndedWithKey(ended, other.keys), ended);
});

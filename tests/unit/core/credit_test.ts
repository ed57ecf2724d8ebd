import assert from "node:assert/strict";
import { creditTime } from "../../../src/core/credit.ts";
import { seriesOf } from "../../../src/core/counter_vec.ts";
import type { Play, ServerState } from "../../../src/core/state.ts";
import { playing, totals } from "../../testing/core_builders.ts";

const bufferingMs = ({ playCounters }: ServerState) =>
  seriesOf(playCounters.bufferingMs).reduce((sum, { value }) => sum + value, 0);

Deno.test("creditTime adds playing time to the counters, the estimate and the play", () => {
  const [state, play] = playing();
  const [credited, now] = creditTime(state, play, { play, creditMs: 5_000 });
  // 8,000 kbit/s for 5 s.
  assert.deepEqual(totals(credited), { plays: 1, playMs: 5_000, bits: 40_000_000 });
  assert.equal(now.playedMs.value, 5_000);
  assert.equal(bufferingMs(credited), 0);
});

Deno.test("creditTime credits the state that the play had before the observation", () => {
  const [state, before] = playing({ state: "buffering" });
  const play: Play = { ...before, state: "playing" };
  const [credited, now] = creditTime(state, before, { play, creditMs: 5_000 });
  assert.deepEqual([bufferingMs(credited), totals(credited).playMs], [5_000, 0]);
  assert.equal(now, play);
});

Deno.test("creditTime changes nothing without confirmed time", () => {
  const [state, play] = playing();
  assert.deepEqual(creditTime(state, play, { play, creditMs: 0 }), [state, play]);
});

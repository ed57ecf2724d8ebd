/** Part of a busy day at high speed, in short: `deno task soak` lives a whole one. */
import assert from "node:assert/strict";
import { assertNoGrowth, runLong, type Usage } from "../testing/long_run.ts";

Deno.test("half a busy hour with restarts and failures leaves timers, sockets and series flat", async () => {
  const holdings = await runLong({
    hours: 0.5,
    everyHours: 1 / 24,
    trialEveryHours: 0.1,
    scrapeEveryS: 50,
  });
  assert.equal(holdings.length, 12);
  assertNoGrowth(holdings.map((holding) => ({ ...holding, heapBytes: 0 })));
});

Deno.test("assertFlat fails for what grows", () => {
  const flat: Usage = {
    hours: 1,
    heapBytes: 20e6,
    timers: 40,
    sockets: 1,
    questions: 0,
    samples: 800,
    pageBytes: 1e5,
    plays: 9,
    stateBytes: 2e5,
  };
  assertNoGrowth(Array(24).fill(flat));
  for (const name of ["heapBytes", "timers", "samples", "plays", "stateBytes"] as const) {
    const growing = Array.from({ length: 24 }, (_, hour) => ({
      ...flat,
      [name]: flat[name] * (1 + hour / 10),
    }));
    assert.throws(() => assertNoGrowth(growing), /grew from/, name);
  }
});

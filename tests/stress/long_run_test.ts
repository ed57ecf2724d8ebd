/** Part of a busy day at high speed. `deno task soak` runs a whole one. */
import assert from "node:assert/strict";
import { assertNoGrowth, runLong, type Usage } from "../testing/long_run.ts";

Deno.test("timers, sockets and series do not grow in half a busy hour with restarts and failures", async () => {
  const usages = await runLong({
    hours: 0.5,
    everyHours: 1 / 24,
    incidentEveryHours: 0.1,
    scrapeEveryS: 50,
  });
  assert.equal(usages.length, 12);
  assertNoGrowth(usages.map((usage) => ({ ...usage, heapBytes: 0 })));
});

Deno.test("assertNoGrowth() fails if anything grows", () => {
  const flat: Usage = {
    hours: 1,
    heapBytes: 20e6,
    timers: 40,
    sockets: 1,
    openRequests: 0,
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

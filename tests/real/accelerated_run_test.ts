/** Two busy hours of the program as a process, at high speed. `deno task soak` runs a whole day. */
import assert from "node:assert/strict";
import { assertStable, runAccelerated, type Sample } from "../testing/accelerated_run.ts";

Deno.test("over two busy hours at high speed, files, threads, series and CPU time do not grow, and memory stays below 256 MB", async () => {
  const samples = await runAccelerated({
    simulatedHours: 2,
    speed: 240,
    everySimulatedHours: 1 / 8,
  });
  assert.ok(samples.length >= 12);
  // Half a minute is too short to tell a heap that grows from one that has not been collected yet.
  assertStable(samples.map((sample) => ({ ...sample, residentBytes: 0 })));
  for (const { residentBytes } of samples) {
    assert.ok(residentBytes < 256e6, `${residentBytes} bytes`);
  }
});

Deno.test("assertStable() fails if anything grows", () => {
  const steady: Sample = {
    simulatedHours: 1,
    residentBytes: 120e6,
    openFiles: 40,
    threads: 12,
    series: 1_500,
    cpuSeconds: 5,
    plays: 9,
    slowestScrapeMs: 20,
  };
  assertStable(Array(24).fill(steady));
  for (const name of ["residentBytes", "openFiles", "threads", "series", "cpuSeconds"] as const) {
    const growing = Array.from({ length: 24 }, (_, hour) => ({
      ...steady,
      [name]: steady[name] * (1 + hour / 10),
    }));
    assert.throws(() => assertStable(growing), new RegExp(`${name} grew from`));
  }
});

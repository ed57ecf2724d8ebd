/**
 * The program is killed at random moments. `RUNS` sets how often; `task test:kills` sets 300.
 * `tests/stress/kills_test.ts` does the same in simulated time.
 */
import { runKilled } from "../testing/killed_run.ts";

const KILLS = 5;

Deno.test("with a state file, counters survive kills of the process: none falls, nothing counts twice", async () => {
  await runKilled(Number(Deno.env.get("RUNS") ?? KILLS), Date.now());
});

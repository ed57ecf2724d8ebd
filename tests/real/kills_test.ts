/**
 * The program is killed at random moments, in real time. `RUNS` sets the number of kills;
 * `deno task test:kills` sets 300. `tests/stress/kills_test.ts` kills in simulated time.
 */
import { runKilled } from "../testing/killed_run.ts";

const KILLS = 5;

Deno.test("with a state file, counters survive kills of the process: none falls, and nothing counts twice", async () => {
  await runKilled(Number(Deno.env.get("RUNS") ?? KILLS), Date.now());
});

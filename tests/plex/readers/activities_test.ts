import assert from "node:assert/strict";
import { UNTIL_WOKEN } from "../../../src/plex/loop.ts";
import { createActivitiesReader } from "../../../src/plex/readers/activities.ts";
import { listed, START } from "../../core/build.ts";
import { openBench } from "./context.ts";

const scan = new Map([["a", "library_scan" as const]]);

Deno.test("the activities reader does nothing until Plex is up", async () => {
  const bench = openBench();
  assert.equal(await createActivitiesReader(bench.context)(), UNTIL_WOKEN);
  assert.deepEqual(bench.asked, []);
});

Deno.test("the activities reader reads every minute", async () => {
  const bench = openBench({ activities: () => scan });
  bench.dispatch(listed(START));
  assert.equal(await createActivitiesReader(bench.context)(), 60_000);
  assert.deepEqual(bench.state.activities, scan);
});

Deno.test("the activities reader asks rarely for what Plex does not have", async () => {
  for (const failure of ["not_found", "unauthorized"] as const) {
    const bench = openBench({ activities: () => ({ failure }) });
    bench.dispatch(listed(START));
    assert.equal(await createActivitiesReader(bench.context)(), 600_000);
    assert.equal(bench.state.readings.activities.missing, true);
  }
});

Deno.test("the activities reader keeps what it knew through a failure that may pass", async () => {
  const bench = openBench({ activities: () => scan });
  bench.dispatch(listed(START));
  const read = createActivitiesReader(bench.context);
  await read();
  bench.answer({ activities: () => ({ failure: "timeout" }) });
  assert.equal(await read(), 60_000);
  assert.deepEqual(bench.state.activities, scan);
  assert.equal(bench.state.readings.activities.missing, false);
});

/** A scan of a library. */
import assert from "node:assert/strict";
import { simulationTest as test } from "../../testing/simulation_test_case.ts";
import { inShort } from "../../testing/simulator_builders.ts";

test("scan adds and removes, with activity, timeline and status", async ({ simulation, clock, notifications }) => {
  const library = simulation.libraries.get("1");
  const before = simulation.libraries.totals()[0];
  const changedAt = library.contentChangedAt;
  const [gone] = library.items;
  assert.ok(before && gone?.ratingKey);
  simulation.scan("1", {
    added: simulation.generator.addition(library),
    removed: [gone.ratingKey],
  });
  assert.deepEqual([library.refreshing, simulation.activities.running.length], [true, 1]);
  await clock.advance(3000);
  assert.deepEqual([library.refreshing, simulation.activities.running.length], [false, 0]);
  assert.ok(library.contentChangedAt > changedAt);
  assert.notEqual(simulation.libraries.totals()[0]?.storageBytes, before.storageBytes);
  assert.equal(simulation.libraries.findItem(gone.ratingKey), undefined);
  assert.equal(inShort(notifications)[0], "progress");
  assert.deepEqual(inShort(notifications).slice(-2), ["status", "activity ended"]);
  const states = notifications.flatMap((notification) =>
    notification.kind === "timeline" ? notification.state : []
  );
  assert.deepEqual(states, [0, 2, 3, 4, 9, 5]);
});

test("a scan that finds nothing changes no content", async ({ simulation, clock, notifications }) => {
  const library = simulation.libraries.get("1");
  const { items, contentChangedAt, updatedAtS } = library;
  simulation.scan("1", { takesMs: 2_000 });
  await clock.advance(2_000);
  assert.deepEqual(library.items, items);
  assert.deepEqual([library.contentChangedAt, library.updatedAtS], [contentChangedAt, updatedAtS]);
  assert.equal(library.scannedAtS, simulation.plexNowS());
  assert.ok(!inShort(notifications).includes("timeline"));
  assert.ok(inShort(notifications).includes("status"));
});

test("what is found is in the library from the end of the scan on", async ({ simulation, clock }) => {
  const library = simulation.libraries.get("2");
  const added = simulation.generator.addition(library);
  simulation.scan("2", { added, takesMs: 2_000 });
  const [{ ratingKey = "" } = {}] = added;
  await clock.advance(1_999);
  assert.equal(simulation.libraries.findItem(ratingKey), undefined);
  await clock.advance(1);
  assert.equal(simulation.libraries.findItem(ratingKey)?.addedAtS, simulation.plexNowS());
});

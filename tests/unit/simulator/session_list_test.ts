/** The list of sessions, which is behind the frames. */
import assert from "node:assert/strict";
import { SessionList } from "../../../src/simulator/session_list.ts";
import { newTestSession } from "../../testing/simulator_builders.ts";

const states = (list: SessionList, nowMs: number) => list.at(nowMs).map(({ state }) => state);

Deno.test("a change is visible from its own time on", () => {
  const list = new SessionList();
  list.show(newTestSession({ state: "buffering" }), 300);
  list.show(newTestSession({ state: "playing" }), 900);
  list.drop("7", 2_000);
  assert.deepEqual([299, 300, 899, 900, 1_999, 2_000].map((nowMs) => states(list, nowMs)), [
    [],
    ["buffering"],
    ["buffering"],
    ["playing"],
    ["playing"],
    [],
  ]);
});

Deno.test("a later change is never visible before an earlier one", () => {
  const list = new SessionList();
  list.show(newTestSession({ state: "playing" }), 900);
  list.show(newTestSession({ state: "paused" }), 400);
  assert.deepEqual([899, 900].map((nowMs) => states(list, nowMs)), [[], ["paused"]]);
});

Deno.test("sessions are listed side by side, and a key can be listed again after it was dropped", () => {
  const list = new SessionList();
  list.show(newTestSession(), 0);
  list.show(newTestSession({ key: "8" }), 0);
  list.drop("7", 10);
  assert.deepEqual(list.at(10).map(({ key }) => key), ["8"]);
  list.show(newTestSession(), 20);
  assert.deepEqual(list.at(20).map(({ key }) => key).toSorted(), ["7", "8"]);
  list.clear();
  assert.deepEqual(list.at(20), []);
});

import assert from "node:assert/strict";
import { initialState, type ServerState } from "../../../src/core/state.ts";
import { createStore } from "../../../src/core/store.ts";
import { listed, notified, session, START } from "../../testing/core_builders.ts";

Deno.test("createStore holds the state after each event", () => {
  const initial = initialState("plex.example:32400", "UTC");
  const store = createStore(initial);
  assert.equal(store.state, initial);
  store.dispatch(listed(START, session()));
  assert.equal(store.state.plays.size, 1);
  assert.equal(initial.plays.size, 0);
});

Deno.test("createStore calls observe with both states, and only if an event changed the state", () => {
  const observed: [ServerState, ServerState][] = [];
  const initial = initialState("plex.example:32400", "UTC");
  const store = createStore(initial, (before, after) => {
    assert.equal(store.state, after);
    observed.push([before, after]);
  });
  store.dispatch({ type: "transcode_notified", at: START, key: "abc", throttled: false });
  assert.equal(observed.length, 0, "an unknown transcode changes nothing");
  store.dispatch(listed(START));
  assert.deepEqual(observed, [[initial, store.state]]);
});

Deno.test("createStore applies an event that an observer dispatches", () => {
  const store = createStore(initialState("plex.example:32400", "UTC"), (before, after) => {
    if (before.plays.size < after.plays.size) store.dispatch(notified(START + 1_000, "stopped"));
  });
  store.dispatch(listed(START, session()));
  assert.equal(store.state.plays.size, 0);
  assert.equal(store.state.recentlyEnded.length, 1);
});

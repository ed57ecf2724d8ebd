import assert from "node:assert/strict";
import { initialState } from "../../../src/core/state.ts";
import { createStore } from "../../../src/core/store.ts";
import type { ServerState } from "../../../src/core/state.ts";
import { listed, notified, session, START } from "../../testing/core_builders.ts";

Deno.test("createStore holds the state after each event", () => {
  const initial = initialState("plex.example:32400", "UTC");
  const store = createStore(initial);
  assert.equal(store.state, initial);
  store.dispatch(listed(START, session()));
  assert.equal(store.state.plays.size, 1);
  assert.equal(initial.plays.size, 0);
});

Deno.test("createStore reports what changed the state, with both states, and nothing else", () => {
  const seen: [ServerState, ServerState][] = [];
  const initial = initialState("plex.example:32400", "UTC");
  const store = createStore(initial, (before, after) => {
    assert.equal(store.state, after);
    seen.push([before, after]);
  });
  store.dispatch({ type: "transcode_notified", at: START, key: "abc", throttled: false });
  assert.equal(seen.length, 0, "of a transcode that is not known nothing is learnt");
  store.dispatch(listed(START));
  assert.deepEqual(seen, [[initial, store.state]]);
});

Deno.test("createStore takes an event that an observer dispatches", () => {
  const store = createStore(initialState("plex.example:32400", "UTC"), (before, after) => {
    if (before.plays.size < after.plays.size) store.dispatch(notified(START + 1_000, "stopped"));
  });
  store.dispatch(listed(START, session()));
  assert.equal(store.state.plays.size, 0);
  assert.equal(store.state.recentlyEnded.length, 1);
});

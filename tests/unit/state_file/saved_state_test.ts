import assert from "node:assert/strict";
import type { ServerEvent } from "../../../src/core/event.ts";
import { reduce } from "../../../src/core/reduce.ts";
import { initialState, type ServerState } from "../../../src/core/state.ts";
import { isCreditUnchanged, NO_STATE, withServers } from "../../../src/state_file/saved_state.ts";
import { after, listed, SERVER, session, START } from "../../testing/core_builders.ts";

function described(id: string, at = START): ServerEvent {
  return { type: "server_described", at, server: { ...SERVER, id } };
}

/** A server at an address, after some events. */
function serverAt(address: string, ...events: readonly ServerEvent[]): ServerState {
  return events.reduce(reduce, initialState(address, "UTC"));
}

Deno.test("withServers keeps servers by their identifiers, and which one is at an address", () => {
  const first = withServers(NO_STATE, [serverAt("a", described("one")), serverAt("b")]);
  assert.deepEqual(first.addresses, { a: "one" });
  const second = withServers(first, [serverAt("a", described("two"))]);
  assert.deepEqual(second.addresses, { a: "two" });
  assert.deepEqual(Object.keys(second.servers), ["one", "two"], "the first may come back");
});

Deno.test("withServers saves of two addresses of one server the one that is exported", () => {
  const exported = serverAt("b", described("one", START), listed(START, session()));
  const other = serverAt("a", described("one", START + 1));
  const { addresses, servers } = withServers(NO_STATE, [other, exported]);
  assert.deepEqual(addresses, { a: "one", b: "one" });
  assert.equal(servers.one?.plays.length, 1);
});

Deno.test("withServers keeps 20 servers, those that were watched last", () => {
  let state = NO_STATE;
  for (let index = 0; index < 30; index++) {
    state = withServers(state, [
      serverAt("a", described(`id ${index}`)),
      serverAt("b", described("stays")),
    ]);
  }
  assert.equal(Object.keys(state.servers).length, 20);
  assert.ok("stays" in state.servers && "id 29" in state.servers);
  assert.deepEqual(state.addresses, { a: "id 29", b: "stays" });
});

Deno.test("isCreditUnchanged tells a request from playing time", () => {
  const before = after(described("one"), listed(START, session()));
  const requested = reduce(before, { type: "scrape_begun", at: START });
  assert.equal(isCreditUnchanged([before], [requested]), true);
  const played = reduce(before, listed(START + 10_000, session()));
  assert.equal(isCreditUnchanged([before], [played]), false);
  assert.equal(isCreditUnchanged([], [before]), false);
});

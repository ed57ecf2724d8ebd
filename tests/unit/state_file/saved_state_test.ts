import assert from "node:assert/strict";
import type { ServerEvent } from "../../../src/core/event.ts";
import { reduce } from "../../../src/core/reduce.ts";
import { initialState, type ServerState } from "../../../src/core/state.ts";
import {
  isCreditUnchanged,
  NO_STATE,
  savedByAddress,
  savedById,
  type SavedState,
  withServers,
} from "../../../src/state_file/saved_state.ts";
import { after, listed, SERVER, session, START } from "../../testing/core_builders.ts";

function described(id: string, at = START): ServerEvent {
  return { type: "server_described", at, server: { ...SERVER, id } };
}

/** A server at an address, after some events. */
function serverAt(address: string, ...events: readonly ServerEvent[]): ServerState {
  return events.reduce(reduce, initialState(address, "UTC"));
}

const ids = ({ servers }: SavedState) => servers.map(({ server }) => server.id);

Deno.test("withServers keeps servers by their identifiers, and where each was", () => {
  const first = withServers(NO_STATE, [serverAt("a", described("one")), serverAt("b")]);
  assert.deepEqual(ids(first), ["one"]);
  assert.equal(savedByAddress(first, "a")?.server.id, "one");
  assert.equal(savedByAddress(first, "b"), undefined);
  const second = withServers(first, [serverAt("a", described("two"))]);
  assert.equal(savedByAddress(second, "a")?.server.id, "two", "the last one there");
  assert.equal(savedById(second, "one")?.address, "a", "it may come back");
  assert.equal(savedById(second, "constructor"), undefined);
});

Deno.test("withServers saves of two addresses of one server the one that is exported", () => {
  const exported = serverAt("b", described("one", START), listed(START, session()));
  const other = serverAt("a", described("one", START + 1));
  const state = withServers(NO_STATE, [other, exported]);
  assert.equal(savedById(state, "one")?.plays.length, 1);
  assert.equal(savedByAddress(state, "b")?.server.id, "one");
  assert.equal(savedByAddress(state, "a"), undefined, "it does not pass for known before it is up");
});

Deno.test("withServers keeps 20 servers, those that were watched last", () => {
  let state = NO_STATE;
  for (let index = 0; index < 30; index++) {
    state = withServers(state, [
      serverAt("a", described(`id ${index}`)),
      serverAt("b", described("stays")),
    ]);
  }
  assert.equal(ids(state).length, 20);
  assert.deepEqual(ids(state).slice(-2), ["id 29", "stays"]);
  const many = Array.from(
    { length: 25 },
    (_, index) => serverAt(`${index}`, described(`${index}`)),
  );
  assert.equal(ids(withServers(state, many)).length, 25, "all that are watched");
});

Deno.test("isCreditUnchanged is false after playing time, bytes or another server, not after a scrape", () => {
  const before = after(described("one"), listed(START, session()));
  const requested = reduce(before, { type: "scrape_begun", at: START });
  assert.equal(isCreditUnchanged([before], [requested]), true);
  const played = reduce(before, listed(START + 10_000, session()));
  assert.equal(isCreditUnchanged([before], [played]), false);
  const read = (bytes: number): ServerEvent => ({
    type: "bandwidth_read",
    at: START,
    sinceS: 0,
    accounts: new Map(),
    devices: new Map(),
    rows: [{ atS: 1_000, accountId: "1", deviceId: "1", lan: true, bytes }],
  });
  const baseline = reduce(before, read(5));
  assert.equal(isCreditUnchanged([baseline], [reduce(baseline, read(5))]), true);
  assert.equal(isCreditUnchanged([baseline], [reduce(baseline, read(6))]), false);
  assert.equal(isCreditUnchanged([], [before]), false);
  assert.equal(isCreditUnchanged([before], [after(described("two"))]), false);
});

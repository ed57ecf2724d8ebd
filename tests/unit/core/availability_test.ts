import assert from "node:assert/strict";
import fc from "fast-check";
import { isFresh, isUp, STALE_AFTER_MS } from "../../../src/core/availability.ts";
import type { ServerEvent } from "../../../src/core/event.ts";
import type { ServerState } from "../../../src/core/state.ts";
import { reduce } from "../../../src/core/reduce.ts";
import type { Failure } from "../../../src/core/enums.ts";
import { SERVER as FAMILIES } from "../../../src/metrics/server.ts";
import {
  after,
  arbitraryEvents,
  listed,
  SERVER,
  session,
  START,
} from "../../testing/core_builders.ts";

const S = 1000;

function poll(at: number, failure: Failure = "refused"): ServerEvent {
  return { type: "poll_failed", at, failure };
}

const described: ServerEvent = { type: "server_described", at: START, server: SERVER };

Deno.test("isUp is so from the first list on, until two polls in a row have failed", () => {
  assert.equal(isUp(after()), false);
  assert.equal(isUp(after(listed(START))), true);
  assert.equal(isUp(after(listed(START), poll(START + S))), true);
  assert.equal(isUp(after(listed(START), poll(START + S), poll(START + 2 * S))), false);
  const between = [listed(START), poll(START + S), listed(START + 2 * S), poll(START + 3 * S)];
  assert.equal(isUp(after(...between)), true);
});

Deno.test("a first poll that fails makes Plex down, not unknown", () => {
  const { availability } = after(poll(START, "timeout"));
  assert.equal(availability.status, "down");
  assert.equal(availability.failure, "timeout");
});

Deno.test("contact.since is when the status came about, whatever is confirmed later", () => {
  const up = after(listed(START), listed(START + 9 * S));
  assert.equal(up.availability.since, START);
  const down = after(listed(START), poll(START + S), poll(START + 2 * S), poll(START + 9 * S));
  assert.equal(down.availability.since, START + 2 * S);
  assert.equal(reduce(down, listed(START + 20 * S)).availability.since, START + 20 * S);
});

Deno.test("one failed poll changes nothing that is shown of Plex, its token included", () => {
  const shown = (state: ServerState) => ({
    gauges: FAMILIES.map((family) => family.samples(state, START + 20 * S)),
    token: state.availability.tokenValid,
    plays: state.plays,
  });
  const well = after(described, listed(START, session()));
  for (const failure of ["refused", "unauthorized", "unavailable"] as const) {
    assert.deepEqual(shown(reduce(well, poll(START + 20 * S, failure))), shown(well), failure);
  }
});

Deno.test("contact.tokenValid is false once Plex is down for the token, and true again after", () => {
  const down = after(
    listed(START),
    poll(START + S, "unauthorized"),
    poll(START + 2 * S, "unauthorized"),
  );
  assert.equal(down.availability.tokenValid, false);
  // Away and back, it says nothing about the token meanwhile.
  assert.equal(reduce(down, poll(START + 3 * S, "refused")).availability.tokenValid, false);
  assert.equal(reduce(down, listed(START + 4 * S)).availability.tokenValid, true);
  assert.equal(after(poll(START, "refused")).availability.tokenValid, undefined);
});

Deno.test("a guest's token leaves Plex up, without sessions", () => {
  const guest = after(described, { type: "sessions_denied", at: START });
  assert.equal(isUp(guest), true);
  assert.equal(guest.availability.tokenOwner, false);
  assert.equal(isFresh(guest, "sessions", START), false);
  assert.equal(isFresh(guest, "server", START), true);
});

Deno.test("isFresh lasts for the limit of the source, and starts anew with each reading", () => {
  const state = after(listed(START), described);
  const graceMs = STALE_AFTER_MS.sessions;
  assert.equal(isFresh(state, "sessions", START + graceMs), true);
  assert.equal(isFresh(state, "sessions", START + graceMs + 1), false);
  const again = reduce(state, listed(START + graceMs));
  assert.equal(isFresh(again, "sessions", START + graceMs + 1), true);
  assert.equal(isFresh(state, "server", START + graceMs + 1), true, "its limit is longer");
});

Deno.test("isFresh keeps libraries until Plex is down", () => {
  const state = after(
    listed(START),
    { type: "libraries_listed", at: START, libraries: [], withSizes: false },
  );
  assert.equal(isFresh(state, "libraries", START + 1e9), true);
  const down = after(
    listed(START),
    { type: "libraries_listed", at: START, libraries: [], withSizes: false },
    poll(START + S),
    poll(START + 2 * S),
  );
  assert.equal(isFresh(down, "libraries", START + 2 * S), false);
});

Deno.test("isFresh is false for what Plex says it does not have, until it has it", () => {
  const read = { type: "activities_listed", at: START, activities: new Map() } as const;
  const missing = after(listed(START), read, {
    type: "source_unavailable",
    at: START + S,
    source: "activities",
  });
  assert.equal(isFresh(missing, "activities", START + S), false);
  assert.equal(isFresh(reduce(missing, { ...read, at: START + 2 * S }), "activities", START), true);
});

Deno.test("isFresh is false for every source while Plex is down, whatever happened before", () => {
  fc.assert(fc.property(arbitraryEvents, (events) => {
    const later = START + 1_000 * S;
    const down = after(...events, poll(later), poll(later + S));
    for (const source of Object.keys(down.sources) as (keyof typeof down.sources)[]) {
      assert.equal(isFresh(down, source, later + S), false);
    }
  }));
});

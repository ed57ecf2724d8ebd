import assert from "node:assert/strict";
import fc from "fast-check";
import { isFresh, isUp, STALE_AFTER_MS } from "../../../src/core/availability.ts";
import type { ServerEvent } from "../../../src/core/event.ts";
import type { ServerState } from "../../../src/core/state.ts";
import { reduce } from "../../../src/core/reduce.ts";
import type { Failure } from "../../../src/core/enums.ts";
import { SERVER as FAMILIES } from "../../../src/metrics/server.ts";
import { after, listed, SERVER, session, START } from "../../testing/core_builders.ts";
import { arbitraryEvents } from "../../testing/arbitrary_events.ts";

const S = 1000;

function poll(at: number, failure: Failure = "refused"): ServerEvent {
  return { type: "poll_failed", at, failure };
}

const described: ServerEvent = { type: "server_described", at: START, server: SERVER };

Deno.test("isUp is true from the first session list on, until two polls in a row fail", () => {
  assert.equal(isUp(after()), false);
  assert.equal(isUp(after(listed(START))), true);
  assert.equal(isUp(after(listed(START), poll(START + S))), true);
  assert.equal(isUp(after(listed(START), poll(START + S), poll(START + 2 * S))), false);
  const between = [listed(START), poll(START + S), listed(START + 2 * S), poll(START + 3 * S)];
  assert.equal(isUp(after(...between)), true);
});

Deno.test("pollFailed makes Plex down at once if no poll has succeeded yet", () => {
  const { availability } = after(poll(START, "timeout"));
  assert.equal(availability.status, "down");
  assert.equal(availability.failure, "timeout");
});

Deno.test("Availability.since is the time of the last change of the status", () => {
  const up = after(listed(START), listed(START + 9 * S));
  assert.equal(up.availability.since, START);
  const down = after(listed(START), poll(START + S), poll(START + 2 * S), poll(START + 9 * S));
  assert.equal(down.availability.since, START + 2 * S);
  assert.equal(reduce(down, listed(START + 20 * S)).availability.since, START + 20 * S);
});

Deno.test("pollFailed changes nothing that is exposed at the first failure, not even the token", () => {
  const exposed = (state: ServerState) => ({
    gauges: FAMILIES.map((family) => family.samples(state, START + 20 * S)),
    token: state.availability.tokenValid,
    plays: state.plays,
  });
  const up = after(described, listed(START, session()));
  for (const failure of ["refused", "unauthorized", "unavailable"] as const) {
    assert.deepEqual(exposed(reduce(up, poll(START + 20 * S, failure))), exposed(up), failure);
  }
});

Deno.test("Availability.tokenValid is false while Plex is down because of the token", () => {
  const down = after(
    listed(START),
    poll(START + S, "unauthorized"),
    poll(START + 2 * S, "unauthorized"),
  );
  assert.equal(down.availability.tokenValid, false);
  // A refused connection says nothing about the token.
  assert.equal(reduce(down, poll(START + 3 * S, "refused")).availability.tokenValid, false);
  assert.equal(reduce(down, listed(START + 4 * S)).availability.tokenValid, true);
  assert.equal(after(poll(START, "refused")).availability.tokenValid, undefined);
});

Deno.test("pollSucceeded keeps Plex up for a token that is not the owner's, without sessions", () => {
  const guest = after(described, { type: "sessions_denied", at: START });
  assert.equal(isUp(guest), true);
  assert.equal(guest.availability.tokenOwner, false);
  assert.equal(isFresh(guest, "sessions", START), false);
  assert.equal(isFresh(guest, "server", START), true);
});

Deno.test("isFresh is true until the source's limit after each reading", () => {
  const state = after(listed(START), described);
  const staleAfterMs = STALE_AFTER_MS.sessions;
  assert.equal(isFresh(state, "sessions", START + staleAfterMs), true);
  assert.equal(isFresh(state, "sessions", START + staleAfterMs + 1), false);
  const again = reduce(state, listed(START + staleAfterMs));
  assert.equal(isFresh(again, "sessions", START + staleAfterMs + 1), true);
  assert.equal(isFresh(state, "server", START + staleAfterMs + 1), true, "its limit is longer");
});

Deno.test("isFresh is true for libraries until Plex is down", () => {
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

Deno.test("isFresh is false for a source that Plex does not offer, until it is read again", () => {
  const read = { type: "activities_listed", at: START, activities: new Map() } as const;
  const missing = after(listed(START), read, {
    type: "source_unavailable",
    at: START + S,
    source: "activities",
  });
  assert.equal(isFresh(missing, "activities", START + S), false);
  assert.equal(isFresh(reduce(missing, { ...read, at: START + 2 * S }), "activities", START), true);
});

Deno.test("isFresh is false for every source while Plex is down, whatever events came before", () => {
  fc.assert(fc.property(arbitraryEvents, (events) => {
    const later = START + 1_000 * S;
    const down = after(...events, poll(later), poll(later + S));
    for (const source of Object.keys(down.sources) as (keyof typeof down.sources)[]) {
      assert.equal(isFresh(down, source, later + S), false);
    }
  }));
});

import assert from "node:assert/strict";
import fc from "fast-check";
import { LIST_LAG_MS, STOP_GRACE_MS } from "../../../src/core/notifications.ts";
import type { ServerEvent } from "../../../src/core/event.ts";
import { LIMITS } from "../../../src/core/cardinality.ts";
import { seriesOf } from "../../../src/core/counter_vec.ts";
import type { ServerState } from "../../../src/core/state.ts";
import { reduce } from "../../../src/core/reduce.ts";
import { after, listed, notified, session, START, totals } from "../../testing/core_builders.ts";

const S = 1000;

function bufferingMs({ playCounters }: ServerState): number {
  return seriesOf(playCounters.bufferingMs).reduce((sum, { value }) => sum + value, 0);
}

const failed = (at: number): ServerEvent => ({ type: "poll_failed", at, failure: "other" });

Deno.test("a notification just before the first list wins over a list that lags behind it", () => {
  const state = after(
    listed(START),
    notified(START + 0.5 * S, "buffering"),
    notified(START + 0.9 * S, "playing"),
    listed(START + 1 * S, session({ state: "buffering" })),
    notified(START + 11 * S, "playing"),
    notified(START + 21 * S, "stopped"),
  );
  // Time counts from the notification on.
  assert.deepEqual(totals(state), { plays: 1, playMs: 20.1 * S, bits: 20.1 * S * 8_000 });
  assert.equal(bufferingMs(state), 0);
});

Deno.test("a list that shows a play playing does not lag behind the buffering that it began with", () => {
  const state = after(
    listed(START),
    notified(START + 0.5 * S, "buffering"),
    listed(START + 1 * S, session()),
    notified(START + 11 * S, "playing"),
  );
  assert.equal(totals(state).playMs, 10 * S);
});

Deno.test("a play that buffers again before the first list is buffering", () => {
  const state = after(
    listed(START),
    notified(START, "buffering"),
    notified(START + 0.5 * S, "playing"),
    notified(START + 0.9 * S, "buffering"),
    listed(START + 1 * S, session()),
    notified(START + 10.9 * S, "playing"),
  );
  assert.deepEqual([totals(state).playMs, bufferingMs(state)], [0, 10 * S]);
});

Deno.test("a notification older than a list can lag does not override the list", () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 20 * S }), (ms) => {
    const state = after(
      listed(START),
      notified(START, "paused"),
      listed(START + ms, session({ state: "playing" })),
    );
    const [play] = state.plays.values();
    assert.equal(play?.state, ms < LIST_LAG_MS ? "paused" : "playing");
  }));
});

Deno.test("a list requested before a notification does not override it for a new play", () => {
  const state = after(
    listed(START),
    notified(START + 1.4 * S, "playing"),
    listed(START + 1 * S, session({ state: "buffering" })),
    notified(START + 11.4 * S, "paused"),
  );
  assert.equal(totals(state).playMs, 10 * S);
});

Deno.test("the next item under the same session key begins in its notified state", () => {
  const state = after(
    listed(START, session({ ratingKey: "100" })),
    notified(START + 9.8 * S, "playing", "1", "101"),
    listed(START + 10 * S, session({ ratingKey: "101", state: "buffering" })),
    listed(START + 20 * S, session({ ratingKey: "101" })),
  );
  assert.deepEqual(totals(state), { plays: 2, playMs: 20 * S, bits: 20 * S * 8_000 });
});

Deno.test("an item that its player has left gets no more time", () => {
  const state = after(
    listed(START, session({ ratingKey: "100" })),
    notified(START + 9 * S, "paused", "1", "101"),
    listed(START + 10 * S, session({ ratingKey: "100" })),
    listed(START + 12 * S, session({ ratingKey: "101", state: "paused" })),
  );
  assert.deepEqual(totals(state), { plays: 2, playMs: 9 * S, bits: 9 * S * 8_000 });
  const between = after(
    listed(START, session({ ratingKey: "100" })),
    notified(START + 9 * S, "playing", "1", "101"),
  );
  assert.deepEqual([...between.plays.values()].map(({ state }) => state), ["playing"]);
  const again = [notified(START + 10 * S, "playing"), notified(START + 20 * S, "playing")];
  assert.equal(totals(again.reduce(reduce, between)).playMs, 19 * S, "it is notified again");
  const down = after(
    listed(START, session({ ratingKey: "100" })),
    failed(START + 1 * S),
    failed(START + 2 * S),
    notified(START + 3 * S, "playing", "1", "101"),
    notified(START + 7 * S, "stopped", "1", "101"),
    listed(START + 30 * S),
  );
  assert.equal(totals(down).playMs, 3 * S);
});

Deno.test("a play that is still listed is counted, whatever item notifications name", () => {
  const state = after(
    listed(START, session({ ratingKey: "100" })),
    ...[5, 15, 25].flatMap((s) => [
      notified(START + s * S, "playing", "1", "999"),
      listed(START + (s + 5) * S, session({ ratingKey: "100" })),
    ]),
  );
  assert.equal(totals(state).playMs, 30 * S);
});

Deno.test("a `stopped` after the play was notified again is not a repeated one", () => {
  const state = after(
    listed(START, session()),
    notified(START + 5 * S, "stopped"),
    notified(START + 15 * S, "playing"),
    notified(START + 15.5 * S, "stopped"),
    listed(START + 16 * S, session()),
  );
  assert.equal(state.plays.size, 0);
  assert.equal(totals(state).playMs, 5 * S);
});

Deno.test("a play that stopped before a list showed it counts as a play, with no time", () => {
  const short = [
    listed(START),
    notified(START + 0.2 * S, "playing"),
    notified(START + 0.9 * S, "stopped"),
    listed(START + 1 * S, session()),
  ];
  for (const later of [[listed(START + 9 * S, session())], [listed(START + 2 * S)]]) {
    const state = after(...short, ...later);
    assert.equal(state.plays.size, 0);
    assert.deepEqual(totals(state), { plays: 1, playMs: 0, bits: 0 });
  }
});

Deno.test("a repeated `stopped` does not end the play that begins next (quirk 10)", () => {
  const state = after(
    listed(START, session()),
    notified(START + 5 * S, "stopped"),
    notified(START + 5 * S + 9, "stopped"),
    listed(START + 5 * S + STOP_GRACE_MS, session()),
  );
  assert.equal(state.plays.size, 1, "it is a new play");
  assert.equal(totals(state).plays, 2);
});

Deno.test("notifications of plays that no list shows are limited in number and expire", () => {
  let state = after(listed(START));
  for (let key = 0; key < 2 * LIMITS.sessions; key++) {
    state = reduce(state, notified(START + key, "playing", String(key)));
  }
  assert.equal(state.pendingNotifications.size, LIMITS.sessions);
  assert.equal(reduce(state, listed(START + 60 * S)).pendingNotifications.size, 0);
});

Deno.test("a change while Plex is down is kept, and time up to it is credited with the next list", () => {
  for (const change of ["stopped", "paused"] as const) {
    const down = after(
      listed(START, session()),
      failed(START + 10 * S),
      failed(START + 11 * S),
      notified(START + 12 * S, change),
    );
    assert.equal(totals(down).playMs, 0, "counters do not advance");
    const last = change === "stopped" ? [] : [session({ state: "paused" })];
    const state = reduce(down, listed(START + 40 * S, ...last));
    assert.equal(totals(state).playMs, 12 * S, change);
    assert.equal(state.plays.size, last.length);
  }
});

Deno.test("while Plex is down notifications without a change credit nothing more", () => {
  const reports = Array.from(
    { length: 60 },
    (_, index) => notified(START + (20 + 10 * index) * S, "playing"),
  );
  const outage = [listed(START, session()), failed(START + 10 * S), failed(START + 11 * S)];
  const withoutReports = after(...outage, listed(START + 700 * S, session()));
  const withReports = after(...outage, ...reports, listed(START + 700 * S, session()));
  assert.deepEqual(totals(withReports), totals(withoutReports));
});

Deno.test("in an outage with many changes, time counts up to the first and from the last", () => {
  const stalls = Array.from({ length: 30 }, (_, stall) => [
    notified(START + (20 + 30 * stall) * S, "buffering"),
    notified(START + (21 + 30 * stall) * S, "playing"),
  ]).flat();
  const state = after(
    listed(START, session()),
    failed(START + 10 * S),
    failed(START + 11 * S),
    ...stalls,
  );
  assert.equal(state.deferredNotifications.size, 1, "one entry for each play");
  const next = reduce(state, listed(START + 900 * S, session()));
  assert.equal(totals(next).playMs, (20 + 9) * S);
  assert.equal(next.deferredNotifications.size, 0);
});

Deno.test("while the token is not the owner's, counters do not advance either", () => {
  const state = after(
    listed(START, session()),
    { type: "sessions_denied", at: START + 10 * S },
    notified(START + 20 * S, "playing"),
    notified(START + 30 * S, "playing"),
    notified(START + 32 * S, "stopped"),
  );
  assert.equal(totals(state).playMs, 0);
  assert.equal(totals(reduce(state, listed(START + 600 * S))).playMs, 30 * S);
});

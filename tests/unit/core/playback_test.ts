import assert from "node:assert/strict";
import fc from "fast-check";
import { STOP_GRACE_MS } from "../../../src/core/notifications.ts";
import { MAX_GAP_MS } from "../../../src/core/confirmation.ts";
import { ENDED_VISIBLE_MS } from "../../../src/core/ended_plays.ts";
import { reduce } from "../../../src/core/reduce.ts";
import { after, listed, notified, session, START, totals } from "../../testing/core_builders.ts";

const S = 1000;

Deno.test("a play begins with the first list that shows it, whatever its state, and counts 1", () => {
  for (const state of ["playing", "paused", "buffering"] as const) {
    assert.deepEqual(totals(after(listed(START, session({ state })))), {
      plays: 1,
      playMs: 0,
      bits: 0,
    });
  }
});

Deno.test("a notification alone makes no play, not even `playing` (quirks 1 and 6)", () => {
  for (const state of ["playing", "paused", "buffering", "stopped"] as const) {
    assert.equal(after(listed(START), notified(START + S, state)).plays.size, 0);
  }
});

Deno.test("time is credited between reports if the play was playing at the first", () => {
  const state = after(
    listed(START, session()),
    notified(START + 10 * S, "paused"),
    notified(START + 20 * S, "paused"),
    notified(START + 25 * S, "playing"),
    notified(START + 30 * S, "stopped"),
  );
  assert.deepEqual(totals(state), { plays: 1, playMs: 15 * S, bits: 15 * S * 8_000 });
});

Deno.test("playing and buffering time are credited separately", () => {
  const state = after(
    listed(START, session()),
    notified(START + 1 * S, "buffering"),
    notified(START + 2 * S, "playing"),
    notified(START + 3 * S, "buffering"),
    notified(START + 5 * S, "playing"),
  );
  assert.equal(totals(state).playMs, 2 * S);
  assert.equal(state.playCounters.bufferingMs.chunks.flat()[0]?.value, 3 * S);
});

Deno.test("invariant 4: additional confirmations within a span in which nothing changes change no total", () => {
  const offsets = fc.array(fc.integer({ min: 1, max: 29_999 }), { maxLength: 12 });
  fc.assert(fc.property(offsets, fc.boolean(), (extra, byList) => {
    const between = extra.toSorted((a, b) => a - b).map((ms) =>
      byList ? listed(START + ms, session()) : notified(START + ms, "playing")
    );
    const whole = totals(after(listed(START, session()), listed(START + 30 * S, session())));
    const split = totals(
      after(listed(START, session()), ...between, listed(START + 30 * S, session())),
    );
    assert.deepEqual(split, whole);
  }));
});

Deno.test("invariant 5: a play missing from a list is not playing", () => {
  const state = after(
    listed(START, session()),
    listed(START + 10 * S, session()),
    listed(START + 20 * S),
  );
  assert.equal(state.plays.size, 0);
  const later = reduce(state, notified(START + 25 * S, "playing"));
  assert.equal(totals(later).playMs, 10 * S);
  assert.equal(later.plays.size, 0);
});

Deno.test("invariant 6: at most MAX_GAP_MS is credited between two confirmations", () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 10_000 * S }), (ms) => {
    const state = after(listed(START, session()), listed(START + ms, session()));
    assert.equal(totals(state).playMs, Math.min(ms, MAX_GAP_MS));
  }));
});

Deno.test("a stopped play that is still listed after 10 s is a new play", () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 30 * S }), (ms) => {
    const state = after(
      listed(START, session()),
      notified(START + 5 * S, "stopped"),
      notified(START + 6 * S, "playing"),
      listed(START + 5 * S + ms, session()),
    );
    const isNew = ms >= STOP_GRACE_MS;
    assert.equal(state.plays.size, isNew ? 1 : 0);
    assert.deepEqual(totals(state), {
      plays: isNew ? 2 : 1,
      playMs: 5 * S,
      bits: 5 * S * 8_000,
    });
  }));
});

Deno.test("a list requested before a `stopped` does not start the play again", () => {
  const state = after(
    listed(START, session()),
    notified(START + 20 * S, "stopped"),
    listed(START + 19 * S, session()),
  );
  assert.equal(state.plays.size, 0);
});

Deno.test("a list that lags behind a notification does not undo it", () => {
  const paused = after(
    listed(START, session()),
    notified(START + 10 * S, "paused"),
    listed(START + 11 * S, session({ state: "playing" })),
  );
  assert.deepEqual([...paused.plays.values()].map(({ state }) => state), ["paused"]);
  const later = reduce(paused, listed(START + 21 * S, session({ state: "playing" })));
  assert.deepEqual([...later.plays.values()].map(({ state }) => state), ["playing"]);
  assert.equal(totals(later).playMs, 10 * S);
});

Deno.test("the next item under the same session key is a new play", () => {
  const state = after(
    listed(START, session({ ratingKey: "100", title: "One" })),
    notified(START + 9 * S, "playing", "1", "101"),
    listed(START + 10 * S, session({ ratingKey: "101", title: "Two" })),
    notified(START + 11 * S, "stopped", "1", "100"),
    listed(START + 20 * S, session({ ratingKey: "101", title: "Two" })),
  );
  assert.deepEqual(totals(state), { plays: 2, playMs: 20 * S, bits: 20 * S * 8_000 });
});

Deno.test("live television is one play per session key across programmes", () => {
  const channel = (ratingKey: string, title: string) =>
    session({ live: true, mediaType: "live_tv", plexType: "live_tv", ratingKey, title });
  const state = after(
    listed(START, channel("900", "News")),
    notified(START + 5 * S, "playing", "1", "901"),
    listed(START + 10 * S, channel("901", "Weather")),
  );
  assert.deepEqual(totals(state), { plays: 1, playMs: 10 * S, bits: 10 * S * 8_000 });
});

Deno.test("a play that is found again after an outage continues, and is not counted again", () => {
  const state = after(
    listed(START, session()),
    { type: "poll_failed", at: START + 20 * S, failure: "refused" },
    { type: "poll_failed", at: START + 40 * S, failure: "refused" },
    { type: "poll_failed", at: START + 60 * S, failure: "refused" },
    listed(START + 300 * S, session()),
  );
  assert.deepEqual(totals(state), {
    plays: 1,
    playMs: MAX_GAP_MS,
    bits: MAX_GAP_MS * 8_000,
  });
});

Deno.test("after a restart of Plex the same item under a new session key is a new play", () => {
  const state = after(
    listed(START, session({ sessionKey: "450" })),
    listed(START + 20 * S, session({ sessionKey: "1" })),
  );
  assert.equal(totals(state).plays, 2);
});

Deno.test("another user under the same session key is a new play", () => {
  const state = after(
    listed(START, session()),
    listed(START + 20 * S, session({ userId: "8", user: "eve" })),
  );
  assert.equal(totals(state).plays, 2);
});

Deno.test("after a change of keys, time goes to the new series, and none is moved", () => {
  const state = after(
    listed(START, session()),
    listed(START + 10 * S, session({ videoDecision: "transcode" })),
    listed(START + 14 * S, session({ videoDecision: "transcode" })),
  );
  const byDecision = state.playCounters.playMs.chunks.flat()
    .map(({ key, value }) => [key.decision, value]);
  assert.deepEqual(byDecision, [["direct_play", 10 * S], ["transcode", 4 * S]]);
  const [play] = state.plays.values();
  assert.equal(play?.playedMs.value, 4 * S);
  assert.equal(play?.keys.legacy.transcodeType, "video");
});

Deno.test("an unchanged key stays the same object, because rendered label text is cached by it", () => {
  const first = after(listed(START, session()));
  const then = reduce(first, listed(START + 10 * S, session({ progressMs: 10_000 })));
  const keys = ({ plays }: typeof first) => [...plays.values()][0]?.keys;
  assert.equal(keys(then), keys(first));
});

Deno.test("a new play with the key of an ended one replaces it", () => {
  const state = after(
    listed(START, session()),
    listed(START + 5 * S),
    listed(START + 10 * S, session()),
  );
  assert.equal(state.recentlyEnded.length, 0);
  assert.equal(totals(state).plays, 2);
});

Deno.test("an ended play is kept as long as the compatible families show it", () => {
  const ended = after(listed(START, session()), listed(START + S));
  assert.equal(reduce(ended, listed(START + S + ENDED_VISIBLE_MS - 1)).recentlyEnded.length, 1);
  assert.equal(reduce(ended, listed(START + S + ENDED_VISIBLE_MS)).recentlyEnded.length, 0);
});

Deno.test("the second entry of a list with the same session key is ignored", () => {
  assert.equal(totals(after(listed(START, session(), session({ ratingKey: "7" })))).plays, 1);
});

import assert from "node:assert/strict";
import fc from "fast-check";
import { MAX_GAP_MS } from "../../../src/core/confirmation.ts";
import type { ServerEvent } from "../../../src/core/event.ts";
import { seriesOf } from "../../../src/core/counter_vec.ts";
import type { PlaybackNotification, Session } from "../../../src/core/session.ts";
import { after, session, START, totals } from "../../testing/core_builders.ts";

const S = 1000;

/** A list that shows one session with the position that its player last reported, in seconds. */
function listed(atS: number, positionS: number | undefined, changed: Partial<Session> = {}) {
  const progressMs = positionS === undefined ? undefined : positionS * S;
  const shown = session({ ...changed, progressMs });
  return { type: "sessions_listed", at: START + atS * S, sessions: [shown] } as const;
}

/** A report of the session's player, with its position in seconds. */
function reported(
  atS: number,
  positionS: number | undefined,
  state: PlaybackNotification["state"] = "playing",
  changed: Partial<PlaybackNotification> = {},
): ServerEvent {
  return {
    type: "playback_notified",
    at: START + atS * S,
    sessionKey: "1",
    ratingKey: "100",
    playerId: "tv-1",
    state,
    positionMs: positionS === undefined ? undefined : positionS * S,
    ...changed,
  };
}

const socket = (atS: number, connected: boolean): ServerEvent => ({
  type: "socket_changed",
  at: START + atS * S,
  connected,
});
const socketLost = (atS: number) => socket(atS, false);

const pollFailed = (atS: number): ServerEvent => ({
  type: "poll_failed",
  at: START + atS * S,
  failure: "refused",
});

/** Seconds credited after these events, with an open socket. */
function playedS(...events: readonly ServerEvent[]): number {
  return totals(after(socket(0, true), ...events)).playMs / S;
}

/** Lists every 10 s that all show the same position. */
function lists(fromS: number, untilS: number, positionS: number | undefined) {
  const count = Math.floor((untilS - fromS) / 10) + 1;
  return Array.from({ length: count }, (_, index) => listed(fromS + 10 * index, positionS));
}

Deno.test("invariant 15: a list without the play credits nothing after its last report", () => {
  const empty = { type: "sessions_listed", at: START + 29 * S, sessions: [] } as const;
  assert.equal(playedS(listed(0, 0), reported(10, 10), reported(20, 20), empty), 20);
});

Deno.test("invariant 15: a play that is listed, but reports no more, gets nothing more", () => {
  const start = [listed(0, 0), reported(10, 10)];
  assert.equal(playedS(...start, ...lists(11, 300, 10)), 10);
  const withoutSocket = [listed(0, 0), listed(10, 10), listed(20, 20)];
  assert.equal(playedS(...withoutSocket, ...lists(30, 300, 20)), 20);
});

Deno.test("a player that reports rarely is credited in full with each report", () => {
  fc.assert(fc.property(fc.integer({ min: 11, max: 320 }), fc.boolean(), (intervalS, byList) => {
    const events: ServerEvent[] = [listed(0, 0)];
    for (let report = 1; report <= 3; report++) {
      const atS = report * intervalS;
      events.push(...lists(atS - intervalS + 10, atS - 1, atS - intervalS));
      events.push(byList ? listed(atS, atS) : reported(atS, atS));
    }
    assert.equal(playedS(...events), 3 * intervalS);
  }));
});

Deno.test("invariant 6: of the time between two observations at most MAX_GAP_MS counts", () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 10_000 }), fc.boolean(), (gapS, byList) => {
    const next = byList ? listed(gapS, gapS) : reported(gapS, gapS);
    assert.equal(playedS(listed(0, 0), next), Math.min(gapS, MAX_GAP_MS / S));
  }));
});

Deno.test("a list with a newer position confirms that much; the rest waits for the next report", () => {
  const start = [listed(0, 0), reported(1, 1), listed(10, 8)];
  assert.equal(playedS(...start), 8);
  assert.equal(playedS(...start, listed(20, 18)), 18);
  assert.equal(playedS(...start, reported(12, 12, "stopped")), 12);
});

Deno.test("a pause whose notification was lost is not credited", () => {
  const paused = listed(20, 13, { state: "paused" });
  assert.equal(playedS(listed(0, 0), reported(10, 10), paused), 13, "shown by a list");
  const resumed = [listed(0, 0), reported(10, 10), reported(19, 13)];
  assert.equal(playedS(...resumed), 13, "over before the next report");
  assert.equal(playedS(...resumed, reported(29, 23), reported(30, 24, "stopped")), 24);
});

Deno.test("before a change that only a list shows, time is credited up to the last confirmation", () => {
  const buffering = listed(20, 10, { state: "buffering" });
  assert.equal(playedS(listed(0, 0), reported(10, 10), buffering, reported(21, 10)), 10);
});

Deno.test("a seek does not shorten what was played before it", () => {
  for (const positionS of [0, 3, 7_000]) {
    assert.equal(
      playedS(listed(0, 5), reported(9, 14), reported(16, positionS, "buffering")),
      16,
      `to ${positionS} s`,
    );
  }
});

Deno.test("a list that lags behind a seek is not a report", () => {
  const sought = [listed(0, 0), reported(10, 600, "buffering"), reported(11, 600)];
  assert.equal(playedS(...sought, listed(12, 10), listed(21, 600), reported(21, 610)), 20);
});

Deno.test("a late or rounded report takes no time away", () => {
  const rounded = [listed(0, 0), reported(9.6, 9), reported(19.9, 19), reported(30, 30)];
  assert.equal(playedS(...rounded), 30);
  const late = [listed(0, 0), reported(15, 10), reported(25, 20), reported(30, 30)];
  assert.equal(playedS(...late), 30);
});

Deno.test("the position of music in notifications is not relied on", () => {
  const song = { mediaType: "track" } as const;
  const start = [listed(0, 100, song), reported(10, 3), listed(11, 110, song)];
  assert.equal(playedS(...start, reported(20, 1), listed(21, 120, song)), 20);
});

Deno.test("after the socket was closed only a position confirms", () => {
  const start = [listed(0, 0), reported(10, 10), socketLost(12), socket(13, true)];
  assert.equal(playedS(...start, reported(40, undefined, "stopped")), 10, "no position");
  assert.equal(playedS(...start, reported(40, 17, "stopped")), 17);
  const atOnce = [listed(0, 0), reported(10, 10), socketLost(10), socket(13, true)];
  assert.equal(playedS(...atOnce, reported(40, undefined, "stopped")), 10, "in the same moment");
  assert.equal(playedS(...start, reported(40, undefined), reported(50, 27)), 20, "from then on");
});

Deno.test("a play or state that is new in a list counts from its answer on, not from its request", () => {
  const photo = { mediaType: "photo" } as const;
  const slow = (atS: number, changed: Partial<Session> = {}) => ({
    ...listed(atS, undefined, { ...photo, ...changed }),
    answeredAt: START + (atS + 4) * S,
  });
  assert.equal(playedS(slow(0), slow(10)), 6, "a new play");
  const resumed = [slow(0, { state: "paused" }), slow(10), slow(20)];
  assert.equal(playedS(...resumed), 6, "a new state");
});

Deno.test("a play without position and reports is confirmed by lists", () => {
  const photo = { mediaType: "photo" } as const;
  const shown = [0, 10, 20].map((atS) => listed(atS, undefined, photo));
  assert.equal(playedS(...shown), 20);
  const failed = [pollFailed(25), listed(30, undefined, photo), listed(40, undefined, photo)];
  assert.equal(playedS(...shown, ...failed), 30, "but not over a failed poll");
  const lost = [socketLost(25), listed(30, undefined, photo), listed(40, undefined, photo)];
  assert.equal(playedS(...shown, ...lost), 30, "nor over a lost socket");
});

Deno.test("a play without position is confirmed by its notifications alone, once it sends some", () => {
  const channel = { live: true, mediaType: "live_tv" } as const;
  const shown = (atS: number) => listed(atS, undefined, channel);
  const start = [shown(0), reported(5, undefined), shown(10), shown(20)];
  assert.equal(playedS(...start), 5);
  assert.equal(playedS(...start, reported(25, undefined)), 25);
  const lost = [...start, socketLost(24), shown(30), shown(40)];
  assert.equal(playedS(...lost), 15, "and by lists while there are no notifications");
  const back = [...lost, socket(44, true), shown(50), shown(60)];
  assert.equal(playedS(...back), 15, "and by notifications again when they are back");
});

Deno.test("a play whose position never advances is confirmed by lists after a wait", () => {
  assert.equal(playedS(...lists(0, 20, 0)), 0, "it may advance yet");
  assert.equal(playedS(...lists(0, 60, 0)), 60);
});

Deno.test("without notifications, time after a seek back counts from the new position", () => {
  const start = [listed(0, 600), listed(10, 610), listed(20, 30)];
  assert.equal(playedS(...start, listed(30, 40)), 20);
});

Deno.test("a report of another player under the same session key does not confirm the play", () => {
  const otherPlayer = { playerId: "phone-2" };
  const start = [listed(0, 0), reported(10, 10)];
  for (const ratingKey of ["100", "200"]) {
    const other = reported(26, 16, "playing", { ...otherPlayer, ratingKey });
    assert.equal(playedS(...start, other, reported(27, 17, "stopped", otherPlayer)), 10, ratingKey);
    assert.equal(after(...start, other).plays.size, 1, "the list decides");
  }
});

Deno.test("a report without a player counts as the play's own (Plex before 2019)", () => {
  assert.equal(playedS(listed(0, 0), reported(9, 9, "stopped", { playerId: "" })), 9);
});

Deno.test("after a switch to another item, the first is credited up to the start of the other", () => {
  const next = (positionS?: number) => reported(12, positionS, "playing", { ratingKey: "200" });
  const start = [listed(0, 0), reported(10, 10)];
  assert.equal(playedS(...start, next()), 12);
  assert.equal(playedS(...start, next(1.5)), 10.5, "its notification was lost");
  assert.equal(playedS(...start, next(1_800)), 12, "it was resumed there");
  assert.equal(playedS(...start, socketLost(11), next()), 10);
});

Deno.test("buffering is confirmed by the player's reports", () => {
  const bufferedS = (...events: readonly ServerEvent[]) =>
    seriesOf(after(socket(0, true), ...events).playCounters.bufferingMs)
      .reduce((sum, { value }) => sum + value, 0) / S;
  const start = [listed(0, 0), reported(10, 10, "buffering")];
  assert.equal(bufferedS(...start, reported(14, 10)), 4);
  const vanished = [20, 30, 40].map((atS) => listed(atS, 10, { state: "buffering" }));
  assert.equal(bufferedS(...start, ...vanished), 0);
});

/** How a session develops by itself. */
import assert from "node:assert/strict";
import { offsetAt, progressAt, type Transcode } from "../../../src/simulator/session.ts";
import { FILM, newTestSession } from "../../testing/simulator_builders.ts";

const MINUTE_MS = 60_000;
const { durationMs: FILM_MS = 0 } = FILM;

function transcode(changes: Partial<Transcode> = {}): Transcode {
  return { id: "t", startedAtMs: 0, fromMs: 0, speed: 4, failed: false, ...changes };
}

Deno.test("the player moves while it plays, and never beyond the end", () => {
  const session = newTestSession({ offsetMs: 5_000, sinceMs: 100 });
  assert.equal(offsetAt(session, 1_100), 6_000);
  assert.equal(offsetAt(session, 0), 5_000);
  assert.equal(offsetAt(session, FILM_MS * 2), FILM_MS);
  for (const state of ["paused", "buffering"] as const) {
    assert.equal(offsetAt({ ...session, state }, 1_100), 5_000, state);
  }
  const { durationMs: _, ...endless } = FILM;
  assert.equal(offsetAt({ ...session, item: endless }, FILM_MS * 2), 5_000 - 100 + FILM_MS * 2);
});

Deno.test("a transcoder works ahead of the player at its speed, then it is throttled", () => {
  const session = newTestSession();
  const early = progressAt(session, transcode(), 15_000);
  assert.deepEqual([early.maxOffsetS, early.speed, early.throttled], [60, 4, false]);
  assert.equal(early.percent, 1);
  assert.equal(early.remainingS, (FILM_MS - 60_000) / 4_000);
  // It is two minutes ahead from 40 s on.
  const late = progressAt(session, transcode(), 3 * MINUTE_MS);
  assert.deepEqual([late.maxOffsetS, late.speed, late.throttled], [300, 0, true]);
  assert.ok(!("remainingS" in late));
});

Deno.test("a transcoder that has reached the end is complete and no longer throttled", () => {
  const session = newTestSession({ offsetMs: FILM_MS - MINUTE_MS });
  const done = progressAt(session, transcode({ fromMs: FILM_MS - MINUTE_MS }), MINUTE_MS / 2);
  assert.deepEqual(done, {
    percent: 100,
    speed: 0,
    throttled: false,
    complete: true,
    maxOffsetS: FILM_MS / 1000,
  });
});

Deno.test("a transcode of live television has no percentage, and is never throttled or complete", () => {
  const { durationMs: _, ...live } = FILM;
  const progress = progressAt(newTestSession({ item: live }), transcode({ speed: 1 }), MINUTE_MS);
  assert.deepEqual(
    [progress.percent, progress.throttled, progress.complete, progress.remainingS],
    [-1, false, false, undefined],
  );
});

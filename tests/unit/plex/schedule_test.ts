import assert from "node:assert/strict";
import { MAX_GAP_MS } from "../../../src/core/confirmation.ts";
import {
  BACKOFF_FIRST_MS,
  BACKOFF_JITTER,
  BACKOFF_LONGEST_MS,
  BANDWIDTH_FAILURE_RESTS_MS,
  type Schedule,
  SCHEDULES,
  SESSIONS_PLAYING_INTERVAL_MS,
  SESSIONS_PLAYING_WITHOUT_SOCKET_MS,
  SESSIONS_WITHOUT_SOCKET_MS,
  SILENCE_CHECK_INTERVAL_MS,
  SILENCE_IDLE_MS,
  SILENCE_PLAYING_MS,
} from "../../../src/plex/schedule.ts";

Deno.test("SCHEDULES has no interval below the minimum interval", () => {
  for (const [name, schedule] of Object.entries<Partial<Schedule>>(SCHEDULES)) {
    const { intervalMs = Infinity, minIntervalMs = 0 } = schedule;
    assert.ok(minIntervalMs > 0 && minIntervalMs <= intervalMs, name);
  }
});

Deno.test("two session lists while something plays are closer than what is credited at most", () => {
  assert.ok(2 * SESSIONS_PLAYING_INTERVAL_MS < MAX_GAP_MS);
});

Deno.test("session lists are read more often while something plays, and without notifications", () => {
  const { intervalMs } = SCHEDULES.sessions;
  assert.ok(SESSIONS_PLAYING_INTERVAL_MS < intervalMs);
  assert.ok(SESSIONS_WITHOUT_SOCKET_MS < intervalMs);
  assert.ok(SESSIONS_PLAYING_WITHOUT_SOCKET_MS < SESSIONS_WITHOUT_SOCKET_MS);
});

Deno.test("silence is checked more often than it is tolerated", () => {
  assert.ok(SILENCE_CHECK_INTERVAL_MS < SILENCE_PLAYING_MS);
  assert.ok(SILENCE_PLAYING_MS < SILENCE_IDLE_MS);
});

Deno.test("waits after failures never become shorter", () => {
  assert.ok(BACKOFF_FIRST_MS < BACKOFF_LONGEST_MS && BACKOFF_JITTER < 1);
  const rests = [...BANDWIDTH_FAILURE_RESTS_MS];
  assert.deepEqual(rests.toSorted((a, b) => a - b), rests);
});

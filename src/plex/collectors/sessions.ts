/**
 * Reads the list of sessions. It is also the poll that decides whether Plex is up, and whether the
 * token is valid and the owner's.
 */
import type { ServerState } from "../../core/state.ts";
import { completesWithin } from "../../clock.ts";
import { backoffMs } from "../backoff.ts";
import type { Err, Ok } from "../request.ts";
import {
  BACKOFF_LONGEST_MS,
  MEDIA_LOOKUP_TIMEOUT_MS,
  NOT_OWNER_RETRY_MS,
  SCHEDULES,
  SESSIONS_PLAYING_INTERVAL_MS,
  SESSIONS_PLAYING_WITHOUT_SOCKET_MS,
  SESSIONS_WITHOUT_SOCKET_MS,
} from "../schedule.ts";
import type { WireSession } from "../schema.ts";
import { mapSessions } from "../mapping/session.ts";
import type { Collector, CollectorContext } from "./collector.ts";
import { createMediaCache } from "./media_cache.ts";
import { createSessionLookup } from "./session_lookup.ts";

/** From one session list to the next, if nothing calls for it sooner. */
function pollIntervalMs({ plays, apiStats: { connected } }: ServerState): number {
  if (plays.size > 0) {
    return connected ? SESSIONS_PLAYING_INTERVAL_MS : SESSIONS_PLAYING_WITHOUT_SOCKET_MS;
  }
  return connected ? SCHEDULES.sessions.intervalMs : SESSIONS_WITHOUT_SOCKET_MS;
}

export function createSessionCollector(context: CollectorContext): Collector {
  const { client, clock, dispatch, hide, log, prepare, random, signal, state } = context;
  const mediaCache = createMediaCache(context);
  const lookup = createSessionLookup();
  let failures = 0;

  async function onSuccess({ at, value }: Ok<readonly WireSession[]>): Promise<number> {
    const answeredAt = clock.now();
    if (state().availability.status !== "up") await prepare();
    const isMediaKnown = await completesWithin(
      clock,
      MEDIA_LOOKUP_TIMEOUT_MS,
      mediaCache.prefetch(value),
    );
    if (signal.aborted) return 0;
    failures = 0;
    const sessions = mapSessions(value, mediaCache.versionsOf, hide);
    dispatch({ type: "sessions_listed", at, answeredAt, sessions });
    return isMediaKnown ? pollIntervalMs(state()) : MEDIA_LOOKUP_TIMEOUT_MS;
  }

  function onFailure({ at, failure, detail, retryAfterMs = 0 }: Err): number {
    failures += 1;
    const waitMs = Math.max(
      backoffMs(failures, random),
      Math.min(retryAfterMs, BACKOFF_LONGEST_MS),
    );
    const retryAt = clock.now() + waitMs;
    dispatch({ type: "poll_failed", at, failure, detail, retryAt });
    // The state's changes are logged: that Plex is down, and why. This shows every single poll.
    log.debug("Poll failed", { failure, detail });
    return waitMs;
  }

  /**
   * Plex shows the list to the owner only. The description of the server, which it shows to every
   * valid token, shows whether the token is invalid or only not the owner's.
   */
  async function probeToken(refusal: Err, rejectedToken: string): Promise<number> {
    if (context.renewToken(rejectedToken)) return 0;
    // One refusal of the owner's token changes nothing, like any single failure.
    if (state().availability.tokenOwner && failures === 0) return onFailure(refusal);
    const server = await client.server();
    if (signal.aborted) return 0;
    if (!server.ok) return onFailure(server.failure === "not_found" ? refusal : server);
    if (state().availability.status !== "up") await prepare();
    failures = 0;
    dispatch({ type: "sessions_denied", at: refusal.at });
    return NOT_OWNER_RETRY_MS;
  }

  async function poll(): Promise<number> {
    const token = context.token();
    const answer = await client.sessions();
    if (signal.aborted) return 0;
    if (answer.ok) return await onSuccess(answer);
    return answer.failure === "unauthorized" ? await probeToken(answer, token) : onFailure(answer);
  }

  return {
    description: "the sessions",
    schedule: SCHEDULES.sessions,
    // It is the poll that decides whether Plex is up.
    isReady: () => true,
    onHint(hint) {
      // After a failed poll the back-off decides.
      if (hint.type === "request_refused" && failures === 0) return 0;
      return lookup.onHint(hint, state()) ? 0 : undefined;
    },
    async collect() {
      const waitMs = await poll();
      return { nextMs: Math.min(waitMs, lookup.retryDelayMs(state()) ?? Infinity) };
    },
  };
}

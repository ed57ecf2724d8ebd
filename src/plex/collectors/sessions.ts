/**
 * Reads the list of sessions, which also is the poll that tells whether Plex is up and what the
 * token is good for.
 */
import { POLL_INTERVALS_MS } from "../../core/availability.ts";
import { completesWithin } from "../../clock.ts";
import { backoffMs, LONGEST_MS } from "../backoff.ts";
import type { Answer } from "../client.ts";
import type { WireSession } from "../schema.ts";
import { mapSessions } from "../mapping/session.ts";
import type { Collect, CollectorContext } from "./collector.ts";
import { createMediaCache } from "./media_cache.ts";

/** Interval while something is played: well within the gap that is credited. */
const BUSY_INTERVAL_MS = 10_000;

/** The same while no notifications come: the list is all there is to see a pause by. */
const NO_SOCKET_BUSY_INTERVAL_MS = 5_000;

/** Interval while nothing is played and no notification would tell of a play. */
const NO_SOCKET_INTERVAL_MS = 10_000;

/** Interval of asking again whether a guest's token has become the owner's. */
const NOT_OWNER_INTERVAL_MS = 60_000;

/** Longest that a list waits for the files behind its sessions: else they are told by the next. */
const MEDIA_LOOKUP_TIMEOUT_MS = 2_000;

type Err = Extract<Answer<never>, { ok: false }>;

export interface SessionCollectorOptions extends CollectorContext {
  /** Before the first list, and the first after Plex was down. */
  readonly prepare: () => Promise<void>;
  /** The token in force. */
  readonly token: () => string;
  /** Plex rejects this token: whether there is another one to try at once. */
  readonly renewToken: (rejected: string) => boolean;
}

export function createSessionCollector(options: SessionCollectorOptions): Collect {
  const { client, clock, dispatch, hide, log, random, renewToken, signal, state, token } = options;
  const sources = createMediaCache(options);
  let failures = 0;

  async function take(answer: Extract<Answer<readonly WireSession[]>, { ok: true }>) {
    if (state().availability.status !== "up") await options.prepare();
    const learnt = await completesWithin(
      clock,
      MEDIA_LOOKUP_TIMEOUT_MS,
      sources.prefetch(answer.value),
    );
    if (signal.aborted) return 0;
    failures = 0;
    const sessions = mapSessions(answer.value, sources.versionsOf, hide);
    dispatch({ type: "sessions_listed", at: answer.at, sessions });
    if (!learnt) return MEDIA_LOOKUP_TIMEOUT_MS;
    const { plays, apiStats } = state();
    if (plays.size === 0) {
      return apiStats.connected ? POLL_INTERVALS_MS.sessions : NO_SOCKET_INTERVAL_MS;
    }
    return apiStats.connected ? BUSY_INTERVAL_MS : NO_SOCKET_BUSY_INTERVAL_MS;
  }

  function fail({ at, failure, detail, retryAfterMs = 0 }: Err): number {
    failures += 1;
    const waitMs = Math.max(backoffMs(failures, random), Math.min(retryAfterMs, LONGEST_MS));
    const retryAt = clock.now() + waitMs;
    dispatch({ type: "poll_failed", at, failure, detail, retryAt });
    // What it means is told when it makes Plex down; this is for those who look closer.
    log.debug("Poll failed", { failure, detail });
    return waitMs;
  }

  /** The list is the owner's: others are told apart by whether Plex answers them at all. */
  async function askAsGuest(refused: Err, askedWith: string): Promise<number> {
    if (renewToken(askedWith)) return 0;
    // One refusal of the owner's token changes nothing, as any one failure.
    if (state().availability.tokenOwner && failures === 0) return fail(refused);
    const server = await client.server();
    if (signal.aborted) return 0;
    if (!server.ok) return fail(server.failure === "not_found" ? refused : server);
    if (state().availability.status !== "up") await options.prepare();
    failures = 0;
    dispatch({ type: "sessions_withheld", at: refused.at });
    return NOT_OWNER_INTERVAL_MS;
  }

  return async () => {
    const askedWith = token();
    const answer = await client.sessions();
    if (signal.aborted) return 0;
    if (answer.ok) return await take(answer);
    return answer.failure === "unauthorized" ? await askAsGuest(answer, askedWith) : fail(answer);
  };
}

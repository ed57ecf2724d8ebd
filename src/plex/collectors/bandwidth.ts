/**
 * Reads the bytes sent, which Plex has with Plex Pass only: the newest rows if Plex lets them be
 * asked for, else all that it has kept, as often as it can bear. It counts nothing.
 */
import { bandwidthSince } from "../../core/bandwidth.ts";
import { POLL_INTERVALS_MS } from "../../core/availability.ts";
import type { Answer } from "../client.ts";
import type { BandwidthReading } from "../mapping/server.ts";
import { createUnsupportedDetector } from "./unsupported.ts";
import { createFailureLog } from "./failure_log.ts";
import { type CollectorContext, UNSUPPORTED_RETRY_MS } from "./collector.ts";

/** Plex rests a hundred times as long as it worked, and 10 ms for each row, which is its work. */
const REST_FACTOR = 100;
const ROW_MS = 10;

/** Rest after failures in a row: one may be an accident, what goes on may be too much for Plex. */
const FAILURE_MS = [0, 60_000, 120_000, 300_000, UNSUPPORTED_RETRY_MS];

export interface BandwidthCollector {
  /** Asks, unless Plex is to rest from the last time. */
  readonly read: () => Promise<void>;
  /** Begins anew: Plex was down, and may be another now. */
  readonly forget: () => void;
}

export function createBandwidthCollector(context: CollectorContext): BandwidthCollector {
  const { client, clock, dispatch, log, state } = context;
  const complain = createFailureLog(context, "the bytes sent");
  const isMissing = createUnsupportedDetector(state, "bandwidth");
  let isFiltering = true;
  let askAt = -Infinity;
  let failures = 0;
  let isTold = false;

  async function ask(sinceS: number): Promise<Answer<BandwidthReading>> {
    if (isFiltering) {
      const answer = await client.bandwidth(sinceS);
      if (answer.ok || answer.status !== 400) return answer;
      isFiltering = false;
    }
    return await client.allBandwidth();
  }

  /** How long after this answer Plex is to rest. */
  function restMs(
    { at, value: { rows } }: Extract<Answer<BandwidthReading>, { ok: true }>,
  ): number {
    const costMs = Math.max(REST_FACTOR * (clock.now() - at), ROW_MS * rows.length);
    return Math.min(UNSUPPORTED_RETRY_MS, Math.max(POLL_INTERVALS_MS.bandwidth, costMs));
  }

  function tellOnce(everyMs: number): void {
    if (isTold || everyMs === POLL_INTERVALS_MS.bandwidth) return;
    isTold = true;
    log.info("Plex tells of all bytes it ever sent, so they are read rarely", {
      seconds: Math.round(everyMs / 1000),
    });
  }

  return {
    forget: () => {
      isFiltering = true;
      askAt = -Infinity;
      failures = 0;
    },
    read: async () => {
      const sinceS = bandwidthSince(state());
      if (sinceS === undefined || clock.now() < askAt) return;
      const answer = complain(await ask(sinceS));
      const missing = isMissing(answer);
      failures = answer.ok || missing ? 0 : failures + 1;
      if (answer.ok) {
        const { rows, accounts } = answer.value;
        const isWhole = !isFiltering || rows.some(({ atS }) => atS < sinceS);
        const everyMs = isWhole ? restMs(answer) : POLL_INTERVALS_MS.bandwidth;
        dispatch({ type: "bandwidth_read", at: answer.at, sinceS, rows, accounts, everyMs });
        tellOnce(everyMs);
        if (everyMs > POLL_INTERVALS_MS.bandwidth) askAt = clock.now() + everyMs;
      } else if (missing) {
        dispatch({ type: "source_missing", at: answer.at, source: "bandwidth" });
        askAt = clock.now() + UNSUPPORTED_RETRY_MS;
      } else {
        askAt = clock.now() + (FAILURE_MS[failures - 1] ?? UNSUPPORTED_RETRY_MS);
      }
    },
  };
}

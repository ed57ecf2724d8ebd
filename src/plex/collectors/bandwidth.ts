/**
 * Reads the bytes sent, which Plex has with Plex Pass only: the newest rows where Plex can filter
 * them, otherwise its whole history, as rarely as its size requires. It counts nothing.
 */
import { createLogOnce } from "../../log/log_once.ts";
import { isUp } from "../../core/availability.ts";
import { bandwidthSince } from "../../core/bandwidth.ts";
import type { BandwidthReading } from "../mapping/bandwidth.ts";
import type { Ok, Result } from "../request.ts";
import {
  BANDWIDTH_FAILURE_RESTS_MS,
  BANDWIDTH_REST_FACTOR,
  BANDWIDTH_REST_PER_ROW_MS,
  SCHEDULES,
  UNSUPPORTED_RETRY_MS,
} from "../schedule.ts";
import type { Collector, CollectorContext } from "./collector.ts";

const { intervalMs } = SCHEDULES.bandwidth;

export function createBandwidthCollector(context: CollectorContext): Collector {
  const { client, clock, dispatch, log, state } = context;
  let canFilter = true;
  let failures = 0;
  let upSince: number | undefined;
  const rareLog = createLogOnce(log);

  /** Starts afresh after an outage: Plex may be another version now. */
  function resetAfterOutage(): void {
    const { since } = state().availability;
    if (since === upSince) return;
    upSince = since;
    canFilter = true;
    failures = 0;
  }

  async function request(sinceS: number): Promise<Result<BandwidthReading>> {
    if (canFilter) {
      const answer = await client.bandwidth(sinceS);
      if (answer.ok || answer.status !== 400) return answer;
      canFilter = false;
    }
    return await client.allBandwidth();
  }

  /** From the end of a reading of this cost to the next. */
  function restMs(tookMs: number, rows: number): number {
    const costMs = Math.max(BANDWIDTH_REST_FACTOR * tookMs, BANDWIDTH_REST_PER_ROW_MS * rows);
    return Math.min(UNSUPPORTED_RETRY_MS, Math.max(intervalMs, costMs));
  }

  function applyReading(
    { at, value }: Ok<BandwidthReading>,
    sinceS: number,
  ): { readonly restMs?: number } {
    const { rows, accounts, devices } = value;
    const isWhole = !canFilter || rows.some(({ atS }) => atS < sinceS);
    const everyMs = isWhole ? restMs(clock.now() - at, rows.length) : intervalMs;
    const isRare = everyMs > intervalMs;
    dispatch({
      type: "bandwidth_read",
      at,
      sinceS,
      rows,
      accounts,
      devices,
      intervalMs: isRare ? everyMs : undefined,
    });
    if (!isRare) return {};
    rareLog.report("info", "Plex returns all bytes it ever sent, so they are read rarely", {
      seconds: Math.round(everyMs / 1000),
    });
    return { restMs: everyMs };
  }

  return {
    description: "the bytes sent",
    source: "bandwidth",
    isOptional: true,
    schedule: SCHEDULES.bandwidth,
    // Rows are requested by Plex's clock, which the resources have. It may have been set back since
    // the last process read them.
    isReady: (state) =>
      isUp(state) && (state.resources !== undefined || state.sources.resources.unavailable),
    dependsOn: ({ resources }) => resources === undefined,
    async collect() {
      resetAfterOutage();
      const sinceS = bandwidthSince(state());
      if (sinceS === undefined) {
        dispatch({ type: "source_unavailable", at: clock.now(), source: "bandwidth" });
        return { nextMs: UNSUPPORTED_RETRY_MS };
      }
      const answer = await request(sinceS);
      if (answer.ok) {
        failures = 0;
        return { answer, ...applyReading(answer, sinceS) };
      }
      failures += 1;
      const failureRestMs = BANDWIDTH_FAILURE_RESTS_MS[failures - 1] ?? UNSUPPORTED_RETRY_MS;
      return failureRestMs > intervalMs ? { answer, restMs: failureRestMs } : { answer };
    },
  };
}

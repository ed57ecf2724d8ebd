/**
 * Runs a collector: waits until it is ready, logs its failures, notices what Plex does not have and
 * says when to run it next. All collectors are run in this one way.
 */
import { isUp } from "../../core/availability.ts";
import type { ServerState } from "../../core/state.ts";
import { FIRST_RETRY_MS, MAX_FIRST_RETRIES, UNSUPPORTED_RETRY_MS } from "../schedule.ts";
import { NEVER } from "../scheduler.ts";
import type { Collector, CollectorContext, CollectResult } from "./collector.ts";
import { createFailureLog } from "./failure_log.ts";
import { createUnsupportedDetector } from "./unsupported.ts";

/** Whether a collector can be run now. */
export function isReady({ isReady: isReadyIn = isUp }: Collector, state: ServerState): boolean {
  return isReadyIn(state);
}

/** Whether a change of state is a reason to run a collector at once. */
export function isDueAfter(
  collector: Collector,
  before: ServerState,
  after: ServerState,
): boolean {
  if (!isReady(collector, after)) return false;
  if (!isReady(collector, before)) return true;
  const { dependsOn } = collector;
  return dependsOn !== undefined && dependsOn(before) !== dependsOn(after);
}

/** Runs a collector once; resolves to the ms from the beginning of this run to the next. */
export type RunCollector = () => Promise<number>;

export function createRunner(collector: Collector, context: CollectorContext): RunCollector {
  const { clock, dispatch, state } = context;
  const { description, isOptional, schedule, source } = collector;
  const logFailure = createFailureLog(context, description);
  const isUnsupported = source && isOptional && createUnsupportedDetector(state, source);
  /** Everything of the source has been read once, or Plex has said that it does not have it. */
  let wasRead = false;
  let firstRetries = 0;

  /** Logs a failure and marks what Plex does not have. Returns whether it does not have it. */
  function recordAnswer(answer: NonNullable<CollectResult["answer"]>): boolean {
    logFailure(answer);
    if (source === undefined || !isUnsupported || !isUnsupported(answer)) return false;
    dispatch({ type: "source_unavailable", at: answer.at, source });
    return true;
  }

  /**
   * Whether the answer was to be the first of the source, and brought nothing or not everything.
   */
  function isFirstRetryDue({ answer, isPartial = false }: CollectResult): boolean {
    if (source === undefined || answer === undefined) return false;
    const { readAt, unavailable } = state().sources[source];
    wasRead ||= (readAt !== undefined || unavailable) && !isPartial;
    if (wasRead) return false;
    firstRetries += 1;
    return firstRetries <= MAX_FIRST_RETRIES;
  }

  return async () => {
    if (!isReady(collector, state())) {
      firstRetries = 0;
      return NEVER;
    }
    const startedAt = clock.now();
    const result = await collector.collect();
    const { answer, nextMs = schedule.intervalMs, restMs } = result;
    if (answer !== undefined && recordAnswer(answer)) {
      return schedule.unsupportedIntervalMs ?? UNSUPPORTED_RETRY_MS;
    }
    // A rest that Plex needs is kept.
    if (restMs !== undefined) return clock.now() - startedAt + restMs;
    const waitMs = Math.max(nextMs, schedule.minIntervalMs);
    return isFirstRetryDue(result) ? Math.min(waitMs, FIRST_RETRY_MS) : waitMs;
  };
}

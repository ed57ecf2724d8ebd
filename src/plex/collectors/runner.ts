/**
 * Runs a collector: waits until it is ready, logs its failures, notices what Plex does not have and
 * says when to run it next. All collectors are run in this one way.
 */
import { isUp } from "../../core/availability.ts";
import type { ServerState } from "../../core/state.ts";
import { UNSUPPORTED_RETRY_MS } from "../schedule.ts";
import { NEVER } from "../scheduler.ts";
import type { Collector, CollectorContext, CollectResult } from "./collector.ts";
import { createFailureLog } from "./failure_log.ts";
import { createUnsupportedDetector } from "./unsupported.ts";

/** Whether a collector can be run as things stand. */
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

/** Runs a collector once; resolves to the ms from then to its next run. */
export type RunCollector = () => Promise<number>;

export function createRunner(collector: Collector, context: CollectorContext): RunCollector {
  const { clock, dispatch, state } = context;
  const { description, schedule, source } = collector;
  const logFailure = createFailureLog(context, description);
  const isUnsupported = source && createUnsupportedDetector(state, source);

  /** Returns whether Plex does not have what was asked for. */
  function takeAnswer(answer: NonNullable<CollectResult["answer"]>): boolean {
    logFailure(answer);
    if (source === undefined || !isUnsupported?.(answer)) return false;
    dispatch({ type: "source_unavailable", at: answer.at, source });
    return true;
  }

  return async () => {
    if (!isReady(collector, state())) return NEVER;
    const startedAt = clock.now();
    const { answer, nextMs, restMs } = await collector.collect();
    if (answer !== undefined && takeAnswer(answer)) return UNSUPPORTED_RETRY_MS;
    if (restMs !== undefined) return clock.now() - startedAt + restMs;
    return nextMs ?? schedule.intervalMs;
  };
}

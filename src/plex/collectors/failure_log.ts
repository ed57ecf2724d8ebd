/**
 * Logs that a source cannot be read although Plex is up: once, and once more when it can be read
 * again. That Plex is down is logged with the state's changes; that Plex does not have a source is
 * no failure.
 */
import { createLogOnce } from "../../log/log_once.ts";
import type { Result } from "../request.ts";
import type { CollectorContext } from "./collector.ts";

/** The failure in a row that is logged first: a single one may be a coincidence. */
const LOG_AFTER_FAILURES = 2;

/** Receives every answer of a source. */
export type LogFailure = (answer: Result<unknown>) => void;

/** `description` completes the sentence "Cannot read …". */
export function createFailureLog(
  { clock, log, state }: Pick<CollectorContext, "clock" | "log" | "state">,
  description: string,
): LogFailure {
  const logOnce = createLogOnce(log);
  let failures = 0;
  let failedAt = 0;
  /** Whether Plex has answered a poll since the first failure, so that it is up. */
  const isPlexUp = () => (state().availability.polledAt ?? -Infinity) > failedAt;
  return (answer) => {
    if (answer.ok) {
      failures = 0;
      if (logOnce.clear()) log.info(`Can read ${description} again`);
      return;
    }
    const { failure, detail } = answer;
    if (failure === "not_found" || failure === "unauthorized") {
      failures = 0;
      return;
    }
    failures += 1;
    if (failures === 1) failedAt = clock.now();
    const line = [`Cannot read ${description}`, { failure, detail }] as const;
    const isWarning = failures >= LOG_AFTER_FAILURES && isPlexUp();
    if (!isWarning || !logOnce.report("warn", ...line)) log.debug(...line);
  };
}

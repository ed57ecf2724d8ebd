/**
 * Tells the log of a source that cannot be read while Plex is up: once, and once more when it can
 * be read again. What makes Plex down is not its concern, nor is what Plex says it does not have.
 */
import type { Answer } from "../client.ts";
import type { CollectorContext } from "./collector.ts";

/** Failures in a row that are worth a line: one may be an accident. */
const LOG_AFTER_FAILURES = 2;

/** Takes every answer of one source; gives it back. */
export type LogFailure = <T>(answer: Answer<T>) => Answer<T>;

/** `what` completes the sentence "Cannot read …". */
export function createFailureLog(
  { clock, log, state }: Pick<CollectorContext, "clock" | "log" | "state">,
  what: string,
): LogFailure {
  let failures = 0;
  let failedAt = 0;
  let isTold = false;
  /** Whether Plex has answered a poll that was asked after the first failure: it is up without. */
  const isAlone = () => (state().availability.answeredAt ?? -Infinity) > failedAt;
  return (answer) => {
    if (answer.ok || answer.failure === "not_found" || answer.failure === "unauthorized") {
      if (answer.ok && isTold) log.info(`Can read ${what} again`);
      if (answer.ok) isTold = false;
      failures = 0;
      return answer;
    }
    const { failure, detail } = answer;
    failures += 1;
    if (failures === 1) failedAt = clock.now();
    const isNew = !isTold && failures >= LOG_AFTER_FAILURES && isAlone();
    log[isNew ? "warn" : "debug"](`Cannot read ${what}`, { failure, detail });
    isTold ||= isNew;
    return answer;
  };
}

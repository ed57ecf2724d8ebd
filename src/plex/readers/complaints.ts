/**
 * Tells the log of a source that cannot be read while Plex is up: once, and once more when it can
 * be read again. What makes Plex down is not its concern, nor is what Plex says it does not have.
 */
import type { Log } from "../../log.ts";
import type { Answer } from "../client.ts";

/** Failures in a row that are worth a line: one may be an accident, or Plex going down. */
const FAILURES_TO_TELL = 2;

/** Takes every answer of one source; gives it back. */
export type Complain = <T>(answer: Answer<T>) => Answer<T>;

/** `what` completes the sentence "Cannot read …". */
export function createComplaint(log: Log, what: string): Complain {
  let failures = 0;
  let told: string | undefined;
  return (answer) => {
    if (answer.ok || answer.failure === "not_found" || answer.failure === "unauthorized") {
      if (answer.ok && told !== undefined) log.info(`Can read ${what} again`);
      if (answer.ok) told = undefined;
      failures = 0;
      return answer;
    }
    const { failure, detail } = answer;
    failures += 1;
    if (failures >= FAILURES_TO_TELL && detail !== told) {
      log.warn(`Cannot read ${what}`, { failure, detail });
      told = detail;
    }
    return answer;
  };
}

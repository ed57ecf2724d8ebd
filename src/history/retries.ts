/** Requests to Plex one after the other, with rests and retries. */
import { type Clock, sleep } from "../clock.ts";
import type { Failure } from "../core/enums.ts";
import { backoffMs } from "../plex/backoff.ts";
import type { Client } from "../plex/client.ts";
import { restAfter } from "../plex/pace.ts";
import type { Result } from "../plex/request.ts";

/** Failures in a row after which the reading is given up. */
const MAX_FAILURES = 5;

/** How one server is read. */
export interface ReadOptions {
  /** How errors name the server. */
  readonly label: string;
  readonly client: Client;
  readonly clock: Clock;
  readonly random: () => number;
  readonly signal: AbortSignal;
}

/** Plex did not answer, or not with what is needed. The message is a sentence for users. */
export class ReadError extends Error {
  /** Absent where Plex answered, but not with what is needed. */
  readonly failure: Failure | undefined;

  constructor(message: string, failure?: Failure) {
    super(message);
    this.failure = failure;
  }
}

/**
 * Sends a request and rests after the answer. Retries a failure that may pass; otherwise throws a
 * `ReadError` that says that `what` cannot be read. Resolves to `undefined` when the signal aborts.
 */
export async function requestWithRetries<T>(
  { label, clock, random, signal }: Omit<ReadOptions, "client">,
  what: string,
  request: () => Promise<Result<T>>,
): Promise<T | undefined> {
  for (let failures = 1;; failures += 1) {
    const answer = await request();
    if (answer.ok) await sleep(clock, restAfter(clock.now() - answer.at), signal);
    if (signal.aborted) return undefined;
    if (answer.ok) return answer.value;
    const isFinal = answer.failure === "not_found" || answer.failure === "unauthorized";
    if (isFinal || failures >= MAX_FAILURES) {
      throw new ReadError(`${label}: Cannot read ${what}: ${answer.detail}`, answer.failure);
    }
    await sleep(clock, backoffMs(failures, random), signal);
  }
}

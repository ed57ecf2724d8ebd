/** Signs in by PIN: shows a code, and waits until the user has entered it at plex.tv. */
import { type Clock, sleep } from "../clock.ts";
import type { Secret } from "../config/mod.ts";
import { backoffMs } from "../plex/backoff.ts";
import type { Display } from "./display.ts";
import type { PlexTvClient } from "./plex_tv.ts";
import { explainPlexTv, isTransient, LoginError } from "./problems.ts";
import type { Problem } from "./request.ts";
import type { Pin } from "./schema.ts";
import { clockNote, codeLines } from "./messages.ts";

export interface SignInOptions {
  readonly clock: Clock;
  readonly random: () => number;
  readonly signal: AbortSignal;
  /** Shows the code and the progress. */
  readonly display: Display;
  /** Whether the display is a terminal: then an expired code is replaced by a new one. */
  readonly isTerminal: boolean;
}

/** Half of the rate that plex.tv names (docs/plex/api.md#claimed-pin). */
const POLL_INTERVAL_MS = 2_000;

const TICK_MS = 1_000;

/** Limit of the codes in a row, so that a forgotten terminal does not poll plex.tv forever. */
const MAX_CODES = 4;

/**
 * Resolves to the account's token, or to `undefined` when the signal aborts. Rejects with a
 * {@link LoginError} if plex.tv cannot be asked or no code is entered.
 */
export async function signIn(
  plexTv: PlexTvClient,
  options: SignInOptions,
): Promise<Secret | undefined> {
  const { clock, display, isTerminal, signal } = options;
  for (let codes = 1; !signal.aborted; codes += 1) {
    const created = await plexTv.createPin();
    if (signal.aborted) return undefined;
    if (!created.ok) throw new LoginError(explainPlexTv(created.problem, clock.now()));
    if (codes === 1) clockNote(created.dateMs, clock.now()).forEach(display.line);
    codeLines(created.value.code).forEach(display.line);
    const token = await waitForClaim(plexTv, created.value, options);
    if (token !== undefined || signal.aborted) return token;
    if (!isTerminal || codes >= MAX_CODES) {
      throw new LoginError("The code expired before it was entered. Run login again");
    }
    display.line("The code has expired. Here is a new one:");
  }
  return undefined;
}

/** Resolves to the token; to `undefined` if the code expires or the signal aborts. */
async function waitForClaim(
  plexTv: PlexTvClient,
  { id, lifetimeMs }: Pin,
  { clock, display, random, signal }: SignInOptions,
): Promise<Secret | undefined> {
  // Computed from the lifetime, not from `expiresAt`: the clock of this machine may be wrong.
  const endsAt = clock.now() + lifetimeMs;
  let nextPollAt = clock.now() + POLL_INTERVAL_MS;
  let problem: Problem | undefined;
  let failures = 0;
  while (!signal.aborted) {
    const leftMs = endsAt - clock.now();
    const remark = problem === undefined ? "" : "; plex.tv does not answer, trying again";
    display.countdown(leftMs, remark);
    if (leftMs > 0 && clock.now() < nextPollAt) {
      await sleep(clock, Math.min(TICK_MS, leftMs), signal);
      continue;
    }
    const read = await plexTv.readPin(id);
    if (signal.aborted) return undefined;
    if (read.ok && read.value.token !== undefined) return read.value.token;
    problem = read.ok ? undefined : read.problem;
    // It has expired (docs/plex/api.md#expired-pin).
    if (problem?.kind === "status" && problem.status === 404) return undefined;
    if (leftMs <= 0 || (problem !== undefined && !isTransient(problem))) break;
    failures = problem === undefined ? 0 : failures + 1;
    nextPollAt = clock.now() + pollDelayMs(problem, failures, random);
  }
  if (problem === undefined || signal.aborted) return undefined;
  throw new LoginError(explainPlexTv(problem, clock.now()));
}

/** Time until the next request, by the last failure and the number of failures in a row. */
function pollDelayMs(problem: Problem | undefined, failures: number, random: () => number): number {
  if (problem === undefined) return POLL_INTERVAL_MS;
  const wantedMs = problem.kind === "status" ? problem.retryAfterMs ?? 0 : 0;
  return Math.max(wantedMs, backoffMs(failures, random), POLL_INTERVAL_MS);
}

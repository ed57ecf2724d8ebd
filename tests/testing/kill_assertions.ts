/** What an exporter must have counted in the end, however often it was killed. */
import assert from "node:assert/strict";
import type { User } from "../../src/simulator/users.ts";
import type { CounterHistory } from "./counter_history.ts";
import type { KillBounds } from "./kill_bounds.ts";

/** Which bytes: of one account or of all, in one network or in both. */
export type BytesOf = { readonly accountId?: number; readonly lan?: boolean };

/** The least and the greatest number that may be counted. */
interface Bounds {
  readonly least: number;
  readonly most: number;
}

function assertBetween(counted: number, { least, most }: Bounds, what: string): void {
  assert.ok(counted >= least && counted <= most, `${counted} ${what}, not ${least} to ${most}`);
}

/** Asserts that bytes are those that Plex sent, by network and by user. */
export function assertBytes(
  history: CounterHistory,
  users: readonly User[],
  sent: (where: BytesOf) => Bounds,
): void {
  assert.ok(sent({}).least > 0);
  for (const location of ["lan", "wan"]) {
    const counted = history.sum("plex_transmit_bytes_total", { location });
    assertBetween(counted, sent({ lan: location === "lan" }), `bytes in the ${location}`);
  }
  assertBetween(history.sum("transmit_bytes_total"), sent({}), "bytes");
  for (const { id, name } of users) {
    const counted = history.sum("plex_user_transmit_bytes_total", { user: name });
    assertBetween(counted, sent({ accountId: id }), `bytes to ${name}`);
  }
}

/**
 * Asserts that every play that a list showed counts once, unless a kill has lost all trace of it.
 */
export function assertPlays(
  history: CounterHistory,
  bounds: KillBounds,
  users: readonly User[],
): void {
  for (const user of [undefined, ...users.map(({ name }) => name)]) {
    const counted = history.sum("plex_plays_total", user === undefined ? {} : { user });
    assertBetween(counted, bounds.plays(user), `plays of ${user ?? "all"}`);
  }
}

/** Maximum time from the beginning of a play to the list that shows it. */
const UNLISTED_MS = 1_100;

/** Tolerance for milliseconds that were summed as seconds. */
const ROUNDING_MS = 1;

/** Asserts that no more is counted than was played, and no less than kills may have lost. */
export function assertSeconds(
  history: CounterHistory,
  { allMs, lostMs, plays }: ReturnType<KillBounds["playing"]>,
): void {
  const countedMs = history.sum("plex_play_seconds_total") * 1_000;
  assertBetween(countedMs, {
    least: allMs - lostMs - UNLISTED_MS * plays - ROUNDING_MS,
    most: allMs + ROUNDING_MS,
  }, `ms of ${plays} plays`);
}

/** What an exporter must have counted in the end, however often it was killed. */
import assert from "node:assert/strict";
import { timeInState } from "../../src/simulator/ground_truth.ts";
import type { Simulation } from "../../src/simulator/simulation.ts";
import type { User } from "../../src/simulator/users.ts";
import { BUFFERING_USERS } from "./buffering_viewers.ts";
import type { CounterHistory } from "./counter_history.ts";
import type { KillBounds } from "./kill_bounds.ts";
import type { Prometheus } from "./prometheus.ts";

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

/** Asserts that every listed play counts once, unless a kill has lost all trace of it. */
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

/** The difference of `increase()` from the ground truth by extrapolation, as a share. */
const EXTRAPOLATION = 0.005;

/** How a simulation with `BufferingViewers` is compared with `increase()`. */
export interface IncreaseOptions {
  /** The range of the query, such as "1h". It begins before the first play. */
  readonly range: string;
  /** The end of the range, in ms. */
  readonly atMs: number;
  /** Bytes sent to a user, or to all users. */
  readonly bytesTo: (user: User | undefined) => number;
  /** By how much later the exporter may learn that a viewer plays; 0 by default. */
  readonly lateS?: number;
}

/** Asserts that `increase()` over kills is what was played and sent, in total and by user. */
export async function assertIncrease(
  prometheus: Prometheus,
  { plays, users }: Simulation,
  { range, atMs, bytesTo, lateS = 0 }: IncreaseOptions,
): Promise<void> {
  for (const user of [undefined, ...users.slice(0, BUFFERING_USERS)]) {
    const own = plays.filter((play) => user === undefined || play.user === user.name);
    const playing = own.flatMap(({ spans }) => spans.filter(({ state }) => state === "playing"));
    const playedMs = own.reduce((sum, play) => sum + timeInState(play, "playing", atMs), 0);
    const truth: Readonly<Record<string, readonly [expected: number, allowed: number]>> = {
      plex_plays_total: [own.length, 0],
      plex_play_seconds_total: [playedMs / 1_000, lateS * playing.length],
      plex_user_transmit_bytes_total: [bytesTo(user), 0],
    };
    const labels = user === undefined ? "" : `{user=${JSON.stringify(user.name)}}`;
    for (const [name, [expected, allowed]] of Object.entries(truth)) {
      const increase = await prometheus.sum(`increase(${name}${labels}[${range}])`, atMs);
      const text = `${name} of ${user?.name ?? "all"}: ${increase} of ${expected}`;
      assert.ok(expected > 0, text);
      assert.ok(Math.abs(increase - expected) <= EXTRAPOLATION * expected + allowed, text);
    }
  }
}

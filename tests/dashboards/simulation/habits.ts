/** The habits of the users of two simulated servers: when, what and by which method they play. */
import type { Location, Method } from "../../../src/simulator/stream_output.ts";

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

/** A habit: on these weekdays, at about this hour, a number of items in a row. */
export interface Habit {
  readonly user: number;
  readonly player: number;
  readonly preference: "movie" | "episode" | "track" | "live";
  readonly method: Method;
  readonly location: Location;
  /** 0 is Sunday. */
  readonly days: readonly number[];
  readonly hour: number;
  readonly items: number;
}

const EVERY_DAY = [0, 1, 2, 3, 4, 5, 6];

/** Six users, mostly in the evening. */
export const LARGE_SERVER_HABITS: readonly Habit[] = [
  habit(0, 0, "movie", "direct play", "lan", [0, 1, 5, 6], 20, 1),
  habit(1, 2, "episode", "hardware transcode", "wan", EVERY_DAY, 19, 3),
  habit(2, 4, "track", "direct play", "lan", EVERY_DAY, 7, 14),
  habit(3, 5, "episode", "audio transcode", "lan", EVERY_DAY, 21, 2),
  habit(4, 6, "live", "direct stream", "lan", EVERY_DAY, 18, 1),
  habit(5, 8, "movie", "subtitle burn", "relayed", [2, 6], 17, 1),
  habit(1, 3, "movie", "partial hardware transcode", "cellular", [0, 2], 13, 1),
  habit(0, 1, "episode", "direct stream", "lan", [1, 3, 4], 22, 1),
];

/** Two users. */
export const SMALL_SERVER_HABITS: readonly Habit[] = [
  habit(0, 0, "episode", "direct play", "lan", EVERY_DAY, 20, 2),
  habit(2, 7, "movie", "software transcode", "wan", [1, 6], 16, 1),
];

function habit(
  user: number,
  player: number,
  preference: Habit["preference"],
  method: Method,
  location: Location,
  days: readonly number[],
  hour: number,
  items: number,
): Habit {
  return { user, player, preference, method, location, days, hour, items };
}

/**
 * Sessions that nobody watches: the ghosts of DLNA browsers and of strange stops, and transcodes in
 * the background. When they come and go is the simulation's affair.
 */
import { type Method, streamOutput } from "./stream_output.ts";
import type { Item } from "./item.ts";
import type { Random } from "./random.ts";
import type { Session } from "./session.ts";

function newPhantomSession(
  random: Random,
  item: Item,
  key: string,
  method: Method,
  nowMs: number,
): Session {
  const version = item.versions[0];
  if (version === undefined) throw new RangeError(`There is nothing to play in ${item.title}`);
  return {
    key,
    id: random.hex(24),
    item,
    version,
    stream: streamOutput(version, method),
    location: "lan",
    secure: false,
    state: "playing",
    offsetMs: 0,
    sinceMs: nowMs,
    withoutSessionElement: true,
    playQueueId: 0,
    playQueueItemId: 0,
  };
}

/** A session with neither user nor player (docs/plex/api.md#sessions-without-user-or-player). */
export function ghostSession(random: Random, item: Item, key: string, nowMs: number): Session {
  return newPhantomSession(random, item, key, "direct play", nowMs);
}

/**
 * A download or optimisation: a transcode without a session key
 * (docs/plex/api.md#background-transcodes).
 */
export function backgroundSession(random: Random, item: Item, nowMs: number): Session {
  const session = newPhantomSession(random, item, "", "software transcode", nowMs);
  const transcode = { id: session.id, startedAtMs: nowMs, fromMs: 0, speed: 4, failed: false };
  return { ...session, transcode };
}

/**
 * An entry of the session list, and how it develops by itself: the offset grows, the transcoder
 * runs ahead.
 */
import type { Location, StreamOutput } from "./stream_output.ts";
import type { Item, Version } from "./item.ts";
import type { Player, User } from "./users.ts";

/** The state that a player reports. */
export type PlayState = "playing" | "paused" | "buffering";

/** A conversion that is running for a session. */
export interface Transcode {
  readonly id: string;
  readonly startedAtMs: number;
  /** Where in the item it began. */
  readonly fromMs: number;
  /** How many seconds of media it makes in a second, when it is not throttled. */
  readonly speed: number;
  readonly failed: boolean;
}

/** One entry of the server's list of sessions; replaced, never changed. */
export interface Session {
  readonly key: string;
  /** Identifies the session independently of any transcode. */
  readonly id: string;
  readonly item: Item;
  readonly version: Version;
  readonly stream: StreamOutput;
  /** Absent for a session that nobody watches. */
  readonly user?: User;
  readonly player?: Player;
  readonly location: Location;
  readonly secure: boolean;
  readonly state: PlayState;
  /** The offset in the item at `sinceMs`, when the player last reported it. */
  readonly offsetMs: number;
  readonly sinceMs: number;
  readonly transcode?: Transcode;
  /** docs/plex/api.md#session-element: the `Session` element may be absent. */
  readonly withoutSessionElement: boolean;
  readonly playQueueId: number;
  readonly playQueueItemId: number;
}

/** A transcode at one moment. */
export interface TranscodeProgress {
  /** 0 to 100; -1 for live television. */
  readonly percent: number;
  readonly speed: number;
  readonly throttled: boolean;
  readonly complete: boolean;
  readonly remainingS?: number;
  readonly maxOffsetS: number;
}

/** How far ahead of the player the transcoder works before it is throttled. */
const TRANSCODE_AHEAD_MS = 120_000;

/** Where in the item the player is. */
export function offsetAt(session: Session, nowMs: number): number {
  const moved = session.state === "playing" ? Math.max(0, nowMs - session.sinceMs) : 0;
  return Math.min(session.offsetMs + moved, session.item.durationMs ?? Number.MAX_SAFE_INTEGER);
}

/** How far a transcode has come. */
export function progressAt(
  session: Session,
  transcode: Transcode,
  nowMs: number,
): TranscodeProgress {
  const { durationMs } = session.item;
  const madeMs = transcode.fromMs + Math.max(0, nowMs - transcode.startedAtMs) * transcode.speed;
  if (durationMs === undefined) {
    return {
      percent: -1,
      speed: 1,
      throttled: false,
      complete: false,
      maxOffsetS: madeMs / 1000,
    };
  }
  const limitMs = offsetAt(session, nowMs) + TRANSCODE_AHEAD_MS;
  const complete = madeMs >= durationMs && limitMs >= durationMs;
  const throttled = !complete && madeMs >= limitMs;
  const reachedMs = Math.min(madeMs, limitMs, durationMs);
  return {
    percent: (reachedMs / durationMs) * 100,
    speed: complete || throttled ? 0 : transcode.speed,
    throttled,
    complete,
    // docs/plex/api.md#transcode-session: `remaining` is absent when throttled or complete.
    ...(complete || throttled
      ? {}
      : { remainingS: Math.round((durationMs - reachedMs) / transcode.speed / 1000) }),
    maxOffsetS: reachedMs / 1000,
  };
}

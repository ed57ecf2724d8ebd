/** Creates sessions: of viewers, without a user, and of background jobs. */
import { type Method, type StreamOutput, streamOutput } from "./stream_output.ts";
import type { Item, Version } from "./item.ts";
import type { Random } from "./random.ts";
import type { PlayState, Session, Transcode } from "./session.ts";
import type { ViewerContext, ViewerOptions } from "./viewer_context.ts";

/** The version to play; throws a RangeError if the item does not have it. */
export function selectedVersion({ item, version = 0 }: ViewerOptions): Version {
  const chosen = item.versions[version];
  if (chosen === undefined) throw new RangeError(`There is nothing to play in ${item.title}`);
  return chosen;
}

/** A new transcode for this stream; undefined for a direct play. */
export function newTranscode(
  context: ViewerContext,
  stream: StreamOutput,
  fromMs: number,
): Transcode | undefined {
  if (stream.output === undefined) return undefined;
  return {
    id: context.random.hex(24),
    startedAtMs: context.now(),
    fromMs,
    speed: stream.video === "transcode" && stream.encoder === undefined ? 1.9 : 7.4,
    failed: false,
  };
}

/** A new session under the next session key. */
export function newSession(
  context: ViewerContext,
  options: ViewerOptions,
  state: PlayState,
): Session {
  const { random } = context;
  const version = selectedVersion(options);
  const stream = streamOutput(version, options.method ?? "direct play", options.quality);
  const transcode = newTranscode(context, stream, options.offsetMs ?? 0);
  return {
    key: context.nextSessionKey(),
    id: random.hex(24),
    item: options.item,
    version,
    stream,
    ...(options.user === undefined ? {} : { user: options.user }),
    ...(options.player === undefined ? {} : { player: options.player }),
    location: options.location ?? "lan",
    secure: options.secure ?? true,
    state,
    offsetMs: options.offsetMs ?? 0,
    sinceMs: context.now(),
    ...(transcode === undefined ? {} : { transcode }),
    withoutSessionElement: options.withoutSessionElement ?? false,
    playQueueId: random.integer(3000, 3999),
    playQueueItemId: random.integer(60_000, 69_999),
  };
}

/** A session with neither user nor player (docs/plex/api.md#sessions-without-user-or-player). */
export function unwatchedSession(
  random: Random,
  item: Item,
  key: string,
  nowMs: number,
  method: Method = "direct play",
): Session {
  const version = selectedVersion({ item });
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

/** A transcode without a session key, for a download or an optimisation. */
export function backgroundSession(random: Random, item: Item, nowMs: number): Session {
  const session = unwatchedSession(random, item, "", nowMs, "software transcode");
  const transcode = { id: session.id, startedAtMs: nowMs, fromMs: 0, speed: 4, failed: false };
  return { ...session, transcode };
}

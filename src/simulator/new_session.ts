/**
 * How a session looks in its first moment. Telling anyone about it is the viewer's affair.
 */
import { type StreamOutput, streamOutput } from "./stream_output.ts";
import type { Version } from "./item.ts";
import type { PlayState, Session, Transcode } from "./session.ts";
import type { ViewerContext, ViewerOptions } from "./viewer_context.ts";

/** The file that is wished for; throws a RangeError if the item has none such. */
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
export function openSession(
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

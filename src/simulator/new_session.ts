/**
 * How a session looks in its first moment. Telling anyone about it is the viewing's affair.
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

/** A new transcode for this delivery; undefined for a direct play. */
export function newTranscode(
  stage: ViewerContext,
  delivery: StreamOutput,
  fromMs: number,
): Transcode | undefined {
  if (delivery.output === undefined) return undefined;
  return {
    id: stage.dice.hex(24),
    startedAtMs: stage.now(),
    fromMs,
    speed: delivery.video === "transcode" && delivery.encoder === undefined ? 1.9 : 7.4,
    failed: false,
  };
}

/** A new session under the next session key. */
export function openSession(stage: ViewerContext, wish: ViewerOptions, state: PlayState): Session {
  const { dice } = stage;
  const version = selectedVersion(wish);
  const delivery = streamOutput(version, wish.how ?? "direct play", wish.quality);
  const transcode = newTranscode(stage, delivery, wish.offsetMs ?? 0);
  return {
    key: stage.nextSessionKey(),
    id: dice.hex(24),
    item: wish.item,
    version,
    delivery,
    ...(wish.user === undefined ? {} : { user: wish.user }),
    ...(wish.player === undefined ? {} : { player: wish.player }),
    location: wish.location ?? "lan",
    secure: wish.secure ?? true,
    state,
    offsetMs: wish.offsetMs ?? 0,
    sinceMs: stage.now(),
    ...(transcode === undefined ? {} : { transcode }),
    elementless: wish.elementless ?? false,
    playQueueId: dice.between(3000, 3999),
    playQueueItemId: dice.between(60_000, 69_999),
  };
}

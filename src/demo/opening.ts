/**
 * How a session looks in its first moment. Telling anyone about it is the viewing's affair.
 */
import { deliver, type Delivery } from "./delivery.ts";
import type { Version } from "./item.ts";
import type { PlayState, Session, Transcode } from "./session.ts";
import type { Stage, ViewingWish } from "./stage.ts";

/** The file that is wished for; throws a RangeError if the item has none such. */
export function chosenVersion({ item, version = 0 }: ViewingWish): Version {
  const chosen = item.versions[version];
  if (chosen === undefined) throw new RangeError(`There is nothing to play in ${item.title}`);
  return chosen;
}

/** A new transcode for this delivery; undefined for a direct play. */
export function newTranscode(
  stage: Stage,
  delivery: Delivery,
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
export function openSession(stage: Stage, wish: ViewingWish, state: PlayState): Session {
  const { dice } = stage;
  const version = chosenVersion(wish);
  const delivery = deliver(version, wish.how ?? "direct play", wish.quality);
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

/** Sessions without a viewer: those of DLNA browsers and of stray stops. */
import type { Item } from "./item.ts";
import { unwatchedSession } from "./new_session.ts";
import type { Player } from "./users.ts";
import type { ViewerContext } from "./viewer_context.ts";

/** How long Plex lists the session that a stray stop creates. */
const STRAY_SESSION_MS = 20_000;

type Context = Omit<ViewerContext, "onEnd">;

/** Lists a session for this long, without a frame and a user; by default without a player, too. */
export function listGhost(context: Context, item: Item, forMs: number, player?: Player): void {
  const nowMs = context.now();
  const unwatched = unwatchedSession(context.random, item, context.nextSessionKey(), nowMs);
  const session = player === undefined ? unwatched : { ...unwatched, player };
  context.sessionList.show(session, nowMs);
  context.sessionList.drop(session.key, nowMs + forMs);
}

/**
 * Announces three stops: one under a new session key without a rating key, one under the next key
 * with it, and one without session key. A session without a user stays listed for 20 s
 * (docs/plex/notifications.md#quirk-2-unknown-stops).
 */
export function announceStrayStops(context: Context, item: Item): void {
  const stop = (ratingKey: string, sessionKey?: string) =>
    context.announce({
      kind: "stray stop",
      ratingKey,
      ...(sessionKey === undefined ? {} : { sessionKey }),
    });
  stop("", context.nextSessionKey());
  stop(item.ratingKey ?? "", context.nextSessionKey());
  stop("");
  listGhost(context, item, STRAY_SESSION_MS);
}

/** Sessions without a viewer: those of DLNA browsers and of stray stops. */
import type { Item } from "./item.ts";
import { unwatchedSession } from "./new_session.ts";
import { dlnaBrowser, type Player } from "./users.ts";
import type { ViewerContext } from "./viewer_context.ts";

/** How long Plex lists the session that a stray stop creates. */
const STRAY_SESSION_MS = 20_000;

/** The sessions of a server that nobody watches. They are listed, and no frame announces them. */
export class PhantomSessions {
  readonly #context: Omit<ViewerContext, "onEnd">;

  constructor(context: Omit<ViewerContext, "onEnd">) {
    this.#context = context;
  }

  /** A device browses by DLNA: a session of a few seconds. */
  browseByDlna(item: Item, forMs = 6000): void {
    this.#list(item, forMs, dlnaBrowser);
  }

  /**
   * A client announces three stops: one under a new session key without a rating key, one under the
   * next key with it, and one without session key. A session with neither user nor player stays
   * listed for 20 s (docs/plex/notifications.md#quirk-2-unknown-stops).
   */
  strayStops(item: Item): void {
    const { nextSessionKey } = this.#context;
    this.#announceStop("", nextSessionKey());
    this.#announceStop(item.ratingKey ?? "", nextSessionKey());
    this.#announceStop("");
    this.#list(item, STRAY_SESSION_MS);
  }

  #announceStop(ratingKey: string, sessionKey?: string): void {
    this.#context.announce({
      kind: "stray stop",
      ratingKey,
      ...(sessionKey === undefined ? {} : { sessionKey }),
    });
  }

  #list(item: Item, forMs: number, player?: Player): void {
    const { random, sessionList, nextSessionKey } = this.#context;
    const nowMs = this.#context.now();
    const unwatched = unwatchedSession(random, item, nextSessionKey(), nowMs);
    const session = player === undefined ? unwatched : { ...unwatched, player };
    sessionList.show(session, nowMs);
    sessionList.drop(session.key, nowMs + forMs);
  }
}

/** Records the plays of one viewer as they happen. */
import { streamedKbps } from "./stream_output.ts";
import type { Session } from "./session.ts";
import { beginSpan, endPlay, type Play, type Span } from "./ground_truth.ts";

/** The recorded plays of one client, of which at most one has not ended. */
export class PlayRecorder {
  readonly #now: () => number;
  readonly #record: (play: Play) => void;
  #play: Play | undefined;

  constructor(now: () => number, record: (play: Play) => void) {
    this.#now = now;
    this.#record = record;
  }

  /** A play begins, and the one before ends. */
  begin(session: Session): void {
    this.end();
    const { item } = session;
    this.#play = {
      sessionKey: session.key,
      ratingKey: item.ratingKey,
      userId: session.user?.id,
      user: session.user?.name,
      player: session.player?.title,
      mediaType: item.type,
      live: item.live !== undefined,
      guid: item.guid,
      title: item.title,
      libraryId: item.libraryId,
      startedAtMs: this.#now(),
      spans: [this.#spanOf(session)],
    };
    this.#record(this.#play);
  }

  /** The play changes: a new span begins. */
  change(session: Session): void {
    if (this.#play !== undefined) beginSpan(this.#play, this.#spanOf(session));
  }

  /** The play ends, if there is one. */
  end(): void {
    if (this.#play !== undefined) endPlay(this.#play, this.#now());
    this.#play = undefined;
  }

  #spanOf(session: Session): Span {
    return {
      fromMs: this.#now(),
      state: session.state,
      method: session.stream.method,
      bitrateKbps: streamedKbps(session.version, session.stream),
      location: session.location,
    };
  }
}

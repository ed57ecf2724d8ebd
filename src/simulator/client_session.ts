/** A client's current session: how the server lists it, announces it and records it. */
import type { Item, Version } from "./item.ts";
import { newSession, newTranscode } from "./new_session.ts";
import { PlayRecorder } from "./play_recorder.ts";
import { offsetAt, type PlayState, type Session } from "./session.ts";
import type { StreamOutput } from "./stream_output.ts";
import { ViewRecorder } from "./view_recorder.ts";
import type { ViewerContext, ViewerOptions } from "./viewer_context.ts";

/** Which of two transcodes that follow each other is announced first. */
export type TranscodeOrder = "end first" | "start first";

/**
 * The milliseconds between the start of a transcode's session and its `TranscodeSession`, which may
 * be missing for a moment (docs/plex/api.md#transcode-session).
 */
const TRANSCODE_LISTED_AFTER_MS = 500;

/** The session of a client, of which there is at most one at a time. */
export class ClientSession {
  readonly #context: ViewerContext;
  readonly #plays: PlayRecorder;
  readonly #views: ViewRecorder;
  #session: Session | undefined;
  /** The session key of the last frame. */
  #lastKey = "";

  constructor(context: ViewerContext) {
    this.#context = context;
    this.#plays = new PlayRecorder(() => context.now(), (play) => context.recordPlay(play));
    this.#views = new ViewRecorder((session) => context.recordView(session));
  }

  /** The session as the server knows it now. */
  get current(): Session | undefined {
    return this.#session;
  }

  /** Where in the item the player is. */
  get offsetMs(): number {
    return this.#session === undefined ? 0 : offsetAt(this.#session, this.#context.now());
  }

  /**
   * Starts under the next session key. `afterFirstFrame` is called once the session has been
   * announced.
   */
  start(options: ViewerOptions, state: PlayState, afterFirstFrame?: () => void): void {
    const { random, sessionList } = this.#context;
    this.#context.recordUsage();
    const nowMs = this.#context.now();
    const session = newSession(this.#context, options, state);
    this.#session = session;
    this.#plays.begin(session);
    if (options.alreadyRunning === true) {
      sessionList.show(session, nowMs);
      return;
    }
    const listedAtMs = nowMs + this.#context.lagMs("start");
    if (session.transcode === undefined) {
      sessionList.show(session, listedAtMs);
    } else {
      const { transcode: _, ...withoutTranscode } = session;
      sessionList.show(withoutTranscode, listedAtMs);
      sessionList.show(session, listedAtMs + TRANSCODE_LISTED_AFTER_MS);
    }
    // docs/plex/notifications.md#transcode-updates: the start of the transcode comes before or
    // after the first `playing`.
    const transcodeFirst = random.chance(0.5);
    if (transcodeFirst) this.#announceTranscode("start", session);
    this.announce(state);
    afterFirstFrame?.();
    if (!transcodeFirst) this.#announceTranscode("start", session);
  }

  /** Changes the session; the list follows after the usual lag. */
  update(change: Partial<Session>): void {
    const session = this.#show(change);
    if (session !== undefined) this.#plays.change(session);
  }

  /** Goes on to another item under the same session key: as a new play, or as part of the same. */
  playItem(
    item: Item,
    version: Version,
    stream: StreamOutput,
    { newPlay }: { readonly newPlay: boolean },
  ): void {
    const before = this.#session;
    if (before === undefined) return;
    const session = this.#show({
      item,
      version,
      stream,
      offsetMs: 0,
      state: "playing",
      playQueueItemId: before.playQueueItemId + 1,
    });
    if (session === undefined) return;
    if (newPlay) this.#plays.begin(session);
    else this.#plays.change(session);
  }

  /** Replaces the transcode by one for this stream, or by none for a direct play. */
  replaceTranscode(stream: StreamOutput, order: TranscodeOrder): void {
    const before = this.#session;
    if (before === undefined) return;
    const transcode = newTranscode(this.#context, stream, this.offsetMs);
    const { transcode: _, ...rest } = before;
    this.#session = { ...rest, ...(transcode === undefined ? {} : { transcode }) };
    this.update({ stream });
    if (order === "end first") this.#announceTranscode("end", before);
    this.#announceTranscode("start", this.#session);
    if (order === "start first") this.#announceTranscode("end", before);
  }

  /** Announces a state and the position; from then on lists show that position. */
  announce(state: PlayState | "stopped" | "error"): void {
    const session = this.#session;
    if (session === undefined) return;
    const nowMs = this.#context.now();
    this.#views.observe(session, nowMs);
    // docs/plex/notifications.md#quirk-7-unreliable-offsets: the first frame may be stale.
    const isStale = session.item.type === "track" || session.key !== this.#lastKey;
    this.#lastKey = session.key;
    const offsetMs = this.offsetMs;
    // docs/plex/api.md#progress: lists show the offset that was reported last.
    this.#session = { ...session, offsetMs, sinceMs: nowMs };
    this.#context.sessionList.show(this.#session, nowMs + this.#context.lagMs("change"));
    this.#context.announce({ kind: "playing", session, state, offsetMs: isStale ? 0 : offsetMs });
  }

  /** Announces how far the transcode is. */
  announceProgress(): void {
    if (this.#session !== undefined) this.#announceTranscode("update", this.#session);
  }

  /** Announces the end and takes the session off the list. */
  end(state: "stopped" | "error"): void {
    const session = this.#session;
    if (session === undefined) return;
    this.#context.recordUsage();
    const { random, timers } = this.#context;
    const transcodeFirst = random.chance(0.3);
    if (transcodeFirst) this.#announceTranscode("end", session);
    this.announce(state);
    // docs/plex/notifications.md#quirk-4-late-transcode-frames: the transcode may end later.
    if (!transcodeFirst) {
      timers.after(random.integer(200, 1500), () => this.#announceTranscode("end", session));
    }
    this.#unlist(session, this.#context.lagMs("stop"));
    this.#plays.end();
  }

  /** Ends a former session of this client after a newer one has begun. */
  endFormer(session: Session): void {
    const offsetMs = offsetAt(session, this.#context.now());
    this.#context.announce({ kind: "playing", session, state: "stopped", offsetMs });
    this.#announceTranscode("end", session);
    this.#unlist(session, this.#context.lagMs("stop"));
  }

  /** Ends the session without announcing its stop. */
  endSilently(): void {
    if (this.#session === undefined) return;
    this.#context.recordUsage();
    this.#announceTranscode("end", this.#session);
    this.#unlist(this.#session, this.#context.lagMs("stop"));
  }

  /** The client is gone, which the server notices only after this time. */
  loseClient(noticedAfterMs: number): void {
    if (this.#session === undefined) return;
    this.#context.recordUsage();
    this.#plays.end();
    this.#unlist(this.#session, noticedAfterMs);
  }

  /** The server has noticed that the client is lost. */
  noticeLoss(): void {
    if (this.#session !== undefined) this.#announceTranscode("end", this.#session);
    this.forget();
  }

  /** The client has no session any more. */
  forget(): void {
    this.#plays.end();
    this.#session = undefined;
  }

  #show(change: Partial<Session>): Session | undefined {
    const before = this.#session;
    if (before === undefined) return undefined;
    this.#context.recordUsage();
    const nowMs = this.#context.now();
    const session = { ...before, offsetMs: offsetAt(before, nowMs), sinceMs: nowMs, ...change };
    this.#session = session;
    this.#context.sessionList.show(session, nowMs + this.#context.lagMs("change"));
    return session;
  }

  #unlist(session: Session, inMs: number): void {
    this.#context.sessionList.drop(session.key, this.#context.now() + inMs);
  }

  #announceTranscode(event: "start" | "update" | "end", session: Session): void {
    const { transcode } = session;
    if (transcode === undefined) return;
    const atMs = this.#context.now();
    this.#context.announce({ kind: "transcode", event, session, transcode, atMs });
  }
}

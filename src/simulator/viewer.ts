/**
 * One client that watches one thing after another, and what it makes the server say and list. It
 * acts only when notified to, but for its heartbeats.
 */
import type { Cancel } from "../clock.ts";
import { PlayRecorder } from "./play_recorder.ts";
import { type Method, type Quality, type StreamOutput, streamOutput } from "./stream_output.ts";
import type { Item } from "./item.ts";
import { newTranscode, openSession, selectedVersion } from "./new_session.ts";
import { offsetAt, type PlayState, type Session } from "./session.ts";
import { ViewRecorder } from "./view_recorder.ts";
import type { Transition, ViewerContext, ViewerOptions } from "./viewer_context.ts";

/**
 * docs/plex/api.md#silent-players: a client that went silent stays listed for about three minutes.
 */
export const VANISHED_AFTER_MS = 180_000;

/** A client in front of the server. Its verbs do nothing once it has stopped. */
export class Viewer {
  readonly #context: ViewerContext;
  readonly #recorder: PlayRecorder;
  readonly #views: ViewRecorder;
  #options: ViewerOptions;
  #session: Session | undefined;
  #timelineTimer: Cancel = () => {};
  #progressTimer: Cancel = () => {};
  #bufferTimer: Cancel = () => {};
  /** The session key that the last frame bore. */
  #lastKey = "";
  #present = true;

  constructor(context: ViewerContext, options: ViewerOptions) {
    this.#context = context;
    this.#recorder = new PlayRecorder(() => context.now(), (play) => context.recordPlay(play));
    this.#views = new ViewRecorder((session) => context.recordView(session));
    this.#options = options;
    if (!context.isUp()) return;
    this.#startSession(options.state ?? "buffering", options.alreadyRunning === true);
    if (options.state === undefined) this.#bufferTimer = this.#playAfterBuffering();
  }

  /** The session as the server knows it now; undefined when it is over or the server is down. */
  get session(): Session | undefined {
    return this.#session;
  }

  /** The current session key; "" when there is none. */
  get key(): string {
    return this.#session?.key ?? "";
  }

  /** True while someone watches, even if the server is down. */
  get isActive(): boolean {
    return this.#present;
  }

  /** Where in the item the player is. */
  get offsetMs(): number {
    return this.#session === undefined ? 0 : offsetAt(this.#session, this.#context.now());
  }

  /** The client pauses; heartbeats repeat `paused`. */
  pause(): void {
    this.#setState("paused");
  }

  /** The client plays on. */
  resume(): void {
    this.#setState("playing");
  }

  /** The client waits for data. */
  buffer(): void {
    this.#setState("buffering");
  }

  /** Jumps, also backwards: no event of its own, only `buffering` and then `playing` elsewhere. */
  seek(offsetMs: number): void {
    const session = this.#activeSession();
    if (session === undefined) return;
    this.#update({ offsetMs, state: "buffering" });
    this.#notify("buffering");
    // docs/plex/notifications.md#seeking: a jump beyond what is transcoded replaces the transcode.
    if (session.transcode !== undefined) this.#replaceTranscode(session.stream, "end first");
    this.#bufferTimer = this.#playAfterBuffering();
  }

  /** Other quality or other tracks: a new transcode under the same session key. */
  changeQuality(
    method: Method,
    options: { quality?: Quality; order?: "end first" | "start first" } = {},
  ): void {
    const session = this.#activeSession();
    if (session === undefined) return;
    const { order = this.#context.random.chance(0.5) ? "end first" : "start first", quality } =
      options;
    this.#options = {
      ...this.#options,
      method,
      ...(quality === undefined ? {} : { quality }),
    };
    this.#replaceTranscode(streamOutput(session.version, method, quality), order);
    this.#notify(session.state);
  }

  /** Goes on to another item; live television stays one play, whatever is on. */
  next(item: Item, transition: Transition = "same key"): void {
    const before = this.#activeSession();
    if (before === undefined) return;
    this.#options = { ...this.#options, item, offsetMs: 0, version: 0 };
    if (transition !== "same key") {
      if (transition === "stop first") this.#endSession("stopped");
      this.#startSession(
        "playing",
        false,
        transition === "overlap" ? () => this.#endFormerSession(before) : undefined,
      );
      return;
    }
    const version = selectedVersion(this.#options);
    const stream = streamOutput(version, before.stream.method, this.#options.quality);
    const isSameLivePlay = before.item.live !== undefined && item.live !== undefined;
    this.#update({
      item,
      version,
      stream,
      offsetMs: 0,
      state: "playing",
      playQueueItemId: before.playQueueItemId + 1,
    }, { newPlay: !isSameLivePlay });
    if (before.transcode !== undefined) this.#replaceTranscode(stream, "end first");
    this.#notify("playing");
  }

  /** The viewer stops: one `stopped`; the list follows within a second. */
  stop(): void {
    this.#stop("stopped");
  }

  /** The client gives up: `error` in place of `stopped`. */
  fail(): void {
    this.#stop("error");
  }

  /**
   * Stops, but says so under a session key that nobody has seen
   * (docs/plex/notifications.md#quirk-2-unknown-stops).
   */
  stopUnderNewKey(): void {
    const session = this.#activeSession();
    if (session === undefined) return;
    this.#context.announce({
      kind: "stray stop",
      sessionKey: this.#context.nextSessionKey(),
      ratingKey: session.item.ratingKey ?? "",
    });
    this.#endSilently();
  }

  /** The player's plug is pulled: no frame, and the list keeps the last state for three minutes. */
  vanish(): void {
    const session = this.#activeSession();
    if (session === undefined) return;
    const { timers, sessionList } = this.#context;
    this.#context.recordUsage();
    this.#timelineTimer();
    this.#bufferTimer();
    this.#recorder.end();
    this.#present = false;
    sessionList.drop(session.key, this.#context.now() + VANISHED_AFTER_MS);
    timers.after(VANISHED_AFTER_MS, () => {
      if (this.#session !== undefined) this.#endTranscode(session);
      this.#cleanUp();
    });
  }

  /** The server is gone; the client waits. Only the server calls this. */
  suspend(): void {
    const offsetMs = this.offsetMs;
    const state = this.#session?.state;
    this.#options = { ...this.#options, offsetMs, ...(state === undefined ? {} : { state }) };
    this.#timelineTimer();
    this.#progressTimer();
    this.#bufferTimer();
    this.#recorder.end();
    this.#session = undefined;
    if (!this.#present) this.#context.onEnd();
  }

  /** The server is back; the client goes on under a new key. Only the server calls this. */
  reconnect(): void {
    if (!this.#present || this.#session !== undefined) return;
    this.#startSession(this.#options.state === "paused" ? "paused" : "playing", false);
  }

  #activeSession(): Session | undefined {
    return this.#present ? this.#session : undefined;
  }

  #startSession(state: PlayState, running: boolean, afterFirstFrame?: () => void): void {
    const { random, sessionList } = this.#context;
    const options = this.#options;
    this.#context.recordUsage();
    const nowMs = this.#context.now();
    const session = openSession(this.#context, options, state);
    this.#session = session;
    this.#recorder.begin(session);
    const listedAtMs = running ? nowMs : nowMs + this.#context.lagMs("start");
    if (session.transcode !== undefined && !running) {
      // docs/plex/api.md#transcode-session: the TranscodeSession may be missing for a moment at the
      // start.
      const { transcode: _, ...withoutTranscode } = session;
      sessionList.show(withoutTranscode, listedAtMs);
      sessionList.show(session, listedAtMs + 500);
    } else {
      sessionList.show(session, listedAtMs);
    }
    if (!running) {
      // docs/plex/notifications.md#transcode-updates: the transcode's start comes before or after
      // the first `playing`.
      const transcodeFirst = random.chance(0.5);
      if (transcodeFirst) this.#notifyTranscode("start", session);
      this.#notify(state);
      afterFirstFrame?.();
      if (!transcodeFirst) this.#notifyTranscode("start", session);
    }
    this.#startTimers();
  }

  /** Starts the client's timelines and the transcoder's reports. */
  #startTimers(): void {
    const { timers, random } = this.#context;
    this.#timelineTimer();
    this.#progressTimer();
    const everyMs = this.#options.timelineIntervalMs ?? 10_000;
    this.#timelineTimer = timers.repeat(
      () => everyMs + random.integer(-200, 200),
      () => this.#session === undefined || this.#notify(this.#session.state),
    );
    // docs/plex/notifications.md#transcode-updates: every 5 to 6 s, also while throttled or paused.
    this.#progressTimer = timers.repeat(
      () => random.integer(5000, 6000),
      () => this.#session === undefined || this.#notifyTranscode("update", this.#session),
    );
  }

  #playAfterBuffering(): Cancel {
    this.#bufferTimer();
    const waitMs = this.#context.random.integer(300, 1500);
    return this.#context.timers.after(waitMs, () => this.#setState("playing"));
  }

  #setState(state: PlayState): void {
    if (this.#activeSession() === undefined) return;
    this.#bufferTimer();
    this.#update({ state });
    this.#notify(state);
  }

  #update(change: Partial<Session>, options: { newPlay?: boolean } = {}): void {
    const before = this.#session;
    if (before === undefined) return;
    this.#context.recordUsage();
    const nowMs = this.#context.now();
    const session = { ...before, offsetMs: offsetAt(before, nowMs), sinceMs: nowMs, ...change };
    this.#session = session;
    this.#context.sessionList.show(session, nowMs + this.#context.lagMs("change"));
    if (options.newPlay === true) this.#recorder.begin(session);
    else this.#recorder.change(session);
  }

  #replaceTranscode(stream: StreamOutput, order: "end first" | "start first"): void {
    const before = this.#session;
    if (before === undefined) return;
    const transcode = newTranscode(this.#context, stream, this.offsetMs);
    const { transcode: _, ...rest } = before;
    this.#session = { ...rest, ...(transcode === undefined ? {} : { transcode }) };
    this.#update({ stream });
    if (order === "end first") this.#endTranscode(before);
    this.#notifyTranscode("start", this.#session);
    if (order === "start first") this.#endTranscode(before);
  }

  #notify(state: PlayState | "stopped" | "error"): void {
    const session = this.#session;
    if (session === undefined) return;
    this.#views.observe(session, this.#context.now());
    // docs/plex/notifications.md#quirk-7-unreliable-offsets: the first frame may be stale, and
    // music's offsets are unreliable.
    const isStale = session.item.type === "track" || session.key !== this.#lastKey;
    this.#lastKey = session.key;
    const offsetMs = isStale ? 0 : this.offsetMs;
    // Lists show the offset that was reported last (docs/plex/api.md#progress).
    const nowMs = this.#context.now();
    this.#session = { ...session, offsetMs: this.offsetMs, sinceMs: nowMs };
    this.#context.sessionList.show(this.#session, nowMs + this.#context.lagMs("change"));
    this.#context.announce({ kind: "playing", session, state, offsetMs });
  }

  #notifyTranscode(event: "start" | "update" | "end", session: Session): void {
    const { transcode } = session;
    if (transcode === undefined) return;
    const atMs = this.#context.now();
    this.#context.announce({ kind: "transcode", event, session, transcode, atMs });
  }

  #endTranscode(session: Session): void {
    this.#notifyTranscode("end", session);
  }

  /** Ends the session but not the client. */
  #endSession(state: "stopped" | "error"): void {
    const session = this.#session;
    if (session === undefined) return;
    this.#context.recordUsage();
    const { random, sessionList } = this.#context;
    const endFirst = random.chance(0.3);
    if (endFirst) this.#endTranscode(session);
    this.#notify(state);
    // docs/plex/notifications.md#quirk-4-late-transcode-frames: the transcoder winds down after the
    // stop.
    if (!endFirst) {
      this.#context.timers.after(random.integer(200, 1500), () => this.#endTranscode(session));
    }
    sessionList.drop(session.key, this.#context.now() + this.#context.lagMs("stop"));
    this.#recorder.end();
  }

  /** An older session of this client ends after a newer one has begun. */
  #endFormerSession(session: Session): void {
    const offsetMs = offsetAt(session, this.#context.now());
    this.#context.announce({ kind: "playing", session, state: "stopped", offsetMs });
    this.#endTranscode(session);
    this.#context.sessionList.drop(session.key, this.#context.now() + this.#context.lagMs("stop"));
  }

  #stop(state: "stopped" | "error"): void {
    if (!this.#present) return;
    this.#present = false;
    this.#endSession(state);
    this.#cleanUp();
  }

  /** Leaves without a word of its own. */
  #endSilently(): void {
    const session = this.#session;
    if (session === undefined) return;
    this.#present = false;
    this.#context.recordUsage();
    this.#endTranscode(session);
    this.#context.sessionList.drop(session.key, this.#context.now() + this.#context.lagMs("stop"));
    this.#cleanUp();
  }

  #cleanUp(): void {
    this.#timelineTimer();
    this.#progressTimer();
    this.#bufferTimer();
    this.#recorder.end();
    this.#session = undefined;
    this.#context.onEnd();
  }
}

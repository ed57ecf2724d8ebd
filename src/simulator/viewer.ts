/**
 * A client that plays one item after another, with every action that a user can take. By itself it
 * only sends reports.
 */
import type { Cancel } from "../clock.ts";
import { ClientSession, type TranscodeOrder } from "./client_session.ts";
import type { Item } from "./item.ts";
import { selectedVersion } from "./new_session.ts";
import type { PlayState, Session } from "./session.ts";
import { type Method, type Quality, streamOutput } from "./stream_output.ts";
import type { Transition, ViewerContext, ViewerOptions } from "./viewer_context.ts";

/** A client that went silent stays listed for this long (docs/plex/api.md#silent-players). */
export const VANISHED_AFTER_MS = 180_000;

const DEFAULT_TIMELINE_INTERVAL_MS = 10_000;

/** A client of the server. Its actions do nothing once it has stopped. */
export class Viewer {
  readonly #context: ViewerContext;
  readonly #session: ClientSession;
  #options: ViewerOptions;
  #cancelTimeline: Cancel = () => {};
  #cancelProgress: Cancel = () => {};
  #cancelBuffering: Cancel = () => {};
  #isActive = true;

  constructor(context: ViewerContext, options: ViewerOptions) {
    this.#context = context;
    this.#session = new ClientSession(context);
    const { alreadyRunning: _, ...later } = options;
    this.#options = later;
    if (!context.isUp()) return;
    this.#start(options, options.state ?? "buffering");
    if (options.state === undefined) this.#playAfterBuffering();
  }

  /** The session as the server knows it now; undefined when it is over or the server is down. */
  get session(): Session | undefined {
    return this.#session.current;
  }

  /** The current session key; "" when there is none. */
  get key(): string {
    return this.session?.key ?? "";
  }

  /** True while the client plays, even if the server is down. */
  get isActive(): boolean {
    return this.#isActive;
  }

  /** Where in the item the player is. */
  get offsetMs(): number {
    return this.#session.offsetMs;
  }

  /** Pauses; the client goes on reporting `paused`. */
  pause(): void {
    this.#setState("paused");
  }

  /** Resumes. */
  resume(): void {
    this.#setState("playing");
  }

  /** Waits for data. */
  buffer(): void {
    this.#setState("buffering");
  }

  /**
   * Jumps forwards or back, at most to the end of the item. There is no event for it, only
   * `buffering` and then `playing`.
   */
  seek(offsetMs: number): void {
    const session = this.#activeSession();
    if (session === undefined) return;
    const { durationMs = Number.MAX_SAFE_INTEGER } = session.item;
    this.#session.update({ offsetMs: Math.min(offsetMs, durationMs), state: "buffering" });
    this.#session.announce("buffering");
    // docs/plex/notifications.md#seeking: a jump beyond what is transcoded replaces the transcode.
    if (session.transcode !== undefined) {
      this.#session.replaceTranscode(session.stream, "end first");
    }
    this.#playAfterBuffering();
  }

  /** Changes quality or tracks: a new transcode under the same session key. */
  changeQuality(
    method: Method,
    options: { quality?: Quality; order?: TranscodeOrder } = {},
  ): void {
    const session = this.#activeSession();
    if (session === undefined) return;
    const { order = this.#context.random.chance(0.5) ? "end first" : "start first", quality } =
      options;
    this.#options = { ...this.#options, method, ...(quality === undefined ? {} : { quality }) };
    this.#session.replaceTranscode(streamOutput(session.version, method, quality), order);
    this.#session.announce(session.state);
  }

  /** Goes on to another item. Live television stays one play across programmes. */
  next(item: Item, transition: Transition = "same key"): void {
    const former = this.#activeSession();
    if (former === undefined) return;
    this.#options = { ...this.#options, item, offsetMs: 0, version: 0 };
    if (transition === "stop first") {
      this.#session.end("stopped");
      this.#start(this.#options, "playing");
    } else if (transition === "overlap") {
      this.#start(this.#options, "playing", () => this.#session.endFormer(former));
    } else {
      const version = selectedVersion(this.#options);
      const stream = streamOutput(version, former.stream.method, this.#options.quality);
      const newPlay = former.item.live === undefined || item.live === undefined;
      this.#session.playItem(item, version, stream, { newPlay });
      if (former.transcode !== undefined) this.#session.replaceTranscode(stream, "end first");
      this.#session.announce("playing");
    }
  }

  /** Stops: one `stopped`, and the list follows. */
  stop(): void {
    this.#stop("stopped");
  }

  /** Fails: `error` instead of `stopped`. */
  fail(): void {
    this.#stop("error");
  }

  /**
   * Stops, and announces that under a session key which no list has shown
   * (docs/plex/notifications.md#quirk-2-unknown-stops).
   */
  stopUnderNewKey(): void {
    const session = this.#activeSession();
    if (session === undefined) return;
    this.#leave();
    this.#context.announce({
      kind: "stray stop",
      sessionKey: this.#context.nextSessionKey(),
      ratingKey: session.item.ratingKey ?? "",
    });
    this.#session.endSilently();
    this.#cleanUp();
  }

  /** Loses power: no frame is sent, and the list keeps the last state for three minutes. */
  vanish(): void {
    if (this.#activeSession() === undefined) return;
    this.#leave();
    this.#cancelTimeline();
    this.#cancelBuffering();
    this.#session.loseClient(VANISHED_AFTER_MS);
    this.#context.timers.after(VANISHED_AFTER_MS, () => {
      this.#session.noticeLoss();
      this.#cleanUp();
    });
  }

  /** Waits for a server that is gone. Only the server calls this. */
  suspend(): void {
    const state = this.session?.state;
    const { offsetMs } = this;
    this.#options = { ...this.#options, offsetMs, ...(state === undefined ? {} : { state }) };
    this.#cancelTimers();
    this.#session.forget();
    if (!this.#isActive) this.#context.onEnd();
  }

  /** Goes on under a new key now that the server is back. Only the server calls this. */
  reconnect(): void {
    if (!this.#isActive || this.session !== undefined) return;
    this.#start(this.#options, this.#options.state === "paused" ? "paused" : "playing");
  }

  #activeSession(): Session | undefined {
    return this.#isActive ? this.session : undefined;
  }

  #start(options: ViewerOptions, state: PlayState, afterFirstFrame?: () => void): void {
    this.#session.start(options, state, afterFirstFrame);
    this.#startTimers();
  }

  /** Starts the client's reports and the transcoder's. */
  #startTimers(): void {
    const { timers, random } = this.#context;
    this.#cancelTimeline();
    this.#cancelProgress();
    const intervalMs = this.#options.timelineIntervalMs ?? DEFAULT_TIMELINE_INTERVAL_MS;
    this.#cancelTimeline = timers.repeat(
      () => intervalMs + random.integer(-200, 200),
      () => this.session === undefined || this.#session.announce(this.session.state),
    );
    // docs/plex/notifications.md#transcode-updates: every 5 to 6 s, also while throttled or paused.
    this.#cancelProgress = timers.repeat(
      () => random.integer(5000, 6000),
      () => this.#session.announceProgress(),
    );
  }

  #playAfterBuffering(): void {
    this.#cancelBuffering();
    const waitMs = this.#context.random.integer(300, 1500);
    this.#cancelBuffering = this.#context.timers.after(waitMs, () => this.#setState("playing"));
  }

  #setState(state: PlayState): void {
    if (this.#activeSession() === undefined) return;
    this.#cancelBuffering();
    this.#session.update({ state });
    this.#session.announce(state);
  }

  #stop(state: "stopped" | "error"): void {
    if (!this.#isActive) return;
    this.#leave();
    this.#session.end(state);
    this.#cleanUp();
  }

  #leave(): void {
    this.#context.recordUsage();
    this.#isActive = false;
  }

  #cleanUp(): void {
    this.#cancelTimers();
    this.#session.forget();
    this.#context.onEnd();
  }

  #cancelTimers(): void {
    this.#cancelTimeline();
    this.#cancelProgress();
    this.#cancelBuffering();
  }
}

/**
 * One client that watches one thing after another, and what it makes the server say and list. It
 * acts only when told to, but for its heartbeats.
 */
import type { Cancel } from "../clock.ts";
import { PlayRecorder } from "./play_recorder.ts";
import { type Method, type Quality, type StreamOutput, streamOutput } from "./stream_output.ts";
import type { Item } from "./item.ts";
import { newTranscode, openSession, selectedVersion } from "./new_session.ts";
import { offsetAt, type PlayState, type Session } from "./session.ts";
import { ViewRecorder } from "./view_recorder.ts";
import type { Transition, ViewerContext, ViewerOptions } from "./viewer_context.ts";

/** Plex API notes §7: a client that went silent stays listed for about three minutes. */
export const vanishedAfterMs = 180_000;

/** A client in front of the server. Its verbs do nothing once it has stopped. */
export class Viewer {
  readonly #stage: ViewerContext;
  readonly #chronicle: PlayRecorder;
  readonly #views: ViewRecorder;
  #wish: ViewerOptions;
  #session: Session | undefined;
  #heartbeat: Cancel = () => {};
  #pulse: Cancel = () => {};
  #warmUp: Cancel = () => {};
  /** The session key that the last frame bore. */
  #keySaid = "";
  #present = true;

  constructor(stage: ViewerContext, wish: ViewerOptions) {
    this.#stage = stage;
    this.#chronicle = new PlayRecorder(() => stage.now(), (play) => stage.record(play));
    this.#views = new ViewRecorder((session) => stage.recordView(session));
    this.#wish = wish;
    if (!stage.isUp()) return;
    this.#begin(wish.state ?? "buffering", wish.running === true);
    if (wish.state === undefined) this.#warmUp = this.#playSoon();
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
  get isPresent(): boolean {
    return this.#present;
  }

  /** Where in the item the player is. */
  get offsetMs(): number {
    return this.#session === undefined ? 0 : offsetAt(this.#session, this.#stage.now());
  }

  /** The client pauses; heartbeats repeat `paused`. */
  pause(): void {
    this.#enter("paused");
  }

  /** The client plays on. */
  resume(): void {
    this.#enter("playing");
  }

  /** The client waits for data. */
  buffer(): void {
    this.#enter("buffering");
  }

  /** Jumps, also backwards: no event of its own, only `buffering` and then `playing` elsewhere. */
  seek(offsetMs: number): void {
    const session = this.#active();
    if (session === undefined) return;
    this.#become({ offsetMs, state: "buffering" });
    this.#say("buffering");
    // Notification notes §4: a jump beyond what is transcoded replaces the transcode.
    if (session.transcode !== undefined) this.#replaceTranscode(session.delivery, "end first");
    this.#warmUp = this.#playSoon();
  }

  /** Other quality or other tracks: a new transcode under the same session key. */
  changeQuality(
    how: Method,
    options: { quality?: Quality; order?: "end first" | "start first" } = {},
  ): void {
    const session = this.#active();
    if (session === undefined) return;
    const { order = this.#stage.dice.chance(0.5) ? "end first" : "start first", quality } = options;
    this.#wish = { ...this.#wish, how, ...(quality === undefined ? {} : { quality }) };
    this.#replaceTranscode(streamOutput(session.version, how, quality), order);
    this.#say(session.state);
  }

  /** Goes on to another item; live television stays one play, whatever is on. */
  next(item: Item, succession: Transition = "same key"): void {
    const before = this.#active();
    if (before === undefined) return;
    this.#wish = { ...this.#wish, item, offsetMs: 0, version: 0 };
    if (succession !== "same key") {
      if (succession === "stop first") this.#end("stopped");
      this.#begin(
        "playing",
        false,
        succession === "overlap" ? () => this.#drop(before) : undefined,
      );
      return;
    }
    const version = selectedVersion(this.#wish);
    const delivery = streamOutput(version, before.delivery.method, this.#wish.quality);
    const zapping = before.item.live !== undefined && item.live !== undefined;
    this.#become({
      item,
      version,
      delivery,
      offsetMs: 0,
      state: "playing",
      playQueueItemId: before.playQueueItemId + 1,
    }, { newPlay: !zapping });
    if (before.transcode !== undefined) this.#replaceTranscode(delivery, "end first");
    this.#say("playing");
  }

  /** The viewer stops: one `stopped`; the list follows within a second. */
  stop(): void {
    this.#leave("stopped");
  }

  /** The client gives up: `error` in place of `stopped`. */
  fail(): void {
    this.#leave("error");
  }

  /** Stops, but says so under a session key that nobody has seen (notification notes §5.2). */
  stopUnderNewKey(): void {
    const session = this.#active();
    if (session === undefined) return;
    this.#stage.announce({
      kind: "stray stop",
      sessionKey: this.#stage.nextSessionKey(),
      ratingKey: session.item.ratingKey ?? "",
    });
    this.#quit();
  }

  /** The player's plug is pulled: no frame, and the list keeps the last state for three minutes. */
  vanish(): void {
    const session = this.#active();
    if (session === undefined) return;
    const { agenda, listing } = this.#stage;
    this.#stage.settle();
    this.#heartbeat();
    this.#warmUp();
    this.#chronicle.end();
    this.#present = false;
    listing.drop(session.key, this.#stage.now() + vanishedAfterMs);
    agenda.after(vanishedAfterMs, () => {
      if (this.#session !== undefined) this.#endTranscode(session);
      this.#forget();
    });
  }

  /** The server is gone; the client waits. Only the server calls this. */
  suspend(): void {
    const offsetMs = this.offsetMs;
    const state = this.#session?.state;
    this.#wish = { ...this.#wish, offsetMs, ...(state === undefined ? {} : { state }) };
    this.#heartbeat();
    this.#pulse();
    this.#warmUp();
    this.#chronicle.end();
    this.#session = undefined;
    if (!this.#present) this.#stage.leave();
  }

  /** The server is back; the client goes on under a new key. Only the server calls this. */
  comeBack(): void {
    if (!this.#present || this.#session !== undefined) return;
    this.#begin(this.#wish.state === "paused" ? "paused" : "playing", false);
  }

  #active(): Session | undefined {
    return this.#present ? this.#session : undefined;
  }

  #begin(state: PlayState, running: boolean, afterFirstFrame?: () => void): void {
    const { dice, listing } = this.#stage;
    const wish = this.#wish;
    this.#stage.settle();
    const nowMs = this.#stage.now();
    const session = openSession(this.#stage, wish, state);
    this.#session = session;
    this.#chronicle.begin(session);
    const listedAtMs = running ? nowMs : nowMs + this.#stage.lagMs("start");
    if (session.transcode !== undefined && !running) {
      // Plex API notes §7: the TranscodeSession may be missing for a moment at the start.
      const { transcode: _, ...withoutTranscode } = session;
      listing.show(withoutTranscode, listedAtMs);
      listing.show(session, listedAtMs + 500);
    } else {
      listing.show(session, listedAtMs);
    }
    if (!running) {
      // Notification notes §4: the transcode's start comes before or after the first `playing`.
      const transcodeFirst = dice.chance(0.5);
      if (transcodeFirst) this.#tellTranscode("start", session);
      this.#say(state);
      afterFirstFrame?.();
      if (!transcodeFirst) this.#tellTranscode("start", session);
    }
    this.#beat();
  }

  /** Starts the client's timelines and the transcoder's reports. */
  #beat(): void {
    const { agenda, dice } = this.#stage;
    this.#heartbeat();
    this.#pulse();
    const everyMs = this.#wish.heartbeatMs ?? 10_000;
    this.#heartbeat = agenda.repeat(
      () => everyMs + dice.between(-200, 200),
      () => this.#session === undefined || this.#say(this.#session.state),
    );
    // Notification notes §4: every 5 to 6 s, also while throttled or paused.
    this.#pulse = agenda.repeat(
      () => dice.between(5000, 6000),
      () => this.#session === undefined || this.#tellTranscode("update", this.#session),
    );
  }

  #playSoon(): Cancel {
    this.#warmUp();
    const waitMs = this.#stage.dice.between(300, 1500);
    return this.#stage.agenda.after(waitMs, () => this.#enter("playing"));
  }

  #enter(state: PlayState): void {
    if (this.#active() === undefined) return;
    this.#warmUp();
    this.#become({ state });
    this.#say(state);
  }

  #become(change: Partial<Session>, options: { newPlay?: boolean } = {}): void {
    const before = this.#session;
    if (before === undefined) return;
    this.#stage.settle();
    const nowMs = this.#stage.now();
    const session = { ...before, offsetMs: offsetAt(before, nowMs), sinceMs: nowMs, ...change };
    this.#session = session;
    this.#stage.listing.show(session, nowMs + this.#stage.lagMs("change"));
    if (options.newPlay === true) this.#chronicle.begin(session);
    else this.#chronicle.change(session);
  }

  #replaceTranscode(delivery: StreamOutput, order: "end first" | "start first"): void {
    const before = this.#session;
    if (before === undefined) return;
    const transcode = newTranscode(this.#stage, delivery, this.offsetMs);
    const { transcode: _, ...rest } = before;
    this.#session = { ...rest, ...(transcode === undefined ? {} : { transcode }) };
    this.#become({ delivery });
    if (order === "end first") this.#endTranscode(before);
    this.#tellTranscode("start", this.#session);
    if (order === "start first") this.#endTranscode(before);
  }

  #say(state: PlayState | "stopped" | "error"): void {
    const session = this.#session;
    if (session === undefined) return;
    this.#views.observe(session, this.#stage.now());
    // Notification notes §5.7: the first frame may be stale, and music's offsets are unreliable.
    const isStale = session.item.type === "track" || session.key !== this.#keySaid;
    this.#keySaid = session.key;
    const offsetMs = isStale ? 0 : this.offsetMs;
    // Lists show the offset that was reported last (Plex API notes §14).
    const nowMs = this.#stage.now();
    this.#session = { ...session, offsetMs: this.offsetMs, sinceMs: nowMs };
    this.#stage.listing.show(this.#session, nowMs + this.#stage.lagMs("change"));
    this.#stage.announce({ kind: "playing", session, state, offsetMs });
  }

  #tellTranscode(event: "start" | "update" | "end", session: Session): void {
    const { transcode } = session;
    if (transcode === undefined) return;
    const atMs = this.#stage.now();
    this.#stage.announce({ kind: "transcode", event, session, transcode, atMs });
  }

  #endTranscode(session: Session): void {
    this.#tellTranscode("end", session);
  }

  /** Ends the session but not the client. */
  #end(state: "stopped" | "error"): void {
    const session = this.#session;
    if (session === undefined) return;
    this.#stage.settle();
    const { dice, listing } = this.#stage;
    const endFirst = dice.chance(0.3);
    if (endFirst) this.#endTranscode(session);
    this.#say(state);
    // Notification notes §5.4: the transcoder winds down after the stop.
    if (!endFirst) {
      this.#stage.agenda.after(dice.between(200, 1500), () => this.#endTranscode(session));
    }
    listing.drop(session.key, this.#stage.now() + this.#stage.lagMs("stop"));
    this.#chronicle.end();
  }

  /** An older session of this client ends after a newer one has begun. */
  #drop(session: Session): void {
    const offsetMs = offsetAt(session, this.#stage.now());
    this.#stage.announce({ kind: "playing", session, state: "stopped", offsetMs });
    this.#endTranscode(session);
    this.#stage.listing.drop(session.key, this.#stage.now() + this.#stage.lagMs("stop"));
  }

  #leave(state: "stopped" | "error"): void {
    if (!this.#present) return;
    this.#present = false;
    this.#end(state);
    this.#forget();
  }

  /** Leaves without a word of its own. */
  #quit(): void {
    const session = this.#session;
    if (session === undefined) return;
    this.#present = false;
    this.#stage.settle();
    this.#endTranscode(session);
    this.#stage.listing.drop(session.key, this.#stage.now() + this.#stage.lagMs("stop"));
    this.#forget();
  }

  #forget(): void {
    this.#heartbeat();
    this.#pulse();
    this.#warmUp();
    this.#chronicle.end();
    this.#session = undefined;
    this.#stage.leave();
  }
}

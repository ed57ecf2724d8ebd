/**
 * Sends notifications to all open notification sockets, and applies the faults of sockets and
 * frames.
 */
import type { Timers } from "../timers.ts";
import { withBadEntries, withNumericIds } from "../fault_injection.ts";
import type { Faults } from "../faults.ts";
import type { Notification } from "../notification.ts";
import type { Random } from "../random.ts";
import { type Frame, frameOf, frameText } from "../api/frames.ts";
import type { ServerWebSocket } from "./server_websocket.ts";

/** docs/plex/notifications.md#silence: Plex pings by itself. */
const PING_INTERVAL_MS = 45_000;

/** Between two bursts of a frame storm. */
const BURST_INTERVAL_MS = 100;

/** Which notifications the user of a socket may receive. */
export type AccessRule = (notification: Notification) => boolean;

/** All open notification sockets. */
export class NotificationHub {
  readonly #faults: Faults;
  readonly #timers: Timers;
  readonly #random: Random;
  readonly #sockets = new Map<ServerWebSocket, AccessRule>();
  #isStorming = false;
  #framesSent = 0;
  #bytesSent = 0;

  constructor(faults: Faults, timers: Timers, random: Random) {
    this.#faults = faults;
    this.#timers = timers;
    this.#random = random;
    timers.repeat(() => PING_INTERVAL_MS, () => this.#each((socket) => socket.ping()));
  }

  /** Frames sent, counted once per socket. */
  get framesSent(): number {
    return this.#framesSent;
  }

  /** Bytes of the texts sent. */
  get bytesSent(): number {
    return this.#bytesSent;
  }

  /** The number of open sockets. */
  get openSockets(): number {
    return this.#sockets.size;
  }

  /** Adds a new socket, which a fault may close at once. */
  add(socket: ServerWebSocket, mayReceive: AccessRule): void {
    this.#sockets.set(socket, mayReceive);
    this.applyFaults();
  }

  /** Removes a socket that has closed. */
  remove(socket: ServerWebSocket): void {
    this.#sockets.delete(socket);
  }

  /** Resets every socket. */
  resetAll(): void {
    this.#each((socket) => socket.reset());
  }

  /** Applies the faults that are set to the open sockets. */
  applyFaults(): void {
    this.#each((socket) => {
      const close = this.#faults.take("socket closes");
      if (close !== undefined) socket.close(close.code ?? 1001);
      else if (this.#faults.take("socket resets")) socket.reset();
      else if (this.#faults.take("socket half-open")) socket.goSilent();
    });
    if (!this.#isStorming && this.#faults.has("frame storm")) this.#startStorm();
  }

  /** Sends a notification to all sockets whose user may receive it and whose filter accepts it. */
  send(notification: Notification): void {
    if (this.#sockets.size === 0) return;
    const lost = this.#faults.take("lost frames");
    if (lost !== undefined && this.#random.chance(lost.share)) return;
    let frame = frameOf(notification);
    if (this.#faults.take("numeric ids")) frame = withNumericIds(frame);
    if (this.#faults.take("bad entries")) frame = withBadEntries(frame);
    if (this.#faults.take("unknown frames")) {
      this.#deliver({ type: "server.moonphase", list: "MoonNotification", entries: [{ full: 1 }] });
    }
    if (this.#faults.take("invalid frames")) {
      this.#write('{"NotificationContainer":{"type":"pl', () => true);
    }
    const huge = this.#faults.take("huge frames");
    if (huge !== undefined) {
      const message = "x".repeat(huge.bytes);
      const log = { type: "log", list: "LogSentNotification", entries: [{ message }] };
      this.#write(frameText(log), () => true);
    }
    this.#deliver(frame, notification);
    const doubled = this.#faults.take("duplicate frames");
    if (doubled !== undefined && this.#random.chance(doubled.share)) {
      this.#deliver(frame, notification);
    }
  }

  /** Without a notification every user may receive the frame. */
  #deliver(frame: Frame, notification?: Notification): void {
    this.#write(
      frameText(frame),
      (socket, mayReceive) =>
        socket.accepts(frame.type) && (notification === undefined || mayReceive(notification)),
    );
  }

  #write(
    text: string,
    receives: (socket: ServerWebSocket, mayReceive: AccessRule) => boolean,
  ): void {
    const binary = this.#faults.has("binary frames");
    for (const [socket, mayReceive] of this.#sockets) {
      if (!receives(socket, mayReceive) || !socket.send(text, binary)) continue;
      this.#framesSent += 1;
      this.#bytesSent += text.length;
    }
  }

  #each(run: (socket: ServerWebSocket) => void): void {
    for (const socket of this.#sockets.keys()) run(socket);
  }

  #startStorm(): void {
    this.#isStorming = true;
    let due = 0;
    const burst = () => {
      const storm = this.#faults.take("frame storm");
      if (storm === undefined) {
        this.#isStorming = false;
        return;
      }
      due += (storm.perSecond * BURST_INTERVAL_MS) / 1000;
      for (; due >= 1; due -= 1) {
        this.#deliver(frameOf({ kind: "progress", message: "Part of a frame storm" }));
      }
      this.#timers.after(BURST_INTERVAL_MS, burst);
    };
    this.#timers.after(BURST_INTERVAL_MS, burst);
  }
}

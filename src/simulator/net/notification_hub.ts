/**
 * Sends the world's notices to all open notification sockets, and spoils them where a fault says
 * so. Opening the sockets is not done here.
 */
import type { Timers } from "../timers.ts";
import { withBadEntries, withNumericIds } from "../fault_injection.ts";
import type { Faults } from "../faults.ts";
import type { Notification } from "../notification.ts";
import type { Random } from "../random.ts";
import { type Frame, frameOf, frameText } from "../api/frames.ts";
import type { ServerWebSocket } from "./websocket.ts";

/** Notification notes §1: Plex pings by itself. */
const pingEveryMs = 45_000;

/** A storm comes in gusts. */
const gustEveryMs = 100;

/** All open notification sockets. */
export class NotificationHub {
  readonly #faults: Faults;
  readonly #agenda: Timers;
  readonly #dice: Random;
  readonly #links = new Set<ServerWebSocket>();
  #storming = false;
  #framesSent = 0;
  #bytesSent = 0;

  constructor(faults: Faults, agenda: Timers, dice: Random) {
    this.#faults = faults;
    this.#agenda = agenda;
    this.#dice = dice;
    agenda.repeat(() => pingEveryMs, () => this.#links.forEach((link) => link.ping()));
  }

  /** Frames that left, counted once per socket. */
  get framesSent(): number {
    return this.#framesSent;
  }

  /** Bytes of the texts that left. */
  get bytesSent(): number {
    return this.#bytesSent;
  }

  /** How many sockets are open. */
  get openSockets(): number {
    return this.#links.size;
  }

  /** Takes a new socket, which a fault may end at once. */
  add(link: ServerWebSocket): void {
    this.#links.add(link);
    this.applyFaults();
  }

  /** Forgets a socket that has closed. */
  remove(link: ServerWebSocket): void {
    this.#links.delete(link);
  }

  /** Resets every socket. */
  resetAll(): void {
    this.#links.forEach((link) => link.reset());
  }

  /** Does at once what the faults of the moment do to open sockets. */
  applyFaults(): void {
    for (const link of this.#links) {
      const close = this.#faults.take("socket closes");
      if (close !== undefined) link.close(close.code ?? 1001);
      else if (this.#faults.take("socket resets")) link.reset();
      else if (this.#faults.take("socket half-open")) link.fallSilent();
    }
    if (!this.#storming && this.#faults.has("frame storm")) this.#storm();
  }

  /** Sends a notice to all who want it. */
  send(notice: Notification): void {
    if (this.#links.size === 0) return;
    const lost = this.#faults.take("lost frames");
    if (lost !== undefined && this.#dice.chance(lost.share)) return;
    let frame = frameOf(notice);
    if (this.#faults.take("numeric ids")) frame = withNumericIds(frame);
    if (this.#faults.take("bad entries")) frame = withBadEntries(frame);
    if (this.#faults.take("unknown frames")) {
      this.#deliver({ type: "server.moonphase", list: "MoonNotification", entries: [{ full: 1 }] });
    }
    if (this.#faults.take("invalid frames")) {
      this.#write('{"NotificationContainer":{"type":"pl', "");
    }
    const huge = this.#faults.take("huge frames");
    if (huge !== undefined) {
      const message = "x".repeat(huge.bytes);
      this.#deliver({ type: "log", list: "LogSentNotification", entries: [{ message }] }, true);
    }
    this.#deliver(frame);
    const doubled = this.#faults.take("duplicate frames");
    if (doubled !== undefined && this.#dice.chance(doubled.share)) this.#deliver(frame);
  }

  #deliver(frame: Frame, unasked = false): void {
    this.#write(frameText(frame), unasked ? "" : frame.type);
  }

  /** An empty type goes to everyone. */
  #write(text: string, type: string): void {
    const opcode = this.#faults.has("binary frames") ? "binary" : "text";
    for (const link of this.#links) {
      if (type !== "" && !link.wants(type)) continue;
      if (!link.send(text, opcode)) continue;
      this.#framesSent += 1;
      this.#bytesSent += text.length;
    }
  }

  #storm(): void {
    this.#storming = true;
    let owed = 0;
    const gust = () => {
      const storm = this.#faults.take("frame storm");
      if (storm === undefined) {
        this.#storming = false;
        return;
      }
      owed += (storm.perSecond * gustEveryMs) / 1000;
      for (; owed >= 1; owed -= 1) {
        this.#deliver(frameOf({ kind: "progress", message: "A storm in a teacup" }));
      }
      this.#agenda.after(gustEveryMs, gust);
    };
    this.#agenda.after(gustEveryMs, gust);
  }
}

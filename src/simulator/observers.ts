/** The observers of a server, which receive what it announces. */
import type { Notification } from "./notification.ts";
import type { Random } from "./random.ts";
import type { Status } from "./server.ts";

/** Receives notifications and changes of status. */
export interface Observer {
  notification?(notification: Notification): void;
  status?(status: Status): void;
}

/** All observers of a server, in the order in which they were added. */
export class Observers {
  readonly #observers = new Set<Observer>();
  readonly #random: Random;
  readonly #duplicateShare: number;

  /** `duplicateShare` is the share (0 to 1) of the notifications that are passed twice. */
  constructor(random: Random, duplicateShare: number) {
    this.#random = random;
    this.#duplicateShare = duplicateShare;
  }

  /** Adds an observer; returns how to remove it. */
  add(observer: Observer): () => void {
    this.#observers.add(observer);
    return () => void this.#observers.delete(observer);
  }

  /** Passes a notification to each observer; to all of them twice now and then, as Plex does. */
  notify(notification: Notification): void {
    const twice = this.#random.chance(this.#duplicateShare);
    for (const observer of this.#observers) {
      observer.notification?.(notification);
      if (twice) observer.notification?.(notification);
    }
  }

  /** Passes a new status to each observer. */
  notifyStatus(status: Status): void {
    for (const observer of this.#observers) observer.status?.(status);
  }

  /** Removes all. */
  clear(): void {
    this.#observers.clear();
  }
}

/** What notifications say of plays, and what is kept of it. Types only. */
import type { PlayState } from "./enums.ts";

/** What a notification says of a play, known or not. */
export interface PlaybackNotification {
  readonly at: number;
  readonly sessionKey: string;
  /** Empty where the notification has none. */
  readonly ratingKey: string;
  readonly state: PlayState | "stopped";
}

/** What was last said of a play that no list has shown yet. */
export interface PendingNotification {
  readonly notification: PlaybackNotification;
  /** Whether it was the first that was said of it. */
  readonly isFirst: boolean;
}

/** What was said of a play while counters had to stand still: its first change and its last. */
export interface DeferredNotifications {
  readonly first: PlaybackNotification;
  readonly last: PlaybackNotification;
}

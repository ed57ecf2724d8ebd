/**
 * What a viewer is asked to be, and what the server provides to it. Only types; `viewer.ts` acts.
 */
import type { Timers } from "./timers.ts";
import type { Location, Method, Quality } from "./stream_output.ts";
import type { Item } from "./item.ts";
import type { SessionList } from "./session_list.ts";
import type { Notification } from "./notification.ts";
import type { Player, User } from "./users.ts";
import type { Random } from "./random.ts";
import type { PlayState, Session } from "./session.ts";
import type { Play } from "./ground_truth.ts";

/** What is to be watched, by whom, on what, and how. */
export interface ViewerOptions {
  readonly item: Item;
  readonly user?: User;
  readonly player?: Player;
  /** "direct play" unless said otherwise. */
  readonly method?: Method;
  readonly quality?: Quality;
  /** Which of the item's files; the first unless said otherwise. */
  readonly version?: number;
  readonly location?: Location;
  readonly secure?: boolean;
  /** Where it is resumed. */
  readonly offsetMs?: number;
  /** Begins in this state; otherwise it buffers for a moment and then plays. */
  readonly state?: PlayState;
  /** It began before anyone looked: listed at once, and no frame tells of the start. */
  readonly alreadyRunning?: boolean;
  /** Leaves out the `Session` element. */
  readonly withoutSessionElement?: boolean;
  /** Milliseconds between the client's timelines; about 10 s unless said otherwise. */
  readonly timelineIntervalMs?: number;
}

/** How a client goes on to the next item. */
export type Transition = "same key" | "stop first" | "overlap";

/** What the server lends to a viewer. */
export interface ViewerContext {
  readonly timers: Timers;
  readonly random: Random;
  readonly sessionList: SessionList;
  now(): number;
  /** False while the server is down; who sits down then begins when it is back. */
  isUp(): boolean;
  /** Books everything that happened up to now, before it changes. */
  recordUsage(): void;
  announce(notification: Notification): void;
  nextSessionKey(): string;
  recordPlay(play: Play): void;
  /** The item has been watched to the threshold from which on Plex counts it as viewed. */
  recordView(session: Session): void;
  /** By how much the list is behind the frames, for this kind of change. */
  lagMs(change: "start" | "change" | "stop"): number;
  /** The viewer is over for good. */
  onEnd(): void;
}

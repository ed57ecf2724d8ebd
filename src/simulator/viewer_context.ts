/** The options of a viewer, and what it needs of the server. */
import type { Timers } from "./timers.ts";
import type { Location, Method, Quality } from "./stream_output.ts";
import type { Item } from "./item.ts";
import type { SessionList } from "./session_list.ts";
import type { Notification } from "./notification.ts";
import type { Player, User } from "./users.ts";
import type { Random } from "./random.ts";
import type { PlayState, Session } from "./session.ts";
import type { Play } from "./ground_truth.ts";

/** What is played, by which user, on which player, and how. */
export interface ViewerOptions {
  readonly item: Item;
  readonly user?: User;
  readonly player?: Player;
  /** "direct play" by default. */
  readonly method?: Method;
  readonly quality?: Quality;
  /** Which of the item's files; the first by default. */
  readonly version?: number;
  readonly location?: Location;
  readonly secure?: boolean;
  /** Where in the item it begins; 0 by default. */
  readonly offsetMs?: number;
  /** Begins in this state; otherwise it buffers for a moment and then plays. */
  readonly state?: PlayState;
  /** It began before the simulation: it is listed at once, and no frame announces it. */
  readonly alreadyRunning?: boolean;
  /** Leaves out the `Session` element. */
  readonly withoutSessionElement?: boolean;
  /** Milliseconds between the client's timelines; about 10 s by default. */
  readonly timelineIntervalMs?: number;
}

/** How a client goes on to the next item. */
export type Transition = "same key" | "stop first" | "overlap";

/** What a viewer needs of the server. */
export interface ViewerContext {
  readonly timers: Timers;
  readonly random: Random;
  readonly sessionList: SessionList;
  now(): number;
  /** False while the server is down; a viewer that is started then begins when it is up again. */
  isUp(): boolean;
  /** Records usage up to now, before something changes. */
  recordUsage(): void;
  announce(notification: Notification): void;
  nextSessionKey(): string;
  recordPlay(play: Play): void;
  /** The item has been watched to the threshold from which Plex counts it as viewed. */
  recordView(session: Session): void;
  /** The delay of the list behind the frames, for this kind of change. */
  lagMs(change: "start" | "change" | "stop"): number;
  /** The viewer has ended. */
  onEnd(): void;
}

/** What a server notifies its clients of. `api/frames.ts` writes the frames. */
import type { Item } from "./item.ts";
import type { PlayState, Session, Transcode } from "./session.ts";

/** A job in the background, as `/activities` lists it. */
export interface Activity {
  readonly uuid: string;
  readonly type: string;
  readonly title: string;
  readonly subtitle: string;
  readonly percent: number;
  readonly userId: number;
  readonly libraryId?: string;
}

/** The states of an item in a timeline entry: created, working on it, done, deleted. */
export type TimelineState = 0 | 1 | 2 | 3 | 4 | 5 | 9;

/** One notification. */
export type Notification =
  | {
    readonly kind: "playing";
    readonly session: Session;
    readonly state: PlayState | "stopped" | "error";
    readonly offsetMs: number;
  }
  /** A `stopped` that belongs to no listed session; the session key may be missing. */
  | {
    readonly kind: "stray stop";
    readonly sessionKey?: string;
    readonly ratingKey: string;
  }
  | {
    readonly kind: "transcode";
    readonly event: "start" | "update" | "end";
    readonly session: Session;
    readonly transcode: Transcode;
    readonly atMs: number;
  }
  | {
    readonly kind: "timeline";
    readonly libraryId: string;
    readonly item: Item;
    readonly state: TimelineState;
    readonly queueSize: number;
    readonly atS: number;
  }
  | {
    readonly kind: "activity";
    readonly event: "started" | "updated" | "ended";
    readonly activity: Activity;
  }
  | { readonly kind: "progress"; readonly message: string }
  | { readonly kind: "status"; readonly title: string }
  | { readonly kind: "reachability"; readonly reachable: boolean }
  | { readonly kind: "preference"; readonly id: string; readonly value: string }
  | { readonly kind: "account" }
  | { readonly kind: "background queue" }
  | { readonly kind: "update"; readonly version: string; readonly state: string }
  | { readonly kind: "provider content"; readonly identifier: string }
  | { readonly kind: "log"; readonly message: string; readonly atS: number };

/**
 * Everything known about one Plex server. `reduce` changes it, metrics and the status page are
 * computed from it.
 *
 * Times named `…At` are milliseconds since the epoch on the exporter's clock, which never goes
 * back. Times named `…S` are seconds on Plex's clock. What is not known is `undefined`.
 */
import type { Activity } from "./activities.ts";
import { type ApiStats, emptyApiStats } from "./api_stats.ts";
import {
  type Availability,
  INITIAL_AVAILABILITY,
  INITIAL_SOURCES,
  type SourceStatus,
} from "./availability.ts";
import { type Bandwidth, INITIAL_BANDWIDTH } from "./bandwidth.ts";
import { type Cardinality, INITIAL_CARDINALITY } from "./cardinality.ts";
import type { Counter } from "./counter_vec.ts";
import type { DownloadKey } from "./downloads.ts";
import type { Dvr } from "./dvr.ts";
import type { DataSource, JobType, PlayState } from "./enums.ts";
import type { Libraries } from "./libraries.ts";
import type { LibraryWalk, WalkProgress } from "./library_walk.ts";
import { emptyPlayCounters, type PlayCounters } from "./play_counters.ts";
import type { PlayKeys } from "./play_keys.ts";
import type { Position } from "./position.ts";
import type { SavedPlay, SavedViews } from "./saved_server.ts";
import { NO_SCRAPES, type Scrapes } from "./scrapes.ts";
import type { Release, Resources, ServerInfo } from "./server.ts";
import type { PlaybackNotification, Session } from "./session.ts";
import type { ViewHistory } from "./view_history.ts";

/** The playback of one item by one user on one player: from its first list to its end. */
export interface Play {
  /** Session key, rating key, player and user, joined. */
  readonly id: string;
  readonly session: Session;
  readonly state: PlayState;
  readonly startedAt: number;
  /** When this process first saw it: the start may be from before the process began. */
  readonly foundAt: number;
  /** When a list or a notification last showed it. */
  readonly observedAt: number;
  /** Time in its state up to `observedAt` that waits for a confirmation, see `confirmation`. */
  readonly pendingMs: number;
  /** When the player last confirmed its state: time up to here is credited. */
  readonly confirmedAt: number;
  readonly position: Position;
  /** When a notification last showed it: lists may lag behind that. */
  readonly notifiedAt?: number | undefined;
  /** When its player switched to another item: no time counts until a list shows it again. */
  readonly switchedAt?: number | undefined;
  /** Its keys by the last session list, before any limit was applied. */
  readonly requestedKeys: PlayKeys;
  /** The same with `other` instead of what is over a limit: the keys it is counted under. */
  readonly keys: PlayKeys;
  /** Stream time held back until the hardware is known, in ms; `undefined` while none is. */
  readonly heldStreamMs?: number | undefined;
  /** Playing time under `keys.legacy`, in ms: restarts at 0 when that key changes. */
  readonly playedMs: Counter;
}

/** The last notification of a play that no list has shown yet. */
export interface PendingNotification {
  readonly notification: PlaybackNotification;
  /** Whether it is the first of this play. */
  readonly isFirst: boolean;
}

/** The first and the last change of a play while the session list was unavailable. */
export interface DeferredNotifications {
  readonly first: PlaybackNotification;
  readonly last: PlaybackNotification;
}

/** A play that has ended, kept while metrics still show it. */
export interface EndedPlay {
  readonly play: Play;
  readonly endedAt: number;
  /** Ended by its own notification, which may be ahead of the list by some seconds. */
  readonly byNotification: boolean;
}

/** The state of one server. */
export interface ServerState {
  /** Host, port and path prefix: the name of the server until Plex reports one. */
  readonly address: string;
  /** The time zone of playing time by weekday and hour. */
  readonly zone: string;
  readonly availability: Availability;
  readonly sources: Readonly<Record<DataSource, SourceStatus>>;
  readonly server?: ServerInfo | undefined;
  /** When the server with this machine identifier was first seen at the address. */
  readonly identifiedAt?: number | undefined;
  /** The releases that the updater lists; `undefined` until they have been read. */
  readonly releases?: readonly Release[] | undefined;
  readonly resources?: Resources | undefined;
  readonly libraries?: Libraries;
  /** By library id: the sums of the last complete walk. */
  readonly walks: ReadonlyMap<string, LibraryWalk>;
  /** The walk in progress, which may be waiting for Plex to be up again. */
  readonly walkProgress?: WalkProgress | undefined;
  /** Running background activities by id. */
  readonly activities?: ReadonlyMap<string, Activity> | undefined;
  /** By account id: the key of the user's downloads; `undefined` until accounts have been read. */
  readonly accounts?: ReadonlyMap<string, DownloadKey> | undefined;
  /** The number of background jobs of each type. */
  readonly jobs?: Readonly<Record<JobType, number>> | undefined;
  /** When a notification last changed the activities: a list requested before is outdated. */
  readonly activitiesNotifiedAt?: number | undefined;
  /** The television recorder; `undefined` until it has been read, and without one. */
  readonly dvr?: Dvr | undefined;
  /** Running plays by id, in the order in which they began. */
  readonly plays: ReadonlyMap<string, Play>;
  /** Plays that ran when the last process ended, by id; empty after the first list. */
  readonly savedPlays: ReadonlyMap<string, SavedPlay>;
  readonly recentlyEnded: readonly EndedPlay[];
  /** By session key: notifications of plays that no list has shown yet. */
  readonly pendingNotifications: ReadonlyMap<string, PendingNotification>;
  /** By play id: changes that were notified while the session list was unavailable. */
  readonly deferredNotifications: ReadonlyMap<string, DeferredNotifications>;
  readonly bandwidth: Bandwidth;
  readonly cardinality: Cardinality;
  readonly playCounters: PlayCounters;
  /** Plex's own watch history; `undefined` until all of it has been read. */
  readonly viewHistory?: ViewHistory | undefined;
  /** The history as the last process counted it, until it has been read again. */
  readonly savedViews?: SavedViews | undefined;
  /** Bits sent, estimated from bitrate and playing time; `undefined` before the first list. */
  readonly estimatedBits?: Counter | undefined;
  /** When the notification socket last closed: notifications may have been missed then. */
  readonly socketLostAt?: number | undefined;
  readonly apiStats: ApiStats;
  readonly scrapes: Scrapes;
}

/** The state of a server of which only the address is known. */
export function initialState(address: string, zone: string): ServerState {
  return {
    address,
    zone,
    availability: INITIAL_AVAILABILITY,
    sources: INITIAL_SOURCES,
    walks: new Map(),
    plays: new Map(),
    savedPlays: new Map(),
    recentlyEnded: [],
    pendingNotifications: new Map(),
    deferredNotifications: new Map(),
    bandwidth: INITIAL_BANDWIDTH,
    cardinality: INITIAL_CARDINALITY,
    playCounters: emptyPlayCounters(0),
    apiStats: emptyApiStats(),
    scrapes: NO_SCRAPES,
  };
}

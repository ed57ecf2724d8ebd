/**
 * The domain: what is known of one Plex server. Left of it nothing knows Prometheus, right of it
 * nothing knows Plex. Types only: how state comes about stands in `reduce` and the files it calls.
 *
 * Times named `…At` are milliseconds since the epoch on the exporter's clock, which never goes
 * back; Plex's own times are seconds on Plex's clock and named `…S`. Absent is `undefined`.
 */
import type { Cardinality } from "./cardinality.ts";
import type { Counter, CounterVec } from "./counter_vec.ts";
import type {
  ActivityType,
  ContentType,
  DataSource,
  Failure,
  LibraryType,
  Location,
  PlayState,
} from "./enums.ts";
import type {
  BufferingTimeKey,
  PlayCountKey,
  PlayKeys,
  PlayTimeKey,
  StreamTimeKey,
  TitleTimeKey,
} from "./play_keys.ts";
import type { Scrapes } from "./scrapes.ts";
import type { PlaybackNotification, Session } from "./session.ts";
import type { ApiStats } from "./api_stats.ts";
import type { ViewHistory } from "./view_history.ts";

/** What Plex says of itself. */
export interface ServerInfo {
  /** The machine identifier: stays the same through renames and upgrades. */
  readonly id: string;
  /** The friendly name. */
  readonly name: string;
  readonly version: string;
  readonly platform: string;
  readonly platformVersion: string;
  readonly plexPass?: boolean | undefined;
  readonly remoteAccess?: boolean | undefined;
  readonly signedIn?: boolean | undefined;
}

/** A version of Plex that Plex lists for an update. */
export interface Release {
  readonly version: string;
}

/** Load of the machine and of Plex on it, in percent of the whole machine, newest sample. */
export interface Resources {
  /** When Plex took the sample, on Plex's clock: the best reading of that clock there is. */
  readonly sampledS: number;
  readonly hostCpuPercent?: number | undefined;
  readonly hostMemoryPercent?: number | undefined;
  readonly processCpuPercent?: number | undefined;
  readonly processMemoryPercent?: number | undefined;
}

/** A library as Plex lists it. */
export interface LibraryListing {
  readonly id: string;
  readonly title: string;
  readonly type: LibraryType;
  /** Home videos and the like: a movie library without an agent. */
  readonly otherVideos: boolean;
  /** Plex leaves it out for a library that is empty or was never analysed. */
  readonly storageBytes?: number | undefined;
  readonly durationMs?: number | undefined;
  readonly scannedS?: number | undefined;
  readonly scanning: boolean;
}

/** A library with what has been counted in it so far. */
export interface Library extends LibraryListing {
  readonly counts: Readonly<Partial<Record<ContentType, number>>>;
}

/** One playing of one item by one user on one player: from its first list to its end. */
export interface Play {
  /** Session key, rating key, player and user, joined. */
  readonly id: string;
  readonly session: Session;
  readonly state: PlayState;
  readonly startedAt: number;
  /** When a list or a notification last showed it. */
  readonly observedAt: number;
  /** Time in its state up to `observedAt` that waits for a confirmation, see `confirmation`. */
  readonly pendingMs: number;
  /** When the player last confirmed its state: time up to here is credited. */
  readonly confirmedAt: number;
  /** Where in the item the player last reported to be; `undefined` until it is known. */
  readonly positionMs?: number | undefined;
  /** Whether the position has been seen to advance: then it confirms what is played. */
  readonly advances: boolean;
  /** When a notification last showed it: lists may lag behind that. */
  readonly notifiedAt?: number | undefined;
  /** When its player went on to another item: no time counts until it is shown again. */
  readonly switchedAt?: number | undefined;
  /** Its keys by the last session list, before any limit was applied. */
  readonly requestedKeys: PlayKeys;
  /** The same with `other` in place of what is over a limit: the keys it is counted under. */
  readonly keys: PlayKeys;
  /** Playing time under `keys.legacy`, in ms: restarts at 0 when that key changes. */
  readonly playedMs: Counter;
}

/** The last notification of a play that no list has shown yet. */
export interface PendingNotification {
  readonly notification: PlaybackNotification;
  /** Whether it is the first of this play. */
  readonly isFirst: boolean;
}

/** The first and the last change of a play while no session list could be had. */
export interface DeferredNotifications {
  readonly first: PlaybackNotification;
  readonly last: PlaybackNotification;
}

/** A play that is over, kept for as long as something still has to be said of it. */
export interface EndedPlay {
  readonly play: Play;
  readonly endedAt: number;
  /** Ended by its own notification, which may be ahead of the list by some seconds. */
  readonly byNotification: boolean;
}

/** How things stand between the exporter and Plex. */
export interface Availability {
  /** `unknown` until the first poll has ended either way. */
  readonly status: "unknown" | "up" | "down";
  readonly since: number;
  /** When the last good poll was asked. */
  readonly answeredAt?: number | undefined;
  readonly failuresInARow: number;
  /** While Plex is down: why, each reason once, oldest first; else empty. */
  readonly reasons: readonly string[];
  /** Why the last poll failed; `undefined` if it did not. */
  readonly failure?: Failure | undefined;
  /** The same as a sentence that may be shown, where there is more to say than the failure. */
  readonly detail?: string | undefined;
  /** When the next poll is due after one that failed. */
  readonly retryAt?: number | undefined;
  /** Whether Plex accepts the token for anything at all; `undefined` until it said so. */
  readonly tokenValid?: boolean | undefined;
  /** Whether it is the owner's, which alone may see sessions. */
  readonly tokenOwner?: boolean | undefined;
}

/** The last good reading of a source, or that Plex says it has no such thing. */
export interface SourceStatus {
  readonly readAt?: number | undefined;
  readonly unavailable: boolean;
  /** How often it is read, where that is not at the usual interval. */
  readonly everyMs?: number | undefined;
}

export type SentKey = { readonly location: Location };
export type UserSentKey = { readonly user: string; readonly location: string };

/** Bytes sent, from Plex's rows per second, account, device and side. */
export interface Bandwidth {
  /** The newest second that was read, on Plex's clock; `undefined` before the baseline. */
  readonly watermarkS?: number | undefined;
  /** What the rows behind the watermark held when last read. */
  readonly rows: ReadonlyMap<string, { readonly atS: number; readonly bytes: number }>;
  readonly byLocation: CounterVec<SentKey>;
  readonly byUser: CounterVec<UserSentKey>;
}

/** Weekday (Monday is 1) and hour of the day (00 to 23). */
export type HourKey = { readonly weekday: string; readonly hour: string };

/** What has been played since the exporter started, without session labels. Milliseconds. */
export interface PlayCounters {
  readonly plays: CounterVec<PlayCountKey>;
  readonly playMs: CounterVec<PlayTimeKey>;
  readonly streamMs: CounterVec<StreamTimeKey>;
  readonly hourMs: CounterVec<HourKey>;
  readonly titleMs: CounterVec<TitleTimeKey>;
  readonly bufferingMs: CounterVec<BufferingTimeKey>;
}

export interface ServerState {
  /** Host, port and path prefix: what the server is called until it has told its name. */
  readonly address: string;
  /** Zone of the history by weekday and hour. */
  readonly zone: string;
  readonly availability: Availability;
  readonly sources: Readonly<Record<DataSource, SourceStatus>>;
  readonly server?: ServerInfo | undefined;
  /** When it first told the identity that it has now. */
  readonly identifiedAt?: number | undefined;
  /** Listed for an update of the version that runs; `undefined` while not read. */
  readonly releases?: readonly Release[] | undefined;
  readonly resources?: Resources | undefined;
  readonly libraries?: ReadonlyMap<string, Library> | undefined;
  readonly activities?: ReadonlyMap<string, ActivityType> | undefined;
  /** When a notification last changed them: a list asked for before is behind it. */
  readonly activitiesNotifiedAt?: number | undefined;
  /** Live plays by id, in the order they began. */
  readonly plays: ReadonlyMap<string, Play>;
  readonly recentlyEnded: readonly EndedPlay[];
  /** By session key: notifications of plays that no list has shown yet. */
  readonly pendingNotifications: ReadonlyMap<string, PendingNotification>;
  /** By play: changes that were notified while no session list could be had. */
  readonly deferredNotifications: ReadonlyMap<string, DeferredNotifications>;
  readonly bandwidth: Bandwidth;
  readonly cardinality: Cardinality;
  readonly playCounters: PlayCounters;
  /** Plex's own history of views; `undefined` until it has been read whole. */
  readonly viewHistory?: ViewHistory | undefined;
  /** Bits streamed, by the played media's bitrate; `undefined` before the first good list. */
  readonly estimatedBits?: Counter | undefined;
  /** When the notification socket last closed: notifications may have been missed then. */
  readonly socketLostAt?: number | undefined;
  readonly apiStats: ApiStats;
  readonly scrapes: Scrapes;
}

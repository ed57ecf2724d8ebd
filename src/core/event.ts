/**
 * The events that change the state of a server. Each has its time `at`. That of an answer is the
 * time of the request: a notification that arrived in between is newer than the answer.
 */
import type { Activity } from "./activities.ts";
import type { Endpoint, NotificationType } from "./api_stats.ts";
import type { Dvr } from "./dvr.ts";
import type { ContentType, DataSource, Failure, JobType, Outcome } from "./enums.ts";
import type { LibraryListing } from "./libraries.ts";
import type { WalkProgress } from "./library_walk.ts";
import type { Release, Resources, ServerInfo } from "./server.ts";
import type { SavedServer } from "./saved_server.ts";
import type { PlaybackNotification, Session } from "./session.ts";
import type { View } from "./view.ts";
import type { ViewTally } from "./view_tally.ts";
import type { WalkTally } from "./walk_tally.ts";

/** One row of Plex's bandwidth statistics: bytes sent in one second to one device. */
export interface BandwidthRow {
  readonly atS: number;
  readonly accountId: string;
  readonly deviceId: string;
  readonly lan: boolean;
  readonly bytes: number;
}

/** A change of one server's state. */
export type ServerEvent = { readonly at: number } & EventPayload;

type EventPayload =
  /** The complete list of sessions. */
  | {
    readonly type: "sessions_listed";
    readonly sessions: readonly Session[];
    /** When the answer arrived, by default `at`. A session may be newer than `at`. */
    readonly answeredAt?: number | undefined;
  }
  /** Plex answers, but does not show sessions to this token: it is not the owner's. */
  | { readonly type: "sessions_denied" }
  /** The poll that decides whether Plex is up has failed. */
  | {
    readonly type: "poll_failed";
    readonly failure: Failure;
    /** The cause as a sentence without secrets. */
    readonly detail?: string | undefined;
    /** When the next poll is due, unless something triggers it earlier. */
    readonly retryAt?: number | undefined;
  }
  | { readonly type: "playback_notified" } & PlaybackNotification
  | {
    readonly type: "transcode_notified";
    readonly key: string;
    readonly speed?: number | undefined;
    readonly throttled: boolean;
  }
  | {
    readonly type: "server_described";
    readonly server: ServerInfo;
    /** What was saved of this server. Ignored if the state is already this server's. */
    readonly saved?: SavedServer | undefined;
  }
  /** The releases that Plex lists for an update; none if it is up to date. */
  | { readonly type: "releases_listed"; readonly releases: readonly Release[] }
  | {
    readonly type: "libraries_listed";
    readonly libraries: readonly LibraryListing[];
    /** Whether the request asked for storage and duration. */
    readonly withSizes: boolean;
  }
  | {
    readonly type: "library_counted";
    readonly libraryId: string;
    readonly contentType: ContentType;
    readonly count: number;
  }
  /** A page of a library's items was read; without `progress`, its walk was given up. */
  | { readonly type: "walk_progressed"; readonly progress: WalkProgress | undefined }
  /** All items of a library were read. */
  | {
    readonly type: "library_walked";
    readonly libraryId: string;
    readonly startedAt: number;
    /** The revision of the library's content when the walk began. */
    readonly contentRevision: number | undefined;
    readonly tally: WalkTally;
  }
  | { readonly type: "resources_sampled"; readonly resources: Resources }
  | {
    readonly type: "bandwidth_read";
    /** The second from which rows were requested; older ones are ignored. */
    readonly sinceS: number;
    readonly rows: readonly BandwidthRow[];
    /** User names by account id. */
    readonly accounts: ReadonlyMap<string, string>;
    /** Names of devices by their id. */
    readonly devices: ReadonlyMap<string, string>;
    /** The interval until the next request, if not the usual one. */
    readonly intervalMs?: number | undefined;
  }
  /** All of Plex's watch history has been counted. */
  | { readonly type: "history_read"; readonly tally: ViewTally }
  /** The newest rows of Plex's watch history, back to and including the overlap. */
  | {
    readonly type: "history_listed";
    readonly views: readonly View[];
    /** The number of rows that Plex has in total. */
    readonly total: number;
  }
  | { readonly type: "activities_listed"; readonly activities: ReadonlyMap<string, Activity> }
  | {
    readonly type: "activity_notified";
    readonly id: string;
    readonly activity: Activity;
    readonly ended: boolean;
  }
  /** The names of all accounts, by account id. */
  | { readonly type: "accounts_listed"; readonly accounts: ReadonlyMap<string, string> }
  /** The number of background jobs of each type. */
  | { readonly type: "jobs_listed"; readonly jobs: Readonly<Record<JobType, number>> }
  /** The tuners and recordings of a server with a television recorder. */
  | { readonly type: "dvr_read"; readonly dvr: Dvr }
  /** Plex does not offer a source: without Plex Pass, or to this token. */
  | { readonly type: "source_unavailable"; readonly source: DataSource }
  | {
    readonly type: "request_ended";
    readonly endpoint: Endpoint;
    readonly outcome: Outcome;
    readonly durationMs: number;
  }
  | {
    readonly type: "notification_received";
    /** The type that it is counted under. */
    readonly notification: NotificationType;
  }
  | { readonly type: "socket_changed"; readonly connected: boolean }
  /** A scrape begins: its page is rendered next. */
  | { readonly type: "scrape_begun" }
  /** The response to the scrape with this number was sent to the end. */
  | {
    readonly type: "scrape_completed";
    readonly scrape: number;
    /** The client's address. */
    readonly client: string;
    /** The number of series on the page, of all servers together. */
    readonly series: number;
  };

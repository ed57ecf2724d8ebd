/**
 * Everything that can happen to what is known of a server. Each event brings its own time; how it
 * came about (a request, a notification, a scrape) is not the core's concern.
 *
 * The `at` of a list is when it was asked for: a notification that arrived meanwhile is newer.
 */
import type { LibraryListing, Release, Resources, ServerInfo } from "./state.ts";
import type { PlaybackNotification, Session } from "./session.ts";
import type { Endpoint } from "./api_stats.ts";
import type { View } from "./view.ts";
import type { ViewTally } from "./view_tally.ts";
import type { ActivityType, ContentType, DataSource, Failure, Outcome } from "./enums.ts";

/** One row of Plex's bandwidth statistics: bytes sent in one second to one device. */
export interface BandwidthRow {
  readonly atS: number;
  readonly accountId: string;
  readonly deviceId: string;
  readonly lan: boolean;
  readonly bytes: number;
}

export type ServerEvent = { readonly at: number } & EventPayload;

type EventPayload =
  /** The whole list of sessions. */
  | { readonly type: "sessions_listed"; readonly sessions: readonly Session[] }
  /** Plex answers, but the token is a guest's, to whom it shows no sessions. */
  | { readonly type: "sessions_withheld" }
  /** The poll that tells whether Plex is up did not get what it asked for. */
  | {
    readonly type: "poll_failed";
    readonly failure: Failure;
    /** The cause as a sentence that may be shown. */
    readonly detail?: string | undefined;
    /** When it is polled again, unless something calls for that sooner. */
    readonly retryAt?: number | undefined;
  }
  | { readonly type: "playback_notified" } & PlaybackNotification
  | {
    readonly type: "transcode_notified";
    readonly key: string;
    readonly speed?: number | undefined;
    readonly throttled: boolean;
  }
  | { readonly type: "server_described"; readonly server: ServerInfo }
  | { readonly type: "releases_listed"; readonly releases: readonly Release[] }
  | {
    readonly type: "libraries_listed";
    readonly libraries: readonly LibraryListing[];
    /** Whether storage and duration were asked for. */
    readonly measured: boolean;
  }
  | {
    readonly type: "library_counted";
    readonly libraryId: string;
    readonly contentType: ContentType;
    readonly count: number;
  }
  | { readonly type: "resources_sampled"; readonly resources: Resources }
  | {
    readonly type: "bandwidth_read";
    /** The second from which rows were asked for; older ones are not looked at. */
    readonly sinceS: number;
    readonly rows: readonly BandwidthRow[];
    /** Account id → user name. */
    readonly accounts: ReadonlyMap<string, string>;
    /** When they will be read again, where that is not at the usual interval. */
    readonly everyMs?: number | undefined;
  }
  /** The whole of Plex's history has been counted. */
  | { readonly type: "history_read"; readonly tally: ViewTally }
  /** The newest rows of Plex's history, as far back as the overlap with those that are known. */
  | {
    readonly type: "history_listed";
    readonly views: readonly View[];
    /** How many rows Plex has in all. */
    readonly total: number;
  }
  | { readonly type: "activities_listed"; readonly activities: ReadonlyMap<string, ActivityType> }
  | {
    readonly type: "activity_notified";
    readonly id: string;
    readonly activity: ActivityType;
    readonly ended: boolean;
  }
  /** Plex has no such thing: no Plex Pass, or not for this token. */
  | { readonly type: "source_missing"; readonly source: DataSource }
  | {
    readonly type: "request_ended";
    readonly endpoint: Endpoint;
    readonly outcome: Outcome;
    readonly durationMs: number;
  }
  | { readonly type: "notification_received"; readonly notification: string }
  | { readonly type: "socket_changed"; readonly connected: boolean }
  /** A scrape is about to be rendered. */
  | { readonly type: "scrape_begun" }
  /** The scrape of this number reached its reader whole. */
  | {
    readonly type: "scrape_completed";
    readonly scrape: number;
    /** The address of the reader. */
    readonly client: string;
    /** Series on the page, those of all servers together. */
    readonly series: number;
  };

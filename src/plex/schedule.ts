/**
 * Every interval, timeout, back-off and limit of requests to Plex, each with its reason. The
 * core decides by its own figures how long values are shown (`STALE_AFTER_MS`).
 */

/** When a collector runs. */
export interface Schedule {
  /** From the beginning of one collection to the next, if nothing calls for it sooner. */
  readonly intervalMs: number;
  /** Minimum time between the beginnings of two collections, however many hints there are. */
  readonly minIntervalMs: number;
  /** From one collection to the next of what Plex does not have, if not the usual time. */
  readonly unsupportedIntervalMs?: number;
}

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** The schedule of each collector. That of the libraries has its interval from the settings. */
export const SCHEDULES = {
  /** The poll while nothing plays and notifications come: it only shows whether Plex is up. */
  sessions: { intervalMs: 20 * SECOND_MS, minIntervalMs: SECOND_MS },
  /** The description rarely changes, and Plex notifies of most changes. */
  server: { intervalMs: 2 * MINUTE_MS, minIntervalMs: 5 * SECOND_MS },
  /** Updates come every few weeks, and Plex itself looks for them once a day. */
  updater: { intervalMs: 6 * HOUR_MS, minIntervalMs: 5 * SECOND_MS },
  /** A burst of changed items is one reason, not one for each item. */
  libraries: { minIntervalMs: 10 * SECOND_MS },
  /** Plex takes a sample every 5 s; the load changes faster than anything else that is polled. */
  resources: { intervalMs: 10 * SECOND_MS, minIntervalMs: 5 * SECOND_MS },
  /** Plex keeps its rows for hours, so nothing is lost between two readings. */
  bandwidth: { intervalMs: 20 * SECOND_MS, minIntervalMs: 5 * SECOND_MS },
  /** Notifications announce most changes; the list corrects lost ones. */
  activities: { intervalMs: MINUTE_MS, minIntervalMs: 10 * SECOND_MS },
  /** Notifications announce starts and ends of jobs, which are read together; the list corrects. */
  jobs: { intervalMs: 5 * MINUTE_MS, minIntervalMs: MINUTE_MS },
  /** Accounts rarely change. A download by an unknown one calls for them. */
  accounts: { intervalMs: 6 * HOUR_MS, minIntervalMs: MINUTE_MS },
  /** Views come with stops near the end of an item, which bring the reading forward. */
  history: { intervalMs: 5 * MINUTE_MS, minIntervalMs: 500 },
  /** Recordings last for half an hour or longer. A recorder is rarely set up. */
  dvr: {
    intervalMs: 5 * MINUTE_MS,
    minIntervalMs: 10 * SECOND_MS,
    unsupportedIntervalMs: HOUR_MS,
  },
  /** The rest between two pages. The core decides when a library is walked again. */
  walk: { intervalMs: MINUTE_MS, minIntervalMs: 500 },
} as const satisfies Readonly<Record<string, Partial<Schedule>>>;

/** The session list while something plays: well within the span that is credited at most (30 s). */
export const SESSIONS_PLAYING_INTERVAL_MS = 10 * SECOND_MS;

/** The same without notifications: then only the list shows a pause. */
export const SESSIONS_PLAYING_WITHOUT_SOCKET_MS = 5 * SECOND_MS;

/** The session list without notifications while nothing plays: no other sign of a new play. */
export const SESSIONS_WITHOUT_SOCKET_MS = 10 * SECOND_MS;

/** The server's description and the background jobs while no notification announces changes. */
export const UNANNOUNCED_INTERVAL_MS = MINUTE_MS;

/** Until a token that is not the owner's is tried on the session list again. */
export const NOT_OWNER_RETRY_MS = MINUTE_MS;

/**
 * Waits until the session list is read again for a play that a notification named and the list
 * lacks, which takes Plex up to 2 s (docs/plex/api.md#list-lag). After that, the regular poll is
 * left.
 */
export const SESSION_LOOKUP_DELAYS_MS = [SECOND_MS, 2 * SECOND_MS] as const;

/** Longest that a session list waits for the files behind its sessions; the next list has them. */
export const MEDIA_LOOKUP_TIMEOUT_MS = 2 * SECOND_MS;

/** Until an item whose files could not be looked up is requested again. */
export const MEDIA_RETRY_MS = MINUTE_MS;

/**
 * Between two readings of the library sizes, and between two counts of one library: both make Plex
 * search its database. Also the wait after a failure of either.
 */
export const LIBRARY_MIN_REFRESH_MS = MINUTE_MS;

/** Until a first answer that failed or was empty is requested again: a start needs no interval. */
export const FIRST_RETRY_MS = 5 * SECOND_MS;

/** How often that is done: a source that keeps failing is requested at its interval. */
export const MAX_FIRST_RETRIES = 2;

/** Until what Plex does not have is requested again, unless its schedule has a time of its own. */
export const UNSUPPORTED_RETRY_MS = 10 * MINUTE_MS;

/** A bandwidth reading of Plex's whole history costs Plex time: it rests 100 times as long. */
export const BANDWIDTH_REST_FACTOR = 100;

/** The same for each row of it, for the work that the answer's duration does not show. */
export const BANDWIDTH_REST_PER_ROW_MS = 10;

/** Rest after bandwidth failures in a row: one may be a coincidence, several may be an overload. */
export const BANDWIDTH_FAILURE_RESTS_MS = [0, MINUTE_MS, 2 * MINUTE_MS, 5 * MINUTE_MS] as const;

/** Until the history is requested again after a failure. */
export const HISTORY_RETRY_MS = MINUTE_MS;

/** Plex writes a view some moments after the stop that it comes with. */
export const VIEW_WRITTEN_AFTER_MS = 5 * SECOND_MS;

/** Between two readings of the newest views, however many plays end. */
export const HISTORY_MIN_REFRESH_MS = 30 * SECOND_MS;

/** Between two readings of the whole history, where rows seem to be missing. */
export const WHOLE_HISTORY_MIN_INTERVAL_MS = 24 * HOUR_MS;

/** Until a page of a library's items is requested again after a failure. */
export const WALK_RETRY_MS = MINUTE_MS;

/** Longest that the first walk waits for Plex's history, which has the last views. */
export const WALK_HISTORY_WAIT_MS = 15 * MINUTE_MS;

/** Items of a page: 100,000 take 479 requests, a page some 10 ms to read. */
export const WALK_PAGE_ITEMS = 210;

/** Items of a page that are summed up in a row; scrapes and notifications have a turn between. */
export const WALK_TURN_ITEMS = 30;

/** The items of a page where Plex did not answer in time with more. */
export const WALK_MIN_PAGE_ITEMS = 50;

/** Rest between two requests of a long reading; as long as the answer took, if that was longer. */
export const MIN_REST_MS = 500;

/** Until work that threw is done again: a fault of the exporter does not pass in seconds. */
export const FAULT_RETRY_MS = MINUTE_MS;

/** First wait of the back-off, before the jitter. */
export const BACKOFF_FIRST_MS = SECOND_MS;

/** Longest wait of the back-off, before the jitter; also the longest `Retry-After` that is kept. */
export const BACKOFF_LONGEST_MS = MINUTE_MS;

/** Share of the wait by which it is longer or shorter at random, so that servers spread out. */
export const BACKOFF_JITTER = 0.2;

/** A WebSocket handshake without an answer: Deno itself has no timeout. */
export const HANDSHAKE_TIMEOUT_MS = 10 * SECOND_MS;

/** A socket that has held this long is stable: its loss is retried without a longer back-off. */
export const STABLE_AFTER_MS = MINUTE_MS;

/** Silence after which a socket counts as dead while something plays: players report every 10 s. */
export const SILENCE_PLAYING_MS = 30 * SECOND_MS;

/** The same otherwise: idle servers send nothing, nor do many players while they are paused. */
export const SILENCE_IDLE_MS = 5 * MINUTE_MS;

/** How often silence is checked at least, since its limit changes when something begins to play. */
export const SILENCE_CHECK_INTERVAL_MS = 10 * SECOND_MS;

/** Requests for counts at once, so that a scan of many libraries does not occupy Plex. */
export const MAX_CONCURRENT_COUNTS = 4;

/**
 * Items of one metadata request: what other clients ask for at once
 * (docs/plex/api.md#item-metadata).
 */
export const METADATA_BATCH = 100;

/**
 * Idle HTTP connections are not reused after this: Plex closes them after 20 s
 * (docs/plex/api.md#idle-connections).
 */
export const POOL_IDLE_MS = 15 * SECOND_MS;

/** Rows of a page of the whole history: 200,000 take 286 requests, a page some 40 ms to read. */
export const WHOLE_HISTORY_PAGE_ROWS = 700;

/** Rows of a page of the newest views: more than most servers have in the overlap. */
export const NEWEST_HISTORY_PAGE_ROWS = 100;

/** Body of an answer once decompressed: room for a thousand sessions, no room for a gzip bomb. */
export const MAX_BODY_BYTES = 16 * 1024 * 1024;

/** The same for bandwidth: the longest history seen had 124,000 rows, 15 MB. */
export const MAX_BANDWIDTH_BODY_BYTES = 32 * 1024 * 1024;

/** Body of an error: Plex's reason is in its first lines. */
export const MAX_ERROR_BODY_BYTES = 4096;

/** Objects in an answer: 124,000 rows of bandwidth were seen, other answers have some thousand. */
export const MAX_OBJECTS = 250_000;

/** Objects in a notification: Plex's hold one entry or a few, those of a scan some dozens. */
export const MAX_NOTIFICATION_OBJECTS = 10_000;

/**
 * Notifications above this are dropped: Plex's have some kilobytes
 * (docs/plex/notifications.md#frames).
 */
export const MAX_FRAME_BYTES = 8 * 1024 * 1024;

/** Session keys kept by the session lookup; an evicted one costs one request. */
export const MAX_SESSION_LOOKUPS = 1_000;

/** Items whose files are cached: more than are ever played at once. */
export const MAX_CACHED_ITEMS = 2_000;

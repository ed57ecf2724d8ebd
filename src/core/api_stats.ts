/** Counts the exporter's requests to Plex, received notifications, and WebSocket connections. */
import {
  type CounterVec,
  emptyCounterVec,
  ensureAndIncrement,
  ensureSeries,
} from "./counter_vec.ts";
import { type Outcome, OUTCOMES } from "./enums.ts";

/** The endpoints that are requested, as path templates. */
export const ENDPOINTS = [
  "/",
  "/identity",
  "/media/providers",
  "/library/sections",
  "/library/sections/{id}/all",
  "/library/metadata/{ids}",
  "/status/sessions",
  "/status/sessions/background",
  "/status/sessions/history/all",
  "/statistics/resources",
  "/statistics/bandwidth",
  "/accounts",
  "/activities",
  "/updater/status",
  "/livetv/dvrs",
  "/media/subscriptions",
] as const;
export type Endpoint = (typeof ENDPOINTS)[number];

/** The notification types that Plex is known to send. All others are counted as `other`. */
export const NOTIFICATION_TYPES = [
  "playing",
  "transcodeSession.start",
  "transcodeSession.update",
  "transcodeSession.end",
  "timeline",
  "activity",
  "progress",
  "status",
  "reachability",
  "preference",
  "account",
  "backgroundProcessingQueue",
  "update.statechange",
  "provider.content.change",
  "log",
  "malformed",
  "other",
] as const;
export type NotificationType = (typeof NOTIFICATION_TYPES)[number];

/** Upper bounds of the request duration histogram in seconds; the last bucket has none. */
export const DURATION_BOUNDS_S = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const;

/** The request durations of one endpoint. */
export interface Durations {
  /** Requests per bucket, not cumulative. The last bucket is that above all bounds. */
  readonly buckets: readonly number[];
  readonly totalMs: number;
}

/** The key that requests are counted under. */
export type RequestKey = { readonly endpoint: Endpoint; readonly outcome: Outcome };
/** The key that notifications are counted under. */
export type NotificationKey = { readonly type: NotificationType };

/** What is counted of the exporter's connection to one server. */
export interface ApiStats {
  /** Of durations, connections and dropped series, which have none of their own. */
  readonly createdAtScrape: number;
  /** Every pair of endpoint and outcome, from the start. */
  readonly requests: CounterVec<RequestKey>;
  readonly durations: ReadonlyMap<Endpoint, Durations>;
  readonly lastSuccessAt: ReadonlyMap<Endpoint, number>;
  /** Every type, from the start. */
  readonly notifications: CounterVec<NotificationKey>;
  readonly connected: boolean;
  /** How often the WebSocket was opened. All but the first time are reconnects. */
  readonly connections: number;
}

const EMPTY_DURATIONS: Durations = {
  buckets: DURATION_BOUNDS_S.map(() => 0).concat(0),
  totalMs: 0,
};

/** The counts before the first request, every closed set of series at 0. */
export function emptyApiStats(): ApiStats {
  let requests = emptyCounterVec<RequestKey>(ENDPOINTS.length * OUTCOMES.length);
  for (const endpoint of ENDPOINTS) {
    for (const outcome of OUTCOMES) requests = ensureSeries(requests, { endpoint, outcome }, 0);
  }
  let notifications = emptyCounterVec<NotificationKey>(NOTIFICATION_TYPES.length);
  for (const type of NOTIFICATION_TYPES) notifications = ensureSeries(notifications, { type }, 0);
  return {
    createdAtScrape: 0,
    requests,
    durations: new Map(ENDPOINTS.map((endpoint) => [endpoint, EMPTY_DURATIONS])),
    lastSuccessAt: new Map(),
    notifications,
    connected: false,
    connections: 0,
  };
}

/** Counts a request that ended at `at` after `durationMs`. */
export function countRequest(
  apiStats: ApiStats,
  request: {
    readonly at: number;
    readonly endpoint: Endpoint;
    readonly outcome: Outcome;
    readonly durationMs: number;
  },
): ApiStats {
  const { endpoint, outcome, durationMs, at } = request;
  const before = apiStats.durations.get(endpoint) ?? EMPTY_DURATIONS;
  const within = DURATION_BOUNDS_S.findIndex((bound) => durationMs <= bound * 1000);
  const bucket = within === -1 ? DURATION_BOUNDS_S.length : within;
  return {
    ...apiStats,
    requests: ensureAndIncrement(apiStats.requests, { endpoint, outcome }, 1, 0),
    durations: new Map(apiStats.durations).set(endpoint, {
      buckets: before.buckets.with(bucket, (before.buckets[bucket] ?? 0) + 1),
      totalMs: before.totalMs + Math.max(0, durationMs),
    }),
    lastSuccessAt: outcome === "ok"
      ? new Map(apiStats.lastSuccessAt).set(endpoint, at)
      : apiStats.lastSuccessAt,
  };
}

/** Counts a notification. */
export function countNotification(apiStats: ApiStats, type: NotificationType): ApiStats {
  return {
    ...apiStats,
    notifications: ensureAndIncrement(apiStats.notifications, { type }, 1, 0),
  };
}

/** Records that the WebSocket was opened or closed. */
export function setConnected(apiStats: ApiStats, connected: boolean): ApiStats {
  return {
    ...apiStats,
    connected,
    connections: apiStats.connections + (connected && !apiStats.connected ? 1 : 0),
  };
}

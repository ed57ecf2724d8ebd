/**
 * The exporter's own dealings with Plex: requests, notifications and reconnects, counted.
 * It does not judge what they mean for the server; that is `contact`.
 */
import { type CounterVec, emptyCounterVec, ensureSeries, inc } from "./counter_vec.ts";
import { type Outcome, OUTCOMES } from "./enums.ts";

/** The requests that are made, as path templates. */
export const ENDPOINTS = [
  "/",
  "/identity",
  "/media/providers",
  "/library/sections",
  "/library/sections/{id}/all",
  "/library/metadata/{ids}",
  "/status/sessions",
  "/status/sessions/history/all",
  "/statistics/resources",
  "/statistics/bandwidth",
  "/accounts",
  "/activities",
  "/updater/status",
] as const;
export type Endpoint = (typeof ENDPOINTS)[number];

/** The notifications that Plex is known to send; any other counts as `other`. */
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

/** How long requests to one endpoint took. */
export interface Durations {
  /** Requests a bucket, not cumulated; one more than there are bounds. */
  readonly buckets: readonly number[];
  readonly totalMs: number;
}

export type RequestKey = { readonly endpoint: Endpoint; readonly outcome: Outcome };
export type NotificationKey = { readonly type: NotificationType };

export interface ApiStats {
  /** By endpoint and outcome, every pair from the start. */
  readonly requests: CounterVec<RequestKey>;
  readonly durations: ReadonlyMap<Endpoint, Durations>;
  readonly lastSuccessAt: ReadonlyMap<Endpoint, number>;
  /** By type, every one from the start. */
  readonly notifications: CounterVec<NotificationKey>;
  readonly connected: boolean;
  /** How often the socket was opened; every time but the first is a reconnect. */
  readonly connections: number;
}

const EMPTY_DURATIONS: Durations = {
  buckets: DURATION_BOUNDS_S.map(() => 0).concat(0),
  totalMs: 0,
};

export function emptyApiStats(): ApiStats {
  let requests = emptyCounterVec<RequestKey>(ENDPOINTS.length * OUTCOMES.length);
  for (const endpoint of ENDPOINTS) {
    for (const outcome of OUTCOMES) requests = ensureSeries(requests, { endpoint, outcome }, 0);
  }
  let notifications = emptyCounterVec<NotificationKey>(NOTIFICATION_TYPES.length);
  for (const type of NOTIFICATION_TYPES) notifications = ensureSeries(notifications, { type }, 0);
  return {
    requests,
    durations: new Map(ENDPOINTS.map((endpoint) => [endpoint, EMPTY_DURATIONS])),
    lastSuccessAt: new Map(),
    notifications,
    connected: false,
    connections: 0,
  };
}

/** Counts a request that has ended at `at` after `durationMs`, well or not. */
export function countRequest(
  traffic: ApiStats,
  request: {
    readonly at: number;
    readonly endpoint: Endpoint;
    readonly outcome: Outcome;
    readonly durationMs: number;
  },
): ApiStats {
  const { endpoint, outcome, durationMs, at } = request;
  const before = traffic.durations.get(endpoint) ?? EMPTY_DURATIONS;
  const over = DURATION_BOUNDS_S.findIndex((bound) => durationMs <= bound * 1000);
  const bucket = over === -1 ? DURATION_BOUNDS_S.length : over;
  return {
    ...traffic,
    requests: inc(traffic.requests, { endpoint, outcome }, 1, 0),
    durations: new Map(traffic.durations).set(endpoint, {
      buckets: before.buckets.with(bucket, (before.buckets[bucket] ?? 0) + 1),
      totalMs: before.totalMs + Math.max(0, durationMs),
    }),
    lastSuccessAt: outcome === "ok"
      ? new Map(traffic.lastSuccessAt).set(endpoint, at)
      : traffic.lastSuccessAt,
  };
}

/** Counts a notification of any type; one not known counts as `other`. */
export function countNotification(traffic: ApiStats, type: string): ApiStats {
  const known = NOTIFICATION_TYPES.find((word) => word === type) ?? "other";
  return { ...traffic, notifications: inc(traffic.notifications, { type: known }, 1, 0) };
}

/** Records that the socket opened or closed. */
export function setConnected(traffic: ApiStats, connected: boolean): ApiStats {
  return {
    ...traffic,
    connected,
    connections: traffic.connections + (connected && !traffic.connected ? 1 : 0),
  };
}

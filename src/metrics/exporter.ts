/** The exporter itself: its dealings with Plex, what it left out, its build and its process. */
import type { ServerState } from "../core/state.ts";
import { DURATION_BOUNDS_S, type Endpoint, ENDPOINTS } from "../core/api_stats.ts";
import {
  counterFamily,
  exposedValue,
  gaugeFamily,
  NO_LABELS,
  one,
  type ProcessFamily,
  type ProcessInfo,
  type Sample,
  series,
  type ServerFamily,
} from "./family.ts";

const BUCKET_LABELS = new Map(ENDPOINTS.map((endpoint) => [
  endpoint,
  [...DURATION_BOUNDS_S.map(String), "+Inf"].map((le) => ({ endpoint, le })),
]));

const ENDPOINT_LABELS = new Map(ENDPOINTS.map((endpoint) => [endpoint, { endpoint }]));

/** The histogram of one endpoint, all 0 until it has been published once. */
function durationsOf(
  { apiStats, scrapes }: ServerState,
  endpoint: Endpoint,
): readonly Sample[] {
  const labels = ENDPOINT_LABELS.get(endpoint) ?? NO_LABELS;
  const { buckets = [], totalMs = 0 } = apiStats.durations.get(endpoint) ?? {};
  const show = (value: number) => exposedValue({ value, createdAtScrape: 0 }, scrapes);
  let requests = 0;
  const cumulated = (BUCKET_LABELS.get(endpoint) ?? []).map((labels, index) => {
    requests += buckets[index] ?? 0;
    return { labels, suffix: "_bucket", value: show(requests) };
  });
  return [
    ...cumulated,
    { labels, suffix: "_sum", value: show(totalMs / 1000) },
    { labels, suffix: "_count", value: show(requests) },
  ];
}

/** The families whose series are bounded, by what the history calls them. */
const BOUNDED = {
  plays: "plex_plays_total",
  playMs: "plex_play_seconds_total",
  streamMs: "plex_stream_seconds_total",
  titleMs: "plex_title_play_seconds_total",
  bufferingMs: "plex_buffering_seconds_total",
  sessions: "plex_session_info",
  userBytes: "plex_user_transmit_bytes_total",
} as const;

const DROPPED_LABELS = Object.entries(BOUNDED)
  .map(([key, family]) => ({ key, labels: { family } }));

function droppedOf({ playCounters, scrapes }: ServerState): readonly Sample[] {
  return DROPPED_LABELS.map(({ key, labels }) => {
    const value = playCounters.dropped.get(key)?.size ?? 0;
    return { labels, value: exposedValue({ value, createdAtScrape: 0 }, scrapes) };
  });
}

/** Families about the exporter's dealings with one server. */
export const EXPORTER: readonly ServerFamily[] = [
  gaugeFamily(
    "plex_exporter_token_valid",
    "Whether Plex accepts the token.",
    [],
    ({ availability }) =>
      one(availability.tokenValid === undefined ? undefined : Number(availability.tokenValid)),
  ),
  gaugeFamily(
    "plex_exporter_websocket_connected",
    "Whether the exporter receives Plex's notifications.",
    [],
    ({ apiStats }) => one(Number(apiStats.connected)),
  ),
  counterFamily(
    "plex_exporter_websocket_reconnects_total",
    "Times that the socket for notifications was opened again.",
    [],
    ({ apiStats, scrapes }) =>
      one(
        exposedValue({ value: Math.max(0, apiStats.connections - 1), createdAtScrape: 0 }, scrapes),
      ),
  ),
  counterFamily(
    "plex_exporter_websocket_events_total",
    "Notifications received, by type.",
    ["type"],
    series(({ apiStats }) => apiStats.notifications),
  ),
  counterFamily(
    "plex_exporter_api_requests_total",
    "Requests made to Plex, by endpoint and outcome.",
    ["endpoint", "outcome"],
    series(({ apiStats }) => apiStats.requests),
  ),
  {
    name: "plex_exporter_api_request_duration_seconds",
    type: "histogram",
    help: "Time that requests to Plex took, failed ones included.",
    labels: ["endpoint"],
    identity: "server",
    samples: (state) => ENDPOINTS.flatMap((endpoint) => durationsOf(state, endpoint)),
  },
  gaugeFamily(
    "plex_exporter_last_success_timestamp_seconds",
    "When the endpoint last answered with what was asked.",
    ["endpoint"],
    ({ apiStats }) =>
      [...apiStats.lastSuccessAt].map(([endpoint, at]) => ({
        labels: ENDPOINT_LABELS.get(endpoint) ?? NO_LABELS,
        value: at / 1000,
      })),
  ),
  counterFamily(
    "plex_exporter_dropped_series_total",
    "Series sent to other and sessions left out because their family was full; each counts once.",
    ["family"],
    droppedOf,
  ),
];

function ofProcess(
  name: string,
  type: "gauge" | "counter",
  help: string,
  value: (facts: ProcessInfo) => number,
): ProcessFamily {
  const samples = (facts: ProcessInfo) => one(value(facts));
  return { name, type, help, labels: [], identity: "none", samples };
}

/** Families about the exporter's own process. */
export const PROCESS: readonly ProcessFamily[] = [
  {
    name: "plex_exporter_build_info",
    type: "gauge",
    help: "Version of the exporter and of the Deno it runs on; always 1.",
    labels: ["version", "deno_version"],
    identity: "none",
    samples: ({ version, denoVersion }) => [
      { labels: { version, deno_version: denoVersion }, value: 1 },
    ],
  },
  ofProcess(
    "process_cpu_seconds_total",
    "counter",
    "CPU time that the exporter has used, user and system.",
    ({ cpuSeconds }) => cpuSeconds,
  ),
  ofProcess(
    "process_resident_memory_bytes",
    "gauge",
    "Memory that the exporter has in use.",
    ({ residentBytes }) => residentBytes,
  ),
  ofProcess(
    "process_start_time_seconds",
    "gauge",
    "When the exporter started.",
    ({ startedAt }) => startedAt / 1000,
  ),
];

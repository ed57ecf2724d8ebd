/** The exporter itself: its requests to Plex, dropped series, build and process. */
import {
  DURATION_BOUNDS_S,
  type Endpoint,
  ENDPOINTS,
  type NotificationKey,
  type RequestKey,
} from "../core/api_stats.ts";
import type { LimitedFamily } from "../core/cardinality.ts";
import type { ServerState } from "../core/state.ts";
import {
  counterFamily,
  counterVecFamily,
  exposedValue,
  flag,
  gaugeFamily,
  type KeyedValue,
  one,
  type ProcessFamily,
  type ProcessInfo,
  type Sample,
  type ServerFamily,
} from "./family.ts";
import { type LabelMapping, labelsOf, NO_LABELS } from "./labels.ts";

type EndpointKey = { readonly endpoint: Endpoint };
type BucketKey = EndpointKey & { readonly bound: string };

const ENDPOINT_LABELS = labelsOf<EndpointKey>({ endpoint: "endpoint" });
const BUCKET_LABELS = labelsOf<BucketKey>({ endpoint: "endpoint", le: "bound" });

/** The keys of an endpoint and of its histogram's buckets, always the same objects. */
const ENDPOINT_KEYS: ReadonlyMap<
  Endpoint,
  { readonly key: EndpointKey; readonly buckets: readonly BucketKey[] }
> = new Map(ENDPOINTS.map((endpoint) => [endpoint, {
  key: { endpoint },
  buckets: [...DURATION_BOUNDS_S.map(String), "+Inf"].map((bound) => ({ endpoint, bound })),
}]));

/** The histograms of all endpoints; 0 throughout until a scrape has completed. */
function durationSamples({ apiStats, scrapes }: ServerState): readonly Sample[] {
  const { createdAtScrape } = apiStats;
  const show = (value: number) => exposedValue({ value, createdAtScrape }, scrapes);
  return [...ENDPOINT_KEYS].flatMap(([endpoint, keys]): readonly Sample[] => {
    const { buckets = [], totalMs = 0 } = apiStats.durations.get(endpoint) ?? {};
    let requests = 0;
    const cumulative = keys.buckets.map((key, index) => {
      requests += buckets[index] ?? 0;
      return { labels: BUCKET_LABELS.of(key), suffix: "_bucket", value: show(requests) };
    });
    const labels = ENDPOINT_LABELS.of(keys.key);
    return [
      ...cumulative,
      { labels, suffix: "_sum", value: show(totalMs / 1000) },
      { labels, suffix: "_count", value: show(requests) },
    ];
  });
}

function lastSuccesses({ apiStats }: ServerState): readonly KeyedValue<EndpointKey>[] {
  return [...ENDPOINT_KEYS].flatMap(([endpoint, { key }]): readonly KeyedValue<EndpointKey>[] => {
    const at = apiStats.lastSuccessAt.get(endpoint);
    return at === undefined ? [] : [[key, at / 1000]];
  });
}

type DroppedKey = { readonly family: string };

/** The metric families with a limit on their number of series. */
export const LIMITED_FAMILIES: Readonly<Record<LimitedFamily, string>> = {
  plays: "plex_plays_total",
  playMs: "plex_play_seconds_total",
  streamMs: "plex_stream_seconds_total",
  titleMs: "plex_title_play_seconds_total",
  bufferingMs: "plex_buffering_seconds_total",
  sessions: "plex_session_info",
  userBytes: "plex_user_transmit_bytes_total",
  deviceBytes: "plex_device_transmit_bytes_total",
  downloads: "plex_downloads",
  libraryFiles: "plex_library_file_bytes",
  views: "plex_views_total",
  titleViews: "plex_title_views_total",
};

const DROPPED_KEYS: ReadonlyMap<LimitedFamily, DroppedKey> = new Map(
  (Object.keys(LIMITED_FAMILIES) as LimitedFamily[])
    .map((name) => [name, { family: LIMITED_FAMILIES[name] }]),
);

function droppedSeries(
  { apiStats, cardinality, scrapes }: ServerState,
): readonly KeyedValue<DroppedKey>[] {
  const { createdAtScrape } = apiStats;
  return [...DROPPED_KEYS].map(([name, key]) => {
    const value = cardinality.dropped.get(name)?.size ?? 0;
    return [key, exposedValue({ value, createdAtScrape }, scrapes)];
  });
}

/** Families about the exporter's connection to one server. */
export const EXPORTER: readonly ServerFamily[] = [
  gaugeFamily(
    "plex_exporter_token_valid",
    "Whether Plex accepts the token.",
    NO_LABELS,
    ({ availability }) => flag(availability.tokenValid),
  ),
  gaugeFamily(
    "plex_exporter_websocket_connected",
    "Whether the WebSocket for Plex's notifications is connected.",
    NO_LABELS,
    ({ apiStats }) => flag(apiStats.connected),
  ),
  counterFamily(
    "plex_exporter_websocket_reconnects_total",
    "Total number of times that the WebSocket was reconnected.",
    NO_LABELS,
    ({ apiStats: { connections, createdAtScrape }, scrapes }) =>
      one(exposedValue({ value: Math.max(0, connections - 1), createdAtScrape }, scrapes)),
  ),
  counterVecFamily(
    "plex_exporter_websocket_events_total",
    "Total number of notifications received, by type.",
    labelsOf<NotificationKey>({ type: "type" }),
    ({ apiStats }) => apiStats.notifications,
  ),
  counterVecFamily(
    "plex_exporter_api_requests_total",
    "Total number of requests to Plex, by endpoint and outcome.",
    labelsOf<RequestKey>({ endpoint: "endpoint", outcome: "outcome" }),
    ({ apiStats }) => apiStats.requests,
  ),
  {
    name: "plex_exporter_api_request_duration_seconds",
    type: "histogram",
    help: "Duration of requests to Plex in seconds, failed ones included.",
    labels: ENDPOINT_LABELS.names,
    identity: "server",
    samples: durationSamples,
  },
  gaugeFamily(
    "plex_exporter_last_success_timestamp_seconds",
    "Unix timestamp of the last successful response, by endpoint.",
    ENDPOINT_LABELS,
    lastSuccesses,
  ),
  counterFamily(
    "plex_exporter_dropped_series_total",
    "Total number of distinct label sets counted under other, and of sessions left out, because of a limit.",
    labelsOf<DroppedKey>({ family: "family" }),
    droppedSeries,
  ),
];

function processFamily<Key extends object>(
  name: string,
  type: "gauge" | "counter",
  help: string,
  labels: LabelMapping<Key>,
  values: (process: ProcessInfo) => readonly KeyedValue<Key>[],
): ProcessFamily {
  const samples = (process: ProcessInfo) =>
    values(process).map(([key, value]) => ({ labels: labels.of(key), value }));
  return { name, type, help, labels: labels.names, identity: "none", samples };
}

/** Families about the exporter's own process. */
export const PROCESS: readonly ProcessFamily[] = [
  processFamily(
    "plex_exporter_build_info",
    "gauge",
    "Version of the exporter and of the Deno that runs it; always 1.",
    labelsOf<ProcessInfo>({ version: "version", deno_version: "denoVersion" }),
    (process) => [[process, 1]],
  ),
  processFamily(
    "plex_exporter_state_saved_timestamp_seconds",
    "gauge",
    "Unix timestamp of the last time that the state file was up to date; 0 before the first, absent without STATE_FILE.",
    NO_LABELS,
    ({ stateSavedAt }) => one(stateSavedAt === undefined ? undefined : stateSavedAt / 1000),
  ),
  processFamily(
    "process_cpu_seconds_total",
    "counter",
    "Total user and system CPU time spent in seconds.",
    NO_LABELS,
    ({ cpuSeconds }) => one(cpuSeconds),
  ),
  processFamily(
    "process_resident_memory_bytes",
    "gauge",
    "Resident memory size in bytes.",
    NO_LABELS,
    ({ residentBytes }) => one(residentBytes),
  ),
  processFamily(
    "process_start_time_seconds",
    "gauge",
    "Start time of the process since unix epoch in seconds.",
    NO_LABELS,
    ({ startedAt }) => one(startedAt / 1000),
  ),
];

/** Families of the server itself, its host, the bytes it sends and its background work. */
import { currentValue, isUp } from "../core/availability.ts";
import { ACTIVITY_TYPES, type ActivityType, JOB_TYPES, type JobType } from "../core/enums.ts";
import type { DeviceSentKey, SentKey, UserSentKey } from "../core/bandwidth.ts";
import { countDownloads, type DownloadKey } from "../core/downloads.ts";
import { isUpdateAvailable, type Resources, type ServerInfo } from "../core/server.ts";
import type { ServerState } from "../core/state.ts";
import {
  counterVecFamily,
  flag,
  gaugeFamily,
  type KeyedValue,
  one,
  type ServerFamily,
  type Values,
} from "./family.ts";
import { labelsOf, NO_LABELS } from "./labels.ts";

/** A percentage from the newest sample of CPU and memory usage. */
export function percent(valueOf: (resources: Resources) => number | undefined): Values<object> {
  return (state, at) => {
    const resources = currentValue(state, "resources", at);
    return one(resources && valueOf(resources));
  };
}

/** The same as a ratio from 0 to 1. */
function ratio(percentOf: (resources: Resources) => number | undefined): Values<object> {
  return percent((resources) => {
    const percentage = percentOf(resources);
    return percentage === undefined ? undefined : percentage / 100;
  });
}

/** 1 with the labels of the server's description. */
export function serverInfo(state: ServerState, at: number): readonly KeyedValue<ServerInfo>[] {
  const server = currentValue(state, "server", at);
  return server === undefined ? [] : [[server, 1]];
}

type ActivityKey = { readonly type: ActivityType };

const ACTIVITY_KEYS: readonly ActivityKey[] = ACTIVITY_TYPES.map((type) => ({ type }));

function activityCounts(state: ServerState, at: number): readonly KeyedValue<ActivityKey>[] {
  const activities = currentValue(state, "activities", at);
  if (activities === undefined) return [];
  const running = [...activities.values()];
  return ACTIVITY_KEYS.map((key) => [key, running.filter(({ type }) => type === key.type).length]);
}

type JobKey = { readonly type: JobType };

const JOB_KEYS: readonly JobKey[] = JOB_TYPES.map((type) => ({ type }));

function jobCounts(state: ServerState, at: number): readonly KeyedValue<JobKey>[] {
  const jobs = currentValue(state, "jobs", at);
  return jobs === undefined ? [] : JOB_KEYS.map((key) => [key, jobs[key.type]]);
}

/** The labels of `plex_transmit_bytes_total`. */
export const SENT_LABELS = labelsOf<SentKey>({ location: "location" });

/** The labels of `plex_user_transmit_bytes_total`. */
export const USER_SENT_LABELS = labelsOf<UserSentKey>({ user: "user", location: "location" });

/** Bytes by location. `history` writes the same family. */
export const SENT = counterVecFamily(
  "plex_transmit_bytes_total",
  "Total bytes sent by Plex, by location of the receiver (Plex Pass).",
  SENT_LABELS,
  ({ bandwidth }) => bandwidth.byLocation,
);

/** Bytes by user and location. `history` writes the same family. */
export const USER_SENT = counterVecFamily(
  "plex_user_transmit_bytes_total",
  "Total bytes sent by Plex, by user and location of the receiver (Plex Pass).",
  USER_SENT_LABELS,
  ({ bandwidth }) => bandwidth.byUser,
);

/** The families of the server. */
export const SERVER: readonly ServerFamily[] = [
  gaugeFamily(
    "plex_up",
    "Whether Plex is up: it answers polls and accepts the token.",
    NO_LABELS,
    (state) => flag(isUp(state)),
  ),
  gaugeFamily(
    "plex_server_info",
    "Information about the Plex server: version, platform and Plex Pass; always 1.",
    labelsOf<ServerInfo>({
      version: "version",
      platform: "platform",
      platform_version: "platformVersion",
      plex_pass: ({ plexPass }) => plexPass === undefined ? "" : String(plexPass),
    }),
    serverInfo,
  ),
  gaugeFamily(
    "plex_server_update_available",
    "Whether an update of Plex is available.",
    NO_LABELS,
    (state, at) => flag(currentValue(state, "server", at) && isUpdateAvailable(state)),
  ),
  gaugeFamily(
    "plex_server_remote_access",
    "Whether Plex reports that it can be reached from outside.",
    NO_LABELS,
    (state, at) => flag(currentValue(state, "server", at)?.remoteAccess),
  ),
  gaugeFamily(
    "plex_server_signed_in",
    "Whether the server is signed in to a Plex account.",
    NO_LABELS,
    (state, at) => flag(currentValue(state, "server", at)?.signedIn),
  ),
  gaugeFamily(
    "plex_host_cpu_ratio",
    "CPU usage of the host, 0 to 1 (Plex Pass).",
    NO_LABELS,
    ratio(({ hostCpuPercent }) => hostCpuPercent),
  ),
  gaugeFamily(
    "plex_host_memory_ratio",
    "Memory usage of the host, 0 to 1 (Plex Pass).",
    NO_LABELS,
    ratio(({ hostMemoryPercent }) => hostMemoryPercent),
  ),
  gaugeFamily(
    "plex_process_cpu_ratio",
    "CPU usage of Plex as a share of the host's CPU, 0 to 1 (Plex Pass).",
    NO_LABELS,
    ratio(({ processCpuPercent }) => processCpuPercent),
  ),
  gaugeFamily(
    "plex_process_memory_ratio",
    "Memory usage of Plex as a share of the host's memory, 0 to 1 (Plex Pass).",
    NO_LABELS,
    ratio(({ processMemoryPercent }) => processMemoryPercent),
  ),
  // Shown even while the source is stale: counters keep their values. None without Plex Pass.
  SENT,
  USER_SENT,
  counterVecFamily(
    "plex_device_transmit_bytes_total",
    "Total bytes sent by Plex, by device and location of the receiver (Plex Pass).",
    labelsOf<DeviceSentKey>({ device: "device", location: "location" }),
    ({ bandwidth }) => bandwidth.byDevice,
  ),
  gaugeFamily(
    "plex_activities",
    "Current number of background activities by type.",
    labelsOf<ActivityKey>({ type: "type" }),
    activityCounts,
  ),
  gaugeFamily(
    "plex_downloads",
    "Current number of downloads by user (Plex Pass).",
    labelsOf<DownloadKey>({ user: "user" }),
    countDownloads,
  ),
  gaugeFamily(
    "plex_background_jobs",
    "Current number of background jobs by type. A transcode is a download or an optimisation.",
    labelsOf<JobKey>({ type: "type" }),
    jobCounts,
  ),
];

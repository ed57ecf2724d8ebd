/** What Plex says of itself, of its host, of the bytes it sends and of what it is busy with. */
import { currentValue, isUp } from "../core/availability.ts";
import type { Labels } from "../core/counter_vec.ts";
import type { Resources, ServerInfo, ServerState } from "../core/state.ts";
import { ACTIVITY_TYPES } from "../core/enums.ts";
import {
  counterFamily,
  gaugeFamily,
  NO_LABELS,
  one,
  type Sample,
  series,
  type ServerFamily,
} from "./family.ts";

/** A switch of the server: 1 or 0, absent where Plex does not say. */
function flag(of: (server: ServerInfo) => boolean | undefined): ServerFamily["samples"] {
  return (state, at) => {
    const server = currentValue(state, "server", at);
    const on = server && of(server);
    return one(on === undefined ? undefined : Number(on));
  };
}

/** A figure of the newest sample of the load. */
export function load(of: (resources: Resources) => number | undefined): ServerFamily["samples"] {
  return (state, at) => {
    const resources = currentValue(state, "resources", at);
    return one(resources && of(resources));
  };
}

/** The same as a share of the whole. */
function share(of: (resources: Resources) => number | undefined): ServerFamily["samples"] {
  return load((resources) => {
    const percent = of(resources);
    return percent === undefined ? undefined : percent / 100;
  });
}

/** What the server is, in labels. */
export function info(labels: (server: ServerInfo) => Labels): ServerFamily["samples"] {
  return (state, at) => {
    const server = currentValue(state, "server", at);
    return server === undefined ? [] : [{ labels: labels(server), value: 1 }];
  };
}

const ACTIVITY_LABELS: readonly Labels[] = ACTIVITY_TYPES.map((type) => ({ type }));

function activitiesOf(state: ServerState, at: number): readonly Sample[] {
  const activities = currentValue(state, "activities", at);
  if (activities === undefined) return [];
  const running = [...activities.values()];
  return ACTIVITY_LABELS.map((labels) => ({
    labels,
    value: running.filter((type) => type === labels.type).length,
  }));
}

export const SERVER: readonly ServerFamily[] = [
  gaugeFamily(
    "plex_up",
    "Whether Plex answered the last poll with what was asked.",
    [],
    (state) => [{ labels: NO_LABELS, value: Number(isUp(state)) }],
  ),
  gaugeFamily(
    "plex_server_info",
    "Version and platform of the Plex server and whether it has Plex Pass; always 1.",
    ["version", "platform", "platform_version", "plex_pass"],
    info(({ version, platform, platformVersion, plexPass }) => ({
      version,
      platform,
      platform_version: platformVersion,
      plex_pass: plexPass === undefined ? "" : String(plexPass),
    })),
  ),
  gaugeFamily(
    "plex_server_update_available",
    "Whether Plex knows of a newer version of itself.",
    [],
    flag(({ updateAvailable }) => updateAvailable),
  ),
  gaugeFamily(
    "plex_server_remote_access",
    "Whether Plex says that it can be reached from outside.",
    [],
    flag(({ remoteAccess }) => remoteAccess),
  ),
  gaugeFamily(
    "plex_server_signed_in",
    "Whether the server is signed in to its Plex account.",
    [],
    flag(({ signedIn }) => signedIn),
  ),
  gaugeFamily(
    "plex_host_cpu_ratio",
    "CPU load of the host, 0 to 1 (Plex Pass).",
    [],
    share(({ hostCpuPercent }) => hostCpuPercent),
  ),
  gaugeFamily(
    "plex_host_memory_ratio",
    "Memory in use on the host, 0 to 1 (Plex Pass).",
    [],
    share(({ hostMemoryPercent }) => hostMemoryPercent),
  ),
  gaugeFamily(
    "plex_process_cpu_ratio",
    "Share of the host's CPU that Plex uses, 0 to 1 (Plex Pass).",
    [],
    share(({ processCpuPercent }) => processCpuPercent),
  ),
  gaugeFamily(
    "plex_process_memory_ratio",
    "Share of the host's memory that Plex uses, 0 to 1 (Plex Pass).",
    [],
    share(({ processMemoryPercent }) => processMemoryPercent),
  ),
  // Without Plex Pass there never was a reading, and so no series; once there is one, it stays.
  counterFamily(
    "plex_transmit_bytes_total",
    "Bytes sent by Plex, by the side they went to (Plex Pass).",
    ["location"],
    series(({ bandwidth }) => bandwidth.byLocation),
  ),
  counterFamily(
    "plex_user_transmit_bytes_total",
    "Bytes sent by Plex, by user and the side they went to (Plex Pass).",
    ["user", "location"],
    series(({ bandwidth }) => bandwidth.byUser),
  ),
  gaugeFamily(
    "plex_activities",
    "Background activities that Plex is running, by kind.",
    ["type"],
    activitiesOf,
  ),
];

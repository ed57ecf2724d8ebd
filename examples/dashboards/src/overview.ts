/** The dashboard to start with: availability, sessions, transcodes and libraries. */
import { buildDashboard } from "./dashboard.ts";
import {
  DECISIONS,
  DOWN,
  HARDWARE,
  LOCATIONS,
  NO_PASS,
  NO_RECORDER,
  NOTHING_WATCHED,
  RECORDINGS,
  STATES,
  TUNERS,
  UNREAD,
  UNSCRAPED,
} from "./names.ts";
import { nowPlaying } from "./now_playing.ts";
import { barGaugePanel, stateTimelinePanel, statPanel, timeSeriesPanel } from "./panel.ts";
import { inRange, largestFirst, orZero, selected, sumBy, topTen } from "./query.ts";
import { bandwidthOverTime, contents, itemsAdded, streamsOverTime } from "./shared.ts";
import { table } from "./table.ts";

const UP_DOWN = { "0": ["Down", "red"], "1": ["Up", "green"] } as const;

const up = statPanel({
  title: "Plex",
  description: "Whether each server is up. It is down after two failed polls in a row.",
  queries: [{ expr: selected("plex_up"), legend: "{{server}}" }],
  valueMappings: UP_DOWN,
  noValue: UNSCRAPED,
  background: true,
  name: true,
});

const streams = statPanel({
  title: "Streams",
  description: "Sessions now, in any state.",
  queries: [sumBy("plex_sessions", "")],
  noValue: DOWN,
});

const states = statPanel({
  title: "Streams by state",
  description: "Sessions now by state. A paused session may still transcode ahead.",
  queries: [{ expr: sumBy("plex_sessions", "state"), legend: "{{state}}" }],
  noValue: DOWN,
  name: true,
  series: STATES,
});

const decisions = statPanel({
  title: "Streams by delivery",
  description:
    "Sessions now. Transcode: video or audio is converted. Direct stream: only repackaged.",
  queries: [{ expr: sumBy("plex_sessions", "decision"), legend: "{{decision}}" }],
  noValue: DOWN,
  name: true,
  series: DECISIONS,
});

const transcodes = statPanel({
  title: "Video transcodes",
  description: "Sessions whose video is converted, by how much of the work the hardware does.",
  queries: [{ expr: sumBy("plex_video_transcodes", "hardware"), legend: "{{hardware}}" }],
  noValue: DOWN,
  name: true,
  series: HARDWARE,
});

const bandwidth = statPanel({
  title: "Bandwidth",
  description: "Sum of the bitrates of what is playing now. WAN is outside of your network.",
  queries: [{
    expr: sumBy("plex_stream_bandwidth_bits_per_second", "location"),
    legend: "{{location}}",
  }],
  unit: "bps",
  decimals: 1,
  noValue: DOWN,
  name: true,
  series: LOCATIONS,
});

const load = timeSeriesPanel({
  title: "CPU and memory",
  description: "Load of the host, and of Plex on it, as reported by Plex (Plex Pass).",
  queries: [
    { expr: selected("plex_host_cpu_ratio"), legend: "{{server}} CPU" },
    { expr: selected("plex_process_cpu_ratio"), legend: "{{server}} CPU, Plex" },
    { expr: selected("plex_host_memory_ratio"), legend: "{{server}} memory" },
    { expr: selected("plex_process_memory_ratio"), legend: "{{server}} memory, Plex" },
  ],
  unit: "percentunit",
  max: 1,
  noValue: NO_PASS,
});

const availability = stateTimelinePanel({
  title: "Availability",
  description: "When each server was up. No colour: the exporter itself was not scraped.",
  queries: [{ expr: selected("plex_up"), legend: "{{server}}" }],
  valueMappings: UP_DOWN,
  noValue: UNSCRAPED,
});

const watchers = barGaugePanel({
  title: "Watch time by user",
  description: "Time played in the chosen range. Pauses do not count.",
  queries: [{ expr: topTen("plex_play_seconds_total", "user"), legend: "{{user}}" }],
  unit: "s",
  noValue: NOTHING_WATCHED,
});

const storage = barGaugePanel({
  title: "Storage by library",
  description: "Size of the files of each library, as reported by Plex.",
  queries: [{
    expr: largestFirst(sumBy("plex_library_storage_bytes", "library")),
    legend: "{{library}}",
  }],
  unit: "bytes",
  noValue: UNREAD,
});

const YES_NO = { "0": ["no", "text"], "1": ["yes", "green"] } as const;
const byServer = (family: string) => sumBy(family, "server_id");

const versions = table({
  title: "Versions and updates",
  description: "Version, platform and features of each server.",
  noValue: "No server has been read yet",
  by: "server_id",
  queries: [
    selected("plex_server_info"),
    byServer("plex_server_update_available"),
    byServer("plex_server_remote_access"),
    byServer("plex_server_signed_in"),
  ],
  columns: [
    { field: "server", title: "Server", width: 90 },
    { field: "version", title: "Version", width: 180 },
    { field: "platform", title: "Platform", width: 80 },
    { field: "platform_version", title: "Release", width: 90 },
    { field: "plex_pass", title: "Plex Pass", width: 85 },
    {
      field: "Value #B",
      title: "Update",
      width: 90,
      valueMappings: { "0": ["no", "text"], "1": ["available", "orange"] },
    },
    { field: "Value #C", title: "Remote access", valueMappings: YES_NO, width: 120 },
    { field: "Value #D", title: "Signed in", valueMappings: YES_NO, width: 85 },
  ],
});

const watched = statPanel({
  title: "Watched",
  description: "Time played in the chosen range, by all users together.",
  queries: [orZero(inRange("plex_play_seconds_total", ""))],
  unit: "s",
  decimals: 1,
});

const recordings = statPanel({
  title: "Recordings",
  description:
    "Television recordings that Plex lists, by status. It drops them some time after their end.",
  queries: [{ expr: sumBy("plex_recordings", "status"), legend: "{{status}}" }],
  noValue: NO_RECORDER,
  name: true,
  series: RECORDINGS,
});

const tuners = statPanel({
  title: "Tuners",
  description:
    "Tuners for television. Those in use are computed from recordings and live television.",
  queries: [{ expr: sumBy("plex_tuners", "state"), legend: "{{state}}" }],
  noValue: NO_RECORDER,
  name: true,
  series: TUNERS,
});

/** "Plex / Overview". */
export const overview = buildDashboard({
  uid: "plex-overview",
  title: "Plex / Overview",
  description: "Availability, sessions, transcodes, bandwidth and libraries of each server.",
  rows: [
    {
      height: 4,
      panels: [[3, up], [2, streams], [5, states], [5, decisions], [5, transcodes], [4, bandwidth]],
    },
    { height: 9, panels: [[24, nowPlaying()]] },
    { height: 8, panels: [[12, streamsOverTime()], [12, bandwidthOverTime()]] },
    { height: 8, panels: [[12, load], [12, availability]] },
    { height: 9, panels: [[8, watchers], [8, storage], [8, itemsAdded()]] },
    { height: 5, panels: [[12, versions], [9, contents()], [3, watched]] },
    { height: 4, panels: [[14, recordings], [10, tuners]] },
  ],
});

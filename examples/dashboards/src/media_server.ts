/**
 * The dashboard of the Go exporter, rebuilt on the metrics of the same names with correct queries.
 * New dashboards use the `plex_*` families.
 */
import { buildDashboard } from "./dashboard.ts";
import { CONTENTS, NO_PASS, NOBODY, NOTHING_WATCHED, UNREAD } from "./names.ts";
import { barGaugePanel, type Panel, statPanel, timeSeriesPanel } from "./panel.ts";
import { byLibrary, keyed, perSecond, selected, sumBy } from "./query.ts";
import { table } from "./table.ts";

const SECONDS = "play_seconds_total";
const SESSION = "server_id, session";

/** Sessions playing now, by a label: their seconds grow. */
function playingBy(label: string): string {
  return `count by (${label}) (${perSecond(SECONDS, `${SESSION}, ${label}`)} > 0)`;
}

/**
 * Seconds played in the range. The largest value of a series is exact, while `increase()`
 * extrapolates; but not if the series began before the range, or was reset by a restart.
 */
function watched(by: string): string {
  const all = selected(SECONDS);
  const partly = `(resets(${all}[$__range]) > 0 or ${all} offset $__range)`;
  const whole = `max_over_time(${all}[$__range]) unless ${partly}`;
  return `sum by (${by}) ((${whole}) or increase(${all}[$__range]))`;
}

function infoPanel(title: string, label: string): Panel {
  return statPanel({
    title,
    description: `The server's ${label}, as reported by Plex.`,
    queries: [{ expr: selected("server_info"), legend: "{{server}}" }],
    text: `/^${label}$/`,
    noValue: "Plex has not reported it yet",
  });
}

const streams = statPanel({
  title: "Streams",
  description: "Sessions playing now.",
  queries: [`count(${perSecond(SECONDS, SESSION)} > 0) or vector(0)`],
});

const media = statPanel({
  title: "Media",
  description: "Contents of all libraries together.",
  queries: [
    { expr: sumBy("plex_media_movies", ""), legend: "movies" },
    { expr: sumBy("plex_media_episodes", ""), legend: "episodes" },
    { expr: sumBy("plex_media_music", ""), legend: "tracks" },
    { expr: sumBy("plex_media_photos", ""), legend: "photos" },
    { expr: sumBy("plex_media_other_videos", ""), legend: "Other videos" },
  ],
  unit: "locale",
  name: true,
  series: CONTENTS,
  noValue: UNREAD,
});

const load = timeSeriesPanel({
  title: "CPU and memory",
  description: "Load of the host in percent, as Plex measures it (Plex Pass).",
  queries: [
    { expr: selected("host_cpu_util"), legend: "{{server}} CPU" },
    { expr: selected("host_mem_util"), legend: "{{server}} memory" },
  ],
  unit: "percent",
  max: 100,
  noValue: NO_PASS,
});

function streamsBy(title: string, description: string, label: string): Panel {
  return timeSeriesPanel({
    title,
    description: `Playing sessions by ${description}.`,
    queries: [{ expr: playingBy(label), legend: `{{${label}}}` }],
    decimals: 0,
    noValue: NOTHING_WATCHED,
    stacked: true,
    // While nothing plays there is no series: a line would be drawn over the gap.
    bars: true,
  });
}

const sent = timeSeriesPanel({
  title: "Network",
  description: "Bits per second: as counted by Plex (Plex Pass), and as the sum of the bitrates.",
  queries: [
    { expr: `${perSecond("transmit_bytes_total", "")} * 8`, legend: "Sent" },
    { expr: `${perSecond("estimated_transmit_bytes_total", "")} * 8`, legend: "Estimated" },
  ],
  unit: "bps",
  noValue: NOTHING_WATCHED,
});

function top(title: string, by: string): Panel {
  return barGaugePanel({
    title,
    description: "Time played in the chosen range, the top ten.",
    queries: [{ expr: `topk(10, ${watched(by)} > 0)`, legend: `{{${by}}}` }],
    unit: "s",
    noValue: NOTHING_WATCHED,
  });
}

const libraryTable = table({
  title: "Libraries",
  description: "Items, size and playing time of each library.",
  noValue: UNREAD,
  by: "key",
  sortBy: "Storage",
  queries: [
    keyed(selected("plex_library_items"), "library_id"),
    byLibrary("library_storage_total"),
    byLibrary("library_duration_total"),
  ],
  columns: [
    { field: "library", title: "Library" },
    { field: "library_type", title: "Type" },
    { field: "Value #A", title: "Items", unit: "locale" },
    { field: "Value #B", title: "Storage", unit: "bytes", decimals: 1 },
    { field: "Value #C", title: "Playing time", unit: "ms", decimals: 1 },
    { field: "server", title: "Server" },
  ],
});

const PLAY = ["session", "title", "child_title", "grandchild_title", "user"];

const plays = table({
  title: "Current plays",
  description: "Current plays, and those that ended less than 90 seconds ago.",
  noValue: NOBODY,
  by: "key",
  queries: [
    keyed(selected("plays_total"), ...PLAY),
    `sum by (key) (${keyed(selected(SECONDS), ...PLAY)})`,
  ],
  columns: [
    { field: "user", title: "User" },
    { field: "title", title: "Title" },
    { field: "child_title", title: "Season" },
    { field: "grandchild_title", title: "Episode" },
    { field: "stream_type", title: "Delivery" },
    { field: "stream_file_resolution", title: "File" },
    { field: "stream_resolution", title: "Stream" },
    { field: "stream_bitrate", title: "kbit/s" },
    { field: "device", title: "Device" },
    { field: "device_type", title: "App" },
    { field: "Value #B", title: "Played", unit: "s", decimals: 1 },
  ],
});

/** "Media Server". */
export const mediaServer = buildDashboard({
  uid: "plex-media-server",
  title: "Media Server",
  description: "The dashboard of the Go exporter, on the metrics of the same names.",
  servers: "label_values(server_info, server)",
  rows: [
    {
      height: 4,
      panels: [[5, infoPanel("Version", "version")], [4, infoPanel("Platform", "platform")], [
        3,
        streams,
      ], [
        12,
        media,
      ]],
    },
    { height: 9, panels: [[24, plays]] },
    {
      height: 8,
      panels: [
        [8, streamsBy("Streams by delivery", "what Plex decided for the file", "stream_type")],
        [8, streamsBy("Streams by transcode", "what is converted", "transcode_type")],
        [8, streamsBy("Streams by subtitles", "what is done to subtitles", "subtitle_action")],
      ],
    },
    { height: 8, panels: [[12, load], [12, sent]] },
    {
      height: 9,
      panels: [
        [6, top("Titles", "title")],
        [6, top("Users", "user")],
        [6, top("Apps", "device_type")],
        [6, top("Libraries", "library")],
      ],
    },
    { height: 12, panels: [[24, libraryTable]] },
  ],
});

/** The table of what is being played, in a short and a long form. */
import { DECISIONS, LOCATIONS, NOBODY, STATE_VALUES } from "./names.ts";
import type { Panel } from "./panel.ts";
import { bySession, keyed, selected } from "./query.ts";
import { type Column, table } from "./table.ts";

const INFO = keyed(selected("plex_session_info"), "session");

const WHO: readonly Column[] = [
  { field: "user", title: "User" },
  { field: "title", title: "Title" },
  { field: "child_title", title: "Season" },
  { field: "grandchild_title", title: "Episode" },
];

const PROGRESS = { title: "Progress", unit: "percentunit", decimals: 0, bar: true } as const;

/** User, title, delivery, resolutions, bitrate, player and progress of each session. */
export function nowPlaying(): Panel {
  return table({
    title: "Now playing",
    description: "One row per session. For music, season and episode are album and track.",
    noValue: NOBODY,
    by: "key",
    queries: [
      INFO,
      bySession("plex_session_state"),
      bySession("plex_session_progress_ratio"),
      bySession("plex_session_bandwidth_bits_per_second"),
    ],
    columns: [
      ...WHO,
      { field: "Value #B", title: "State", valueMappings: STATE_VALUES, width: 90 },
      { field: "decision", title: "Delivery", valueMappings: DECISIONS, width: 120 },
      { field: "source_resolution", title: "File", width: 70 },
      { field: "resolution", title: "Stream", width: 75 },
      { field: "Value #D", title: "Bitrate", unit: "bps", decimals: 1, width: 100 },
      { field: "location", title: "Place", valueMappings: LOCATIONS, width: 70 },
      { field: "player", title: "Player" },
      { field: "Value #C", ...PROGRESS },
    ],
  });
}

/** All details of each session. */
export function everythingPlaying(): Panel {
  const wide = { width: 110 };
  const narrow = { width: 90 };
  return table({
    title: "All sessions in detail",
    description: "All details of each session. Speed is a multiple of real time; 0 is throttled.",
    noValue: NOBODY,
    by: "key",
    queries: [
      INFO,
      bySession("plex_session_state"),
      bySession("plex_session_progress_ratio"),
      bySession("plex_session_bandwidth_bits_per_second"),
      bySession("plex_session_source_bandwidth_bits_per_second"),
      bySession("plex_session_transcode_speed_ratio"),
      bySession("plex_session_transcode_throttled"),
      `${bySession("plex_session_start_timestamp_seconds")} * 1000`,
    ],
    columns: [
      ...WHO.map((column) => ({ ...column, width: 170 })),
      { field: "Value #B", title: "State", valueMappings: STATE_VALUES, ...narrow },
      { field: "Value #C", ...PROGRESS, width: 130 },
      { field: "decision", title: "Delivery", valueMappings: DECISIONS, ...wide },
      { field: "source_resolution", title: "File", ...narrow },
      { field: "resolution", title: "Stream", ...narrow },
      { field: "dynamic_range", title: "Range", ...narrow },
      { field: "video_decision", title: "Video", ...wide },
      { field: "source_video_codec", title: "Video in", ...narrow },
      { field: "video_codec", title: "Video out", ...narrow },
      { field: "hardware", title: "Hardware", ...narrow },
      { field: "Value #F", title: "Speed", decimals: 1, ...narrow },
      {
        field: "Value #G",
        title: "Throttled",
        valueMappings: { "0": ["no", "text"], "1": ["yes", "blue"] },
        ...narrow,
      },
      { field: "audio_decision", title: "Audio", ...wide },
      { field: "source_audio_codec", title: "Audio in", ...narrow },
      { field: "audio_codec", title: "Audio out", ...narrow },
      { field: "subtitle_decision", title: "Subtitles", ...narrow },
      { field: "source_container", title: "Container in", ...wide },
      { field: "container", title: "Container out", ...wide },
      { field: "Value #E", title: "File rate", unit: "bps", decimals: 1, ...wide },
      { field: "Value #D", title: "Stream rate", unit: "bps", decimals: 1, ...wide },
      { field: "location", title: "Place", valueMappings: LOCATIONS, ...narrow },
      { field: "relayed", title: "Relayed", ...narrow },
      { field: "secure", title: "Secure", ...narrow },
      { field: "player", title: "Player", width: 150 },
      { field: "product", title: "App", width: 170 },
      { field: "platform", title: "Platform", ...wide },
      { field: "device", title: "Device", width: 150 },
      { field: "media_type", title: "Kind", ...narrow },
      { field: "library", title: "Library", ...wide },
      { field: "channel", title: "Channel", ...wide },
      { field: "Value #H", title: "Since", unit: "dateTimeAsIso", width: 170 },
      { field: "server", title: "Server", ...wide },
    ],
  });
}

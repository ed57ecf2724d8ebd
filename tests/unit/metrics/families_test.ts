/**
 * The families against their specification: names, types and labels, and the rules for names and
 * help texts. The lists are written by hand, because a family that changes its name, type or labels
 * breaks dashboards.
 */
import assert from "node:assert/strict";
import { families, FAMILY_GROUPS } from "../../../src/metrics/families.ts";
import type { Family } from "../../../src/metrics/family.ts";

const FAMILIES: readonly Family[] = Object.values(FAMILY_GROUPS).flat();

/** Library and play labels of the original exporter's families. */
const L = "library_type library library_id";
const P = `${L} media_type title child_title grandchild_title stream_type stream_resolution ` +
  "stream_file_resolution stream_bitrate device device_type user session transcode_type " +
  "subtitle_action";

/** Name, type and labels, without the server's: `server_type`, `server`, `server_id`. */
const COMPATIBLE = [
  "server_info gauge version platform platform_version",
  "host_cpu_util gauge",
  "host_mem_util gauge",
  `library_duration_total gauge ${L}`,
  `library_storage_total gauge ${L}`,
  `plex_library_items gauge ${L} content_type`,
  "plex_media_movies gauge",
  "plex_media_episodes gauge",
  "plex_media_music gauge",
  "plex_media_photos gauge",
  "plex_media_other_videos gauge",
  `plays_total counter ${P}`,
  `play_seconds_total counter ${P}`,
  "estimated_transmit_bytes_total counter",
  "transmit_bytes_total counter",
];

const LIBRARY = "library library_id library_type";

/** Name, type and labels, without the server's: `server`, `server_id`. */
const PLEX = [
  "plex_up gauge",
  "plex_server_info gauge version platform platform_version plex_pass",
  "plex_server_update_available gauge",
  "plex_server_remote_access gauge",
  "plex_server_signed_in gauge",
  "plex_host_cpu_ratio gauge",
  "plex_host_memory_ratio gauge",
  "plex_process_cpu_ratio gauge",
  "plex_process_memory_ratio gauge",
  "plex_transmit_bytes_total counter location",
  "plex_user_transmit_bytes_total counter user location",
  "plex_device_transmit_bytes_total counter device location",
  `plex_library_media_items gauge ${LIBRARY} content_type`,
  `plex_library_storage_bytes gauge ${LIBRARY}`,
  `plex_library_duration_seconds gauge ${LIBRARY}`,
  `plex_library_last_scan_timestamp_seconds gauge ${LIBRARY}`,
  `plex_library_scanning gauge ${LIBRARY}`,
  `plex_library_file_bytes gauge ${LIBRARY} resolution codec`,
  `plex_library_files gauge ${LIBRARY} resolution codec`,
  `plex_library_extra_version_bytes gauge ${LIBRARY}`,
  `plex_library_multi_version_items gauge ${LIBRARY}`,
  `plex_library_bytes_by_last_view gauge ${LIBRARY} last_view`,
  `plex_library_added_items gauge ${LIBRARY} period`,
  `plex_library_newest_item_timestamp_seconds gauge ${LIBRARY}`,
  `plex_library_large_item_bytes gauge ${LIBRARY} title last_view`,
  `plex_library_walk_timestamp_seconds gauge ${LIBRARY}`,
  `plex_library_walk_items gauge ${LIBRARY}`,
  "plex_activities gauge type",
  "plex_downloads gauge user",
  "plex_background_jobs gauge type",
  "plex_sessions gauge state decision location",
  "plex_video_transcodes gauge hardware",
  "plex_audio_transcodes gauge",
  "plex_subtitle_transcodes gauge action",
  "plex_stream_bandwidth_bits_per_second gauge location",
  "plex_session_info gauge session user player product platform device location relayed secure " +
  "library media_type title child_title grandchild_title channel decision video_decision " +
  "audio_decision subtitle_decision source_container container source_video_codec video_codec " +
  "source_audio_codec audio_codec source_resolution resolution dynamic_range hardware",
  "plex_session_state gauge session",
  "plex_session_progress_ratio gauge session",
  "plex_session_start_timestamp_seconds gauge session",
  "plex_session_bandwidth_bits_per_second gauge session",
  "plex_session_source_bandwidth_bits_per_second gauge session",
  "plex_session_transcode_speed_ratio gauge session",
  "plex_session_transcode_throttled gauge session",
  "plex_recordings gauge status",
  "plex_tuners gauge state",
  "plex_plays_total counter user media_type library platform",
  "plex_play_seconds_total counter user media_type library platform location decision",
  "plex_stream_seconds_total counter decision hardware source_resolution resolution video_codec",
  "plex_transcode_seconds_total counter stream hardware",
  "plex_play_seconds_by_hour_total counter weekday hour",
  "plex_title_play_seconds_total counter media_type library title",
  "plex_buffering_seconds_total counter platform location",
  "plex_views_total counter user media_type library",
  "plex_title_views_total counter media_type library title",
  "plex_user_last_view_timestamp_seconds gauge user",
  "plex_exporter_token_valid gauge",
  "plex_exporter_websocket_connected gauge",
  "plex_exporter_websocket_reconnects_total counter",
  "plex_exporter_websocket_events_total counter type",
  "plex_exporter_api_requests_total counter endpoint outcome",
  "plex_exporter_api_request_duration_seconds histogram endpoint",
  "plex_exporter_last_success_timestamp_seconds gauge endpoint",
  "plex_exporter_dropped_series_total counter family",
];

/** Families without any label of a server. */
const PROCESS = [
  "plex_exporter_build_info gauge version deno_version",
  "plex_exporter_state_saved_timestamp_seconds gauge",
  "process_cpu_seconds_total counter",
  "process_resident_memory_bytes gauge",
  "process_start_time_seconds gauge",
];

/** Names that break a rule and are kept, because dashboards use them. */
const OLD_NAMES: ReadonlySet<string> = new Set(
  COMPATIBLE.map((line) => line.split(" ")[0] ?? ""),
);

/** Last words of names without a base unit, and why they need none. */
const WITHOUT_UNIT: Readonly<Record<string, string>> = {
  info: "always 1; the labels are the information",
  up: "a boolean",
  available: "a boolean",
  access: "a boolean",
  in: "a boolean",
  scanning: "a boolean",
  valid: "a boolean",
  connected: "a boolean",
  throttled: "a boolean",
  state: "an enum",
  items: "a count",
  files: "a count",
  view: "bytes, by the last view",
  activities: "a count",
  downloads: "a count",
  jobs: "a count",
  recordings: "a count",
  tuners: "a count",
  sessions: "a count",
  transcodes: "a count",
  plays: "a count",
  views: "a count",
  reconnects: "a count",
  events: "a count",
  requests: "a count",
  series: "a count",
};

const BASE_UNITS: readonly string[] = ["seconds", "bytes", "ratio"];

/** Units that the rules forbid, in all spellings. */
const OTHER_UNITS =
  /_(ms|milliseconds|minutes|hours|days|kb|mb|gb|kilobytes|percent|kbps|bits)(_|$)/;

function lines(of: (family: Family) => boolean): string[] {
  return FAMILIES.filter(of)
    .map(({ name, type, labels }) => [name, type, ...labels].join(" "))
    .sort();
}

Deno.test("families has exactly the specified families of the original exporter", () => {
  assert.deepEqual(lines(({ identity }) => identity === "legacy"), COMPATIBLE.toSorted());
});

Deno.test("families has exactly the specified plex families", () => {
  assert.deepEqual(lines(({ identity }) => identity === "server"), PLEX.toSorted());
});

Deno.test("families has exactly the specified process families", () => {
  assert.deepEqual(lines(({ identity }) => identity === "none"), PROCESS.toSorted());
});

Deno.test("families() leaves out those of the original exporter without `legacy`", () => {
  const namesOf = (families: readonly Family[]) => families.map(({ name }) => name);
  assert.deepEqual(namesOf(families({ legacy: true })), namesOf(FAMILIES));
  assert.deepEqual(
    namesOf(families({ legacy: false })),
    namesOf(FAMILIES).filter((name) => !OLD_NAMES.has(name)),
  );
});

Deno.test("families have distinct names", () => {
  const names = FAMILIES.map(({ name }) => name);
  assert.deepEqual(names, [...new Set(names)]);
});

for (const { name, type, help, labels, identity } of FAMILIES) {
  Deno.test(`${name} follows the rules for names and help texts`, () => {
    assert.match(name, /^[a-z][a-z0-9]*(_[a-z0-9]+)*$/);
    assert.match(help, /^[A-Z].*[^.]\.$/, "help is a sentence that ends with a full stop");
    assert.ok(!help.includes("\n") && !help.includes("|"), "help fits a cell of a table");

    for (const label of labels) assert.match(label, /^[a-z][a-z0-9]*(_[a-z0-9]+)*$/);
    assert.deepEqual(labels, [...new Set(labels)], "label names are unique");
    const reserved = ["job", "instance", "le", "quantile", "server", "server_id", "server_type"];
    assert.deepEqual(labels.filter((label) => reserved.includes(label)), []);

    if (type === "counter") assert.match(name, /_total$/);
    if (OLD_NAMES.has(name)) return;
    assert.match(name, identity === "none" ? /^(process|plex_exporter)_/ : /^plex_/);
    if (type !== "counter") assert.doesNotMatch(name, /_total$/);
    assert.doesNotMatch(name, /_(gauge|counter|histogram|count|sum|bucket)$/);
    assert.doesNotMatch(name.replace(/_bits_per_second$/, ""), OTHER_UNITS);
    if (/_bits_per_second$/.test(name)) return; // Bitrates of streams are given in bits everywhere.
    const end = name.replace(/_by_hour_total$|_total$/, "").split("_").at(-1) ?? "";
    assert.ok(
      BASE_UNITS.includes(end) || Object.hasOwn(WITHOUT_UNIT, end),
      `${end} is neither a base unit nor known to need none`,
    );
    if (/timestamp/.test(name)) assert.match(name, /_timestamp_seconds$/);
    if (end === "info") assert.match(help, /always 1/);
  });
}

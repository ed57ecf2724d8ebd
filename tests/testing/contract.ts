/**
 * Rules of every page, after any events: labels with a fixed set of values have no others, and
 * families with only such labels have all of their series. The values are written by hand, from the
 * specification.
 */
import assert from "node:assert/strict";
import type { Family } from "../../src/metrics/family.ts";
import type { Series } from "./exposition.ts";

const ENDPOINTS = [
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
];

const count = (from: number, to: number, digits = 1) =>
  Array.from({ length: to - from + 1 }, (_, index) => String(from + index).padStart(digits, "0"));

/** The fixed sets of values by label, or by family and label if families differ. */
const CLOSED: Readonly<Record<string, readonly string[]>> = {
  server_type: ["plex"],
  state: ["playing", "paused", "buffering"],
  "plex_tuners state": ["in_use", "idle", "offline"],
  status: ["scheduled", "recording", "complete", "failed", "other"],
  decision: ["direct_play", "direct_stream", "transcode"],
  video_decision: ["direct_play", "copy", "transcode", "none"],
  audio_decision: ["direct_play", "copy", "transcode", "none"],
  subtitle_decision: ["none", "direct_play", "copy", "burn", "transcode"],
  location: ["lan", "wan"],
  hardware: ["full", "partial", "none"],
  // Empty until Plex has reported it.
  "plex_session_info hardware": ["full", "partial", "none", ""],
  action: ["burn", "transcode"],
  relayed: ["true", "false"],
  secure: ["true", "false"],
  plex_pass: ["true", "false", ""],
  media_type: ["movie", "episode", "track", "photo", "clip", "live_tv", "other"],
  dynamic_range: ["sdr", "hdr10", "hlg", "dolby_vision", ""],
  library_type: ["movie", "show", "artist", "photo"],
  content_type: [
    ...["movies", "shows", "seasons", "episodes", "artists", "albums", "tracks"],
    ...["photos", "videos"],
  ],
  "plex_library_items content_type": ["movies", "shows", "artists", "photos"],
  "plex_activities type": [
    ...["library_scan", "analysis", "metadata_refresh", "download", "maintenance", "other"],
  ],
  "plex_background_jobs type": ["transcode", "other"],
  stream: ["video", "audio", "subtitle"],
  "plex_exporter_websocket_events_total type": [
    ...["playing", "transcodeSession.start", "transcodeSession.update", "transcodeSession.end"],
    ...["timeline", "activity", "progress", "status", "reachability", "preference", "account"],
    ...["backgroundProcessingQueue", "update.statechange", "provider.content.change", "log"],
    ...["malformed", "other"],
  ],
  last_view: ["week", "month", "quarter", "year", "older", "never"],
  "plex_library_large_item_bytes last_view": [
    ...["week", "month", "quarter", "year", "older", "never", "unknown"],
  ],
  period: ["day", "week", "month"],
  weekday: count(1, 7),
  hour: count(0, 23, 2),
  endpoint: ENDPOINTS,
  outcome: [
    ...["ok", "unauthorized", "not_found", "unavailable", "timeout", "refused", "malformed"],
    "other",
  ],
  le: ["0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "2.5", "5", "10", "Infinity"],
  family: [
    ...["plex_plays_total", "plex_play_seconds_total", "plex_stream_seconds_total"],
    ...["plex_title_play_seconds_total", "plex_buffering_seconds_total", "plex_session_info"],
    ...["plex_user_transmit_bytes_total", "plex_library_file_bytes", "plex_views_total"],
    ...["plex_title_views_total", "plex_device_transmit_bytes_total", "plex_downloads"],
  ],
  transcode_type: ["video", "audio", "both", "none"],
  subtitle_action: ["burn", "copy", "transcode", "none"],
};

/** Labels with a fixed set in other families, which here have Plex's own value. */
const OPEN: ReadonlySet<string> = new Set(
  ["plays_total", "play_seconds_total"].flatMap((family) => [
    `${family} media_type`,
    `${family} library_type`,
  ]),
);

/** Families whose labels all have a fixed set, but which have no sample while nothing is known. */
const NOT_FILLED: Readonly<Record<string, string>> = {
  plex_exporter_last_success_timestamp_seconds: "there is no time before the first success",
};

/** Families with a fixed set of series that is not every combination of their labels. */
const SET_SIZES: Readonly<Record<string, number>> = {
  // Only video has hardware other than none.
  plex_transcode_seconds_total: 5,
};

/** The fixed set of values of a label; `undefined` if any value is allowed. */
export function allowedValues(family: string, label: string): readonly string[] | undefined {
  const key = `${family} ${label}`;
  return OPEN.has(key) ? undefined : CLOSED[key] ?? CLOSED[label];
}

/** The number of samples of a family for each server, if all of its labels have a fixed set. */
export function setSize({ name, labels }: Family): number | undefined {
  if (labels.length === 0 || Object.hasOwn(NOT_FILLED, name)) return undefined;
  if (Object.hasOwn(SET_SIZES, name)) return SET_SIZES[name];
  return labels.reduce<number | undefined>((size, label) => {
    const values = allowedValues(name, label);
    return values && size && size * values.length;
  }, 1);
}

/** The family of a sample; samples of a histogram have a suffix. */
function familyOf({ labels }: Series, families: ReadonlyMap<string, Family>): Family {
  const { __name__: name = "" } = labels;
  const family = families.get(name) ?? families.get(name.replace(/_(bucket|sum|count)$/, ""));
  assert.ok(family, `${name} belongs to no family`);
  return family;
}

/** Throws if a page breaks a rule. Empty labels may be absent. */
export function assertContract(page: Iterable<Series>, families: readonly Family[]): void {
  const byName = new Map(families.map((family) => [family.name, family]));
  const found = new Map<string, number>();
  for (const series of page) {
    const family = familyOf(series, byName);
    const { __name__: sample = "", server_id = "", server = "" } = series.labels;
    const names = sample.endsWith("_bucket") ? [...family.labels, "le"] : family.labels;
    const known = [
      ...names,
      ...(family.identity === "none" ? [] : ["server", "server_id"]),
      ...(family.identity === "legacy" ? ["server_type"] : []),
    ];
    for (const label of Object.keys(series.labels)) {
      assert.ok(label === "__name__" || known.includes(label), `${sample} has ${label}`);
    }
    for (const label of known) {
      const value = series.labels[label] ?? "";
      const values = allowedValues(family.name, label);
      assert.ok(values?.includes(value) !== false, `${sample} has ${label}=${value}`);
    }
    const key = JSON.stringify([sample, server, server_id]);
    found.set(key, (found.get(key) ?? 0) + 1);
  }
  for (const [key, size] of found) {
    const [sample = ""]: string[] = JSON.parse(key);
    const family = familyOf({ labels: { __name__: sample }, value: 0 }, byName);
    const whole = (setSize(family) ?? size) *
      (sample.endsWith("_bucket") ? allowedValues(family.name, "le")?.length ?? 0 : 1);
    assert.equal(size, whole, `${key} lacks series`);
  }
}

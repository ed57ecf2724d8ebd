/** What has been played since the exporter started: counters without session or bitrate labels. */
import type { CounterVec } from "../core/counter_vec.ts";
import type { PlayCounters } from "../core/state.ts";
import { counterFamily, series, type ServerFamily } from "./family.ts";

/** The series of a ledger of the history, which begins with the first list of sessions. */
function counted(
  of: (history: PlayCounters) => CounterVec,
  unit: 1 | 1000,
): ServerFamily["samples"] {
  return series(({ playCounters, estimatedBits }) => estimatedBits && of(playCounters), unit);
}

/** Milliseconds are shown as seconds. */
function seconds(of: (history: PlayCounters) => CounterVec): ServerFamily["samples"] {
  return counted(of, 1000);
}

const PLAYS = ["user", "media_type", "library", "platform"];

export const COUNTERS: readonly ServerFamily[] = [
  counterFamily("plex_plays_total", "Plays begun.", PLAYS, counted(({ plays }) => plays, 1)),
  counterFamily(
    "plex_play_seconds_total",
    "Seconds played; paused and buffering time does not count.",
    [...PLAYS, "location", "decision"],
    seconds(({ playMs }) => playMs),
  ),
  counterFamily(
    "plex_stream_seconds_total",
    "Seconds of video played, by what was made of the file.",
    ["decision", "hardware", "source_resolution", "resolution", "video_codec"],
    seconds(({ streamMs }) => streamMs),
  ),
  counterFamily(
    "plex_play_seconds_by_hour_total",
    "Seconds played, by local weekday (Monday is 1) and hour.",
    ["weekday", "hour"],
    seconds(({ hourMs }) => hourMs),
  ),
  counterFamily(
    "plex_title_play_seconds_total",
    "Seconds played, by film, show or artist.",
    ["media_type", "library", "title"],
    seconds(({ titleMs }) => titleMs),
  ),
  counterFamily(
    "plex_buffering_seconds_total",
    "Seconds that players waited for their buffer to fill.",
    ["platform", "location"],
    seconds(({ bufferingMs }) => bufferingMs),
  ),
];

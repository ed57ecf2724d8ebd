/** What has been played since the exporter started: counters without session or bitrate labels. */
import { type Ledger, seriesOf } from "../core/ledger.ts";
import type { History } from "../core/model.ts";
import { counterFamily, published, type ServerFamily } from "./define.ts";

/** The series of a ledger; milliseconds are shown as seconds by `unit`. */
function series(of: (history: History) => Ledger, unit: 1 | 1000): ServerFamily["samples"] {
  return (state) => {
    if (state.estimatedBits === undefined) return [];
    return seriesOf(of(state.history)).map((counter) => ({
      labels: counter.labels,
      value: published(counter, state.scrapes) / unit,
    }));
  };
}

const PLAYS = ["user", "media_type", "library", "platform"];

export const HISTORY: readonly ServerFamily[] = [
  counterFamily("plex_plays_total", "Plays begun.", PLAYS, series(({ plays }) => plays, 1)),
  counterFamily(
    "plex_play_seconds_total",
    "Seconds played; paused and buffering time does not count.",
    [...PLAYS, "location", "decision"],
    series(({ playMs }) => playMs, 1000),
  ),
  counterFamily(
    "plex_stream_seconds_total",
    "Seconds of video played, by what was made of the file.",
    ["decision", "hardware", "source_resolution", "resolution", "video_codec"],
    series(({ streamMs }) => streamMs, 1000),
  ),
  counterFamily(
    "plex_play_seconds_by_hour_total",
    "Seconds played, by local weekday (Monday is 1) and hour.",
    ["weekday", "hour"],
    series(({ hourMs }) => hourMs, 1000),
  ),
  counterFamily(
    "plex_title_play_seconds_total",
    "Seconds played, by film, show or artist.",
    ["media_type", "library", "title"],
    series(({ titleMs }) => titleMs, 1000),
  ),
  counterFamily(
    "plex_buffering_seconds_total",
    "Seconds that players waited for their buffer to fill.",
    ["platform", "location"],
    series(({ bufferingMs }) => bufferingMs, 1000),
  ),
];

/**
 * The families of the original exporter, with its names, types and labels and true figures.
 * Nothing here is to be improved in name or shape: dashboards depend on it.
 */
import { currentValue } from "../core/availability.ts";
import { seriesOf } from "../core/counter_vec.ts";
import { sizeOf } from "../core/libraries.ts";
import type { Library, Play, ServerState } from "../core/state.ts";
import { ENDED_VISIBLE_MS } from "../core/playback.ts";
import type { ContentType } from "../core/enums.ts";
import {
  counterFamily,
  exposedValue,
  gaugeFamily,
  one,
  type Sample,
  type ServerFamily,
} from "./family.ts";
import { perLibrary } from "./library.ts";
import { info, load } from "./server.ts";

const LIBRARY = ["library_type", "library", "library_id"];

const PLAY = [
  ...LIBRARY,
  "media_type",
  "title",
  "child_title",
  "grandchild_title",
  "stream_type",
  "stream_resolution",
  "stream_file_resolution",
  "stream_bitrate",
  "device",
  "device_type",
  "user",
  "session",
  "transcode_type",
  "subtitle_action",
];

/** What is counted as a library's items: its top level, but photos rather than their albums. */
const ITEMS: Readonly<Record<Library["type"], ContentType>> = {
  movie: "movies",
  show: "shows",
  artist: "artists",
  photo: "photos",
};

function labelsOf({ type, title, id }: Library) {
  return { library_type: type, library: title, library_id: id };
}

/** A total over libraries, known once every one of them has been counted. */
function total(
  content: ContentType,
  counted: (library: Library) => boolean,
): ServerFamily["samples"] {
  return (state, at) => {
    const libraries = currentValue(state, "libraries", at);
    if (libraries === undefined) return [];
    let sum = 0;
    for (const library of libraries.values()) {
      if (!counted(library)) continue;
      const count = library.counts[content];
      if (count === undefined) return [];
      sum += count;
    }
    return one(sum);
  };
}

function perPlay(value: (play: Play, state: ServerState) => number): ServerFamily["samples"] {
  return (state, at) => {
    const samples: Sample[] = [];
    // To a token that has become a guest's nothing is said any more of what was live.
    if (state.sources.sessions.unavailable) return samples;
    for (const { play, endedAt } of state.recentlyEnded) {
      if (at - endedAt < ENDED_VISIBLE_MS) {
        samples.push({ labels: play.labels.play, value: value(play, state) });
      }
    }
    for (const play of state.plays.values()) {
      samples.push({ labels: play.labels.play, value: value(play, state) });
    }
    return samples;
  };
}

function transmitted(state: ServerState): readonly Sample[] {
  const { bandwidth, scrapes } = state;
  const series = seriesOf(bandwidth.byLocation);
  if (series.length === 0) return [];
  return one(series.reduce((sum, counter) => sum + exposedValue(counter, scrapes), 0));
}

const FAMILIES: readonly ServerFamily[] = [
  gaugeFamily(
    "server_info",
    "Version and platform of the Plex server; always 1.",
    ["version", "platform", "platform_version"],
    info(({ version, platform, platformVersion }) => ({
      version,
      platform,
      platform_version: platformVersion,
    })),
  ),
  gaugeFamily(
    "host_cpu_util",
    "CPU load of the host in percent, as Plex measures it (Plex Pass).",
    [],
    load(({ hostCpuPercent }) => hostCpuPercent),
  ),
  gaugeFamily(
    "host_mem_util",
    "Memory in use on the host in percent, as Plex measures it (Plex Pass).",
    [],
    load(({ hostMemoryPercent }) => hostMemoryPercent),
  ),
  gaugeFamily(
    "library_duration_total",
    "Playing time of everything in the library, in milliseconds.",
    LIBRARY,
    perLibrary(labelsOf, (library) => sizeOf(library, "durationMs")),
  ),
  gaugeFamily(
    "library_storage_total",
    "Size of the library's files in bytes.",
    LIBRARY,
    perLibrary(labelsOf, (library) => sizeOf(library, "storageBytes")),
  ),
  gaugeFamily(
    "plex_library_items",
    "Items on the top level of the library: movies, shows, artists or photos.",
    [...LIBRARY, "content_type"],
    perLibrary(
      (library) => ({ ...labelsOf(library), content_type: ITEMS[library.type] }),
      ({ type, counts }) => counts[ITEMS[type]],
    ),
  ),
  gaugeFamily(
    "plex_media_movies",
    "Movies in all libraries, without those of other videos.",
    [],
    total("movies", ({ type, otherVideos }) => type === "movie" && !otherVideos),
  ),
  gaugeFamily(
    "plex_media_episodes",
    "Episodes in all libraries.",
    [],
    total("episodes", ({ type }) => type === "show"),
  ),
  gaugeFamily(
    "plex_media_music",
    "Music tracks in all libraries.",
    [],
    total("tracks", ({ type }) => type === "artist"),
  ),
  gaugeFamily(
    "plex_media_photos",
    "Photos in all libraries.",
    [],
    total("photos", ({ type }) => type === "photo"),
  ),
  gaugeFamily(
    "plex_media_other_videos",
    "Items of libraries of other videos, such as home videos.",
    [],
    total("movies", ({ otherVideos }) => otherVideos),
  ),
  counterFamily(
    "plays_total",
    "Plays that are live or ended less than 90 seconds ago; 1 for each.",
    PLAY,
    perPlay(() => 1),
  ),
  counterFamily(
    "play_seconds_total",
    "Seconds played under exactly these labels; paused and buffering time does not count.",
    PLAY,
    perPlay(({ playedMs }, { scrapes }) => exposedValue(playedMs, scrapes) / 1000),
  ),
  counterFamily(
    "estimated_transmit_bytes_total",
    "Bytes streamed, estimated from the bitrate of the played media over the time played.",
    [],
    ({ estimatedBits, scrapes }) => one(estimatedBits && exposedValue(estimatedBits, scrapes) / 8),
  ),
  counterFamily(
    "transmit_bytes_total",
    "Bytes sent by Plex, as it measures them itself (Plex Pass).",
    [],
    transmitted,
  ),
];

/** The same families, each told apart by the original's server labels. */
export const LEGACY: readonly ServerFamily[] = FAMILIES.map((family) => ({
  ...family,
  identity: "compatible",
}));

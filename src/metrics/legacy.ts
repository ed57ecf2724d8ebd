/**
 * The families of the original exporter: its names, types and labels, with correct values. Names
 * and labels must not change, because dashboards depend on them.
 */
import { currentValue } from "../core/availability.ts";
import { seriesOf } from "../core/counter_vec.ts";
import type { ContentType } from "../core/enums.ts";
import { type Library, sizeOf } from "../core/libraries.ts";
import type { LegacyPlayKey } from "../core/play_keys.ts";
import { ENDED_VISIBLE_MS } from "../core/ended_plays.ts";
import type { ServerInfo } from "../core/server.ts";
import type { Play, ServerState } from "../core/state.ts";
import {
  counterFamily,
  exposedValue,
  gaugeFamily,
  type KeyedValue,
  one,
  type ServerFamily,
  type Values,
} from "./family.ts";
import { labelsOf, NO_LABELS } from "./labels.ts";
import { perLibrary } from "./library.ts";
import { percent, serverInfo } from "./server.ts";

/** In the order of the original exporter. */
const LIBRARY = { library_type: "type", library: "title", library_id: "id" } as const;

const LIBRARY_LABELS = labelsOf<Library>(LIBRARY);

const PLAY_LABELS = labelsOf<LegacyPlayKey>({
  library_type: "libraryType",
  library: "library",
  library_id: "libraryId",
  media_type: "mediaType",
  title: "title",
  child_title: "childTitle",
  grandchild_title: "grandchildTitle",
  stream_type: "partDecision",
  stream_resolution: "resolution",
  stream_file_resolution: "sourceResolution",
  stream_bitrate: "bitrateKbps",
  device: "device",
  device_type: "product",
  user: "user",
  session: "sessionKey",
  transcode_type: "transcodeType",
  subtitle_action: "subtitleAction",
});

/** What is counted as a library's items: its top level, but photos rather than their albums. */
const ITEMS: Readonly<Record<Library["type"], ContentType>> = {
  movie: "movies",
  show: "shows",
  artist: "artists",
  photo: "photos",
};

/** A total over libraries, known once every one of them has been counted. */
function total(
  content: ContentType,
  isCounted: (library: Library) => boolean,
): Values<object> {
  return (state, at) => {
    const libraries = currentValue(state, "libraries", at);
    if (libraries === undefined) return [];
    let sum = 0;
    for (const library of libraries.values()) {
      if (!isCounted(library)) continue;
      const count = library.counts[content];
      if (count === undefined) return [];
      sum += count;
    }
    return one(sum);
  };
}

/** A value for each play that is live or ended a short time ago. */
function perPlay(valueOf: (play: Play, state: ServerState) => number): Values<LegacyPlayKey> {
  return (state, at) => {
    // Without the owner's token sessions cannot be read, so earlier plays are not shown either.
    if (state.sources.sessions.unavailable) return [];
    const ended = state.recentlyEnded.filter(({ endedAt }) => at - endedAt < ENDED_VISIBLE_MS);
    return [...ended.map(({ play }) => play), ...state.plays.values()]
      .map((play) => [play.keys.legacy, valueOf(play, state)]);
  };
}

function bytesSent({ bandwidth, scrapes }: ServerState): readonly KeyedValue<object>[] {
  const series = seriesOf(bandwidth.byLocation);
  if (series.length === 0) return [];
  return one(series.reduce((sum, counter) => sum + exposedValue(counter, scrapes), 0));
}

const FAMILIES: readonly ServerFamily[] = [
  gaugeFamily(
    "server_info",
    "Information about the Plex server: version and platform; always 1.",
    labelsOf<ServerInfo>({
      version: "version",
      platform: "platform",
      platform_version: "platformVersion",
    }),
    serverInfo,
  ),
  gaugeFamily(
    "host_cpu_util",
    "CPU usage of the host in percent (Plex Pass).",
    NO_LABELS,
    percent(({ hostCpuPercent }) => hostCpuPercent),
  ),
  gaugeFamily(
    "host_mem_util",
    "Memory usage of the host in percent (Plex Pass).",
    NO_LABELS,
    percent(({ hostMemoryPercent }) => hostMemoryPercent),
  ),
  gaugeFamily(
    "library_duration_total",
    "Total duration of the library's media in milliseconds.",
    LIBRARY_LABELS,
    perLibrary((library) => sizeOf(library, "durationMs")),
  ),
  gaugeFamily(
    "library_storage_total",
    "Size of the library's files in bytes.",
    LIBRARY_LABELS,
    perLibrary((library) => sizeOf(library, "storageBytes")),
  ),
  gaugeFamily(
    "plex_library_items",
    "Number of top-level items in the library: movies, shows, artists or photos.",
    labelsOf<Library>({ ...LIBRARY, content_type: ({ type }) => ITEMS[type] }),
    perLibrary(({ type, counts }) => counts[ITEMS[type]]),
  ),
  gaugeFamily(
    "plex_media_movies",
    "Number of movies in all libraries except those of other videos.",
    NO_LABELS,
    total("movies", ({ type, otherVideos }) => type === "movie" && !otherVideos),
  ),
  gaugeFamily(
    "plex_media_episodes",
    "Number of episodes in all libraries.",
    NO_LABELS,
    total("episodes", ({ type }) => type === "show"),
  ),
  gaugeFamily(
    "plex_media_music",
    "Number of music tracks in all libraries.",
    NO_LABELS,
    total("tracks", ({ type }) => type === "artist"),
  ),
  gaugeFamily(
    "plex_media_photos",
    "Number of photos in all libraries.",
    NO_LABELS,
    total("photos", ({ type }) => type === "photo"),
  ),
  gaugeFamily(
    "plex_media_other_videos",
    "Number of items in libraries of other videos, such as home videos.",
    NO_LABELS,
    total("movies", ({ otherVideos }) => otherVideos),
  ),
  counterFamily(
    "plays_total",
    "Plays in progress or ended less than 90 seconds ago; 1 for each.",
    PLAY_LABELS,
    perPlay(() => 1),
  ),
  counterFamily(
    "play_seconds_total",
    "Playing time in seconds under these labels, without pauses and buffering.",
    PLAY_LABELS,
    perPlay(({ playedMs }, { scrapes }) => exposedValue(playedMs, scrapes) / 1000),
  ),
  counterFamily(
    "estimated_transmit_bytes_total",
    "Estimated bytes sent: bitrate of the played media multiplied by playing time.",
    NO_LABELS,
    ({ estimatedBits, scrapes }) => one(estimatedBits && exposedValue(estimatedBits, scrapes) / 8),
  ),
  counterFamily(
    "transmit_bytes_total",
    "Total bytes sent by Plex, as Plex reports them (Plex Pass).",
    NO_LABELS,
    bytesSent,
  ),
];

/** The same families with the server labels of the original exporter. */
export const LEGACY: readonly ServerFamily[] = FAMILIES.map((family) => ({
  ...family,
  identity: "legacy",
}));

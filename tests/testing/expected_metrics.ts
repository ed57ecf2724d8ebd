/**
 * The expected metrics of a simulation, computed from its ground truth. It shares no code with the
 * exporter.
 */
import { type Library, totalsOf } from "../../src/simulator/library.ts";
import { streamedKbps } from "../../src/simulator/stream_output.ts";
import type { Item, ItemType } from "../../src/simulator/item.ts";
import type { Session } from "../../src/simulator/session.ts";
import type { Simulation } from "../../src/simulator/simulation.ts";
import { keyOf, type Series } from "./exposition.ts";

/** Values by series, without the labels of the server. */
export type Samples = Readonly<Record<string, number>>;

/** Groups of families that change together. */
export interface Truth {
  readonly sessions: Samples;
  readonly libraries: Samples;
  readonly server: Samples;
  readonly activities: Samples;
  readonly jobs: Samples;
}

/** The families whose complete expected values are known, by group. */
export const COVERED_FAMILIES: Readonly<Record<keyof Truth, readonly string[]>> = {
  sessions: [
    "plex_sessions",
    "plex_video_transcodes",
    "plex_audio_transcodes",
    "plex_subtitle_transcodes",
    "plex_stream_bandwidth_bits_per_second",
    "plex_session_info",
    "plex_session_state",
    "plex_session_bandwidth_bits_per_second",
    "plex_session_source_bandwidth_bits_per_second",
  ],
  libraries: [
    "plex_library_media_items",
    "plex_library_storage_bytes",
    "plex_library_duration_seconds",
    "plex_library_last_scan_timestamp_seconds",
    "plex_library_scanning",
    "library_storage_total",
    "library_duration_total",
    "plex_library_items",
    "plex_media_movies",
    "plex_media_episodes",
    "plex_media_music",
    "plex_media_photos",
    "plex_media_other_videos",
  ],
  server: [
    "plex_up",
    "plex_server_info",
    "server_info",
    "plex_server_remote_access",
    "plex_server_signed_in",
  ],
  activities: ["plex_activities", "plex_downloads"],
  jobs: ["plex_background_jobs"],
};

type Labels = Record<string, string>;

/** Sums by labels. */
class Sums {
  readonly samples: Record<string, number> = {};

  add(name: string, labels: Labels, value: number): void {
    // Prometheus drops empty labels.
    const kept = Object.entries(labels).filter(([, text]) => text !== "");
    const key = keyOf({ labels: { __name__: name, ...Object.fromEntries(kept) }, value });
    this.samples[key] = (this.samples[key] ?? 0) + value;
  }
}

/** Sessions of users: no phantom sessions, and no theme music. */
export function watched(simulation: Simulation): readonly Session[] {
  return simulation.sessions().filter(({ item, user, player }) =>
    (user ?? player) !== undefined && !item.guid.startsWith("library://")
  );
}

/** The label value of a resolution of Plex. */
function resolutionLabel(resolution = "", width = 0): string {
  if (width >= 3840) return "4k";
  return resolution.toLowerCase().replace("p", "");
}

function titlesOf({ type, title, parent }: Item): readonly [string, string, string] {
  if (parent === undefined || (type !== "episode" && type !== "track")) return [title, "", ""];
  return [parent.parent?.title ?? "", parent.title, title];
}

/** The decision on each stream. */
function decisions({ stream, version }: Session) {
  const direct = stream.output === undefined;
  const video = direct ? (version.video ? "direct_play" : "none") : stream.video ?? "none";
  const audio = direct ? (version.audio[0] ? "direct_play" : "none") : stream.audio ?? "none";
  const both = [video, audio];
  const decision = both.includes("transcode")
    ? "transcode"
    : both.includes("copy")
    ? "direct_stream"
    : "direct_play";
  const ends = [stream.decoder, stream.encoder].filter((end) => end !== undefined).length;
  const hardware = video !== "transcode" ? "none" : ["none", "partial", "full"][ends] ?? "";
  return { video, audio, subtitle: stream.subtitle ?? "none", decision, hardware };
}

/** The source and the output of a stream. Live television has no file to look up. */
function sourceAndOutput(
  { stream: { output, video: videoDecision, audio: audioDecision }, item, version }: Session,
) {
  const { container, resolution, width } = version;
  const file = {
    container,
    video: version.video?.codec ?? "",
    audio: version.audio[0]?.codec ?? "",
    resolution: version.video ? resolutionLabel(resolution, width) : "",
    range: version.video?.range ?? "",
  };
  if (output === undefined) return { file, made: file };
  const made = {
    container: output.container,
    video: output.videoCodec ?? "",
    audio: output.audioCodec ?? "",
    resolution: resolutionLabel(output.resolution, output.width),
  };
  if (item.live === undefined) return { file, made };
  const unknown = {
    container: "",
    video: videoDecision === "copy" ? made.video : "",
    audio: audioDecision === "copy" ? made.audio : "",
    resolution: videoDecision === "copy" ? made.resolution : "",
    range: "",
  };
  return { file: unknown, made };
}

function libraryOf(simulation: Simulation, { libraryId, live }: Item): Library | undefined {
  return live ? undefined : simulation.libraries.find(libraryId);
}

/** The labels of `plex_session_info` for a session. */
function info(simulation: Simulation, session: Session): Labels {
  const { item, key, location, player, secure, user } = session;
  const { audio, decision, hardware, subtitle, video } = decisions(session);
  const { file, made } = sourceAndOutput(session);
  const [title, child, grandchild] = titlesOf(item);
  const channel = item.live?.channel;
  return {
    session: key,
    user: user?.name ?? "unknown",
    player: player?.title ?? "",
    product: player?.product ?? "",
    platform: player?.platform ?? "",
    device: player?.device ?? "",
    location: location === "lan" ? "lan" : "wan",
    relayed: String(location === "relayed"),
    secure: String(secure),
    library: libraryOf(simulation, item)?.title ?? "none",
    media_type: item.live ? "live_tv" : item.type,
    title,
    child_title: child,
    grandchild_title: grandchild,
    channel: channel ? `${channel.number} ${channel.callSign} (${channel.title})` : "",
    decision,
    video_decision: video,
    audio_decision: audio,
    subtitle_decision: subtitle,
    source_container: file.container,
    container: made.container,
    source_video_codec: file.video,
    video_codec: made.video,
    source_audio_codec: file.audio,
    audio_codec: made.audio,
    source_resolution: file.resolution,
    resolution: made.resolution,
    dynamic_range: file.range,
    hardware,
  };
}

const STATES = ["paused", "playing", "buffering"];

function sessionsOf(simulation: Simulation): Samples {
  const sums = new Sums();
  for (const location of ["lan", "wan"]) {
    for (const state of STATES) {
      for (const decision of ["direct_play", "direct_stream", "transcode"]) {
        sums.add("plex_sessions", { state, decision, location }, 0);
      }
    }
    sums.add("plex_stream_bandwidth_bits_per_second", { location }, 0);
  }
  for (const hardware of ["full", "partial", "none"]) {
    sums.add("plex_video_transcodes", { hardware }, 0);
  }
  for (const action of ["burn", "transcode"]) sums.add("plex_subtitle_transcodes", { action }, 0);
  sums.add("plex_audio_transcodes", {}, 0);
  for (const session of watched(simulation)) {
    const { stream, item, key, state, version } = session;
    const labels = info(simulation, session);
    const { decision = "", hardware = "", location = "" } = labels;
    const made = item.live ? undefined : streamedKbps(version, stream);
    const file = item.live ? undefined : version.bitrateKbps;
    sums.add("plex_session_info", labels, 1);
    sums.add("plex_session_state", { session: key }, STATES.indexOf(state));
    sums.add("plex_sessions", { state, decision, location }, 1);
    if (labels["video_decision"] === "transcode") {
      sums.add("plex_video_transcodes", { hardware }, 1);
    }
    if (labels["audio_decision"] === "transcode") sums.add("plex_audio_transcodes", {}, 1);
    if (stream.subtitle === "burn") sums.add("plex_subtitle_transcodes", { action: "burn" }, 1);
    const bits = (name: string, kbps: number | undefined, at: Labels) => {
      if (kbps !== undefined) sums.add(`plex_${name}_bits_per_second`, at, kbps * 1000);
    };
    if (state === "playing") bits("stream_bandwidth", made, { location });
    bits("session_bandwidth", made, { session: key });
    bits("session_source_bandwidth", file, { session: key });
  }
  return sums.samples;
}

/** The content types of a library, the top level first. */
const CONTENTS: Readonly<Record<Library["type"], Readonly<Partial<Record<ItemType, string>>>>> = {
  movie: { movie: "movies" },
  show: { show: "shows", season: "seasons", episode: "episodes" },
  artist: { artist: "artists", album: "albums", track: "tracks" },
  photo: { photo: "photos", photoalbum: "albums", clip: "videos" },
};

const TOTALS: Readonly<Record<string, string>> = {
  movies: "plex_media_movies",
  episodes: "plex_media_episodes",
  tracks: "plex_media_music",
  photos: "plex_media_photos",
};

function librariesOf(simulation: Simulation): Samples {
  const sums = new Sums();
  const old = { server_type: "plex" };
  for (const name of [...Object.values(TOTALS), "plex_media_other_videos"]) sums.add(name, old, 0);
  for (const library of simulation.libraries) {
    const { counts, durationMs, id, otherVideos, storageBytes, title, type } = totalsOf(library);
    const labels = { library: title, library_id: id, library_type: type };
    Object.entries(CONTENTS[type]).forEach(([item, content_type], index) => {
      const count = counts[item as ItemType] ?? 0;
      sums.add("plex_library_media_items", { ...labels, content_type }, count);
      if (index === 0) sums.add("plex_library_items", { ...old, ...labels, content_type }, count);
      const total = otherVideos ? "plex_media_other_videos" : TOTALS[content_type];
      if (total !== undefined) sums.add(total, old, count);
    });
    sums.add("plex_library_last_scan_timestamp_seconds", labels, library.scannedAtS);
    sums.add("plex_library_scanning", labels, Number(library.refreshing));
    sums.add("plex_library_storage_bytes", labels, storageBytes);
    sums.add("plex_library_duration_seconds", labels, durationMs / 1000);
    sums.add("library_storage_total", { ...old, ...labels }, storageBytes);
    sums.add("library_duration_total", { ...old, ...labels }, durationMs);
  }
  return sums.samples;
}

function serverOf({ server }: Simulation): Samples {
  const { mappingState, platform, platformVersion, plexPass, signInState, version } = server;
  const sums = new Sums();
  sums.add("plex_up", { server: server.friendlyName, server_id: server.machineIdentifier }, 1);
  const labels = { version, platform, platform_version: platformVersion };
  sums.add("server_info", { server_type: "plex", ...labels }, 1);
  sums.add("plex_server_info", { ...labels, plex_pass: String(plexPass) }, 1);
  sums.add("plex_server_remote_access", {}, Number(mappingState === "mapped"));
  sums.add("plex_server_signed_in", {}, Number(signInState === "ok"));
  return sums.samples;
}

/** The activity types that tests start, by Plex's name. */
const JOBS: Readonly<Record<string, string>> = {
  "library.update.section": "library_scan",
  "media.generate.intros": "analysis",
  "library.refresh.items": "metadata_refresh",
  "media.download": "download",
  "butler": "maintenance",
  "something.new": "other",
};

function activitiesOf(simulation: Simulation): Samples {
  const sums = new Sums();
  for (const type of Object.values(JOBS)) sums.add("plex_activities", { type }, 0);
  for (const { name } of simulation.users) sums.add("plex_downloads", { user: name }, 0);
  for (const { type, userId } of simulation.activities.running) {
    sums.add("plex_activities", { type: JOBS[type] ?? type }, 1);
    if (type !== "media.download") continue;
    const user = simulation.users.find(({ id }) => id === userId)?.name ?? "unknown";
    sums.add("plex_downloads", { user }, 1);
  }
  return sums.samples;
}

function jobsOf({ backgroundJobs }: Simulation): Samples {
  const sums = new Sums();
  sums.add("plex_background_jobs", { type: "transcode" }, backgroundJobs.running.length);
  sums.add("plex_background_jobs", { type: "other" }, 0);
  return sums.samples;
}

/** The expected metrics at this time. */
export function truthOf(simulation: Simulation): Truth {
  return {
    sessions: sessionsOf(simulation),
    libraries: librariesOf(simulation),
    server: serverOf(simulation),
    activities: activitiesOf(simulation),
    jobs: jobsOf(simulation),
  };
}

/** A page by group. Labels of the server stay where a group compares them. */
export function partsOf(page: Iterable<Series>): Truth {
  const parts = { sessions: {}, libraries: {}, server: {}, activities: {}, jobs: {} };
  const partOf = new Map(
    Object.entries(COVERED_FAMILIES).flatMap(([part, names]) =>
      names.map((name) => [name, part] as const)
    ),
  );
  for (const { labels, value } of page) {
    const { __name__: name = "", server = "", server_id = "", ...rest } = labels;
    const part: Record<string, number> | undefined = parts[partOf.get(name) as keyof Truth];
    if (part === undefined) continue;
    const own = name === "plex_up" ? { server, server_id } : {};
    part[keyOf({ labels: { __name__: name, ...own, ...rest }, value })] = value;
  }
  return parts;
}

/**
 * Creates the files of items: a film in 4K, an episode, a song, a photo.
 */
import type { AudioStream, DynamicRange, SubtitleStream, Version, VideoStream } from "./item.ts";
import type { Random } from "./random.ts";

/** Ids that grow, as the primary keys of a database do. */
export type IdSource = () => number;

/** Options of a video file. */
export interface VideoOptions {
  readonly durationMs: number;
  readonly file: string;
  readonly resolution: "4k" | "1080" | "720" | "sd";
  readonly range?: DynamicRange;
  readonly title?: string;
  readonly optimized?: boolean;
}

const SHAPES = {
  "4k": { width: 3840, height: 2160, codec: "hevc", profile: "main 10", kbps: [38_000, 62_000] },
  "1080": { width: 1920, height: 1080, codec: "h264", profile: "high", kbps: [6_000, 14_000] },
  "720": { width: 1280, height: 720, codec: "h264", profile: "high", kbps: [2_500, 5_000] },
  "sd": { width: 720, height: 480, codec: "mpeg4", profile: "simple", kbps: [900, 1_800] },
} as const;

function bytesOf(kbps: number, durationMs: number): number {
  return Math.round((kbps * durationMs) / 8);
}

/** The path with an id before its suffix: no two files of a library have the same path. */
function uniquePath(path: string, id: number): string {
  return path.replace(/(\.\w+)$/, `.${id}$1`);
}

/** A video with two audio streams and one of subtitles. */
export function videoFile(random: Random, nextId: IdSource, options: VideoOptions): Version {
  const shape = SHAPES[options.resolution];
  const videoKbps = random.integer(shape.kbps[0], shape.kbps[1]);
  const big = options.resolution === "4k";
  const surround: AudioStream = {
    id: nextId(),
    // docs/plex/api.md#transcode-session: DTS is spelled "dca".
    codec: big ? "truehd" : random.pick(["eac3", "ac3", "dca"]),
    channels: big ? 8 : 6,
    bitrateKbps: big ? 3_800 : 640,
    language: "English",
  };
  const stereo: AudioStream = {
    id: nextId(),
    codec: "aac",
    channels: 2,
    bitrateKbps: 192,
    language: "Deutsch",
  };
  const video: VideoStream = {
    id: nextId(),
    codec: shape.codec,
    profile: shape.profile,
    bitrateKbps: videoKbps,
    width: shape.width,
    height: shape.height,
    framesPerSecond: random.pick([23.976, 24, 25]),
    range: options.range ?? "sdr",
  };
  const subtitle: SubtitleStream = {
    id: nextId(),
    codec: random.pick(["srt", "pgs"]),
    language: "English",
  };
  const bitrateKbps = videoKbps + surround.bitrateKbps + stereo.bitrateKbps;
  const id = nextId();
  return {
    id,
    partId: nextId(),
    ...(options.title === undefined ? {} : { title: options.title }),
    ...(options.optimized === undefined ? {} : { optimized: options.optimized }),
    container: options.resolution === "sd" ? "avi" : "mkv",
    bitrateKbps,
    resolution: options.resolution,
    width: shape.width,
    height: shape.height,
    durationMs: options.durationMs,
    file: uniquePath(options.file, id),
    sizeBytes: bytesOf(bitrateKbps, options.durationMs),
    video,
    audio: [surround, stereo],
    subtitles: [subtitle],
  };
}

/** A song. */
export function audioFile(
  random: Random,
  nextId: IdSource,
  durationMs: number,
  file: string,
): Version {
  const bitrateKbps = random.integer(750, 1_050);
  const id = nextId();
  return {
    id,
    partId: nextId(),
    container: "flac",
    bitrateKbps,
    durationMs,
    file: uniquePath(file, id),
    sizeBytes: bytesOf(bitrateKbps, durationMs),
    audio: [{ id: nextId(), codec: "flac", channels: 2, bitrateKbps, language: "" }],
    subtitles: [],
  };
}

/** A photo: neither bitrate nor duration nor streams. */
export function photoFile(random: Random, nextId: IdSource, file: string): Version {
  return {
    id: nextId(),
    partId: nextId(),
    container: "jpeg",
    width: 4032,
    height: 3024,
    file,
    sizeBytes: random.integer(2_000_000, 7_000_000),
    audio: [],
    subtitles: [],
  };
}

/** A broadcast: no bitrate and no duration (docs/plex/api.md#live-television). */
export function broadcastFile(random: Random, nextId: IdSource): Version {
  const shape = random.pick([SHAPES["1080"], SHAPES["720"]]);
  return {
    id: nextId(),
    partId: nextId(),
    container: "mpegts",
    resolution: String(shape.height),
    width: shape.width,
    height: shape.height,
    file: "",
    sizeBytes: 0,
    video: {
      id: nextId(),
      codec: "mpeg2video",
      profile: "main",
      bitrateKbps: 9_000,
      width: shape.width,
      height: shape.height,
      framesPerSecond: 29.97,
      range: "sdr",
    },
    audio: [{ id: nextId(), codec: "ac3", channels: 6, bitrateKbps: 384, language: "English" }],
    subtitles: [],
  };
}

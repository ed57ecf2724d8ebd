/**
 * How a file is delivered to a player: what is copied, what is converted, by which hardware, and
 * into what. `session.ts` has the progress of a conversion.
 */
import type { Item, Version } from "./item.ts";

/** The delivery methods of the simulation. */
export type Method =
  | "direct play"
  | "direct stream"
  | "audio transcode"
  | "software transcode"
  | "hardware transcode"
  | "partial hardware transcode"
  | "subtitle burn";

/** What happens to one kind of stream; absent where there is none or all is played directly. */
export type StreamDecision = "copy" | "transcode";

/** Where the player is. */
export type Location = "lan" | "wan" | "cellular" | "relayed";

/** What leaves the server when something is converted. */
export interface TranscodeOutput {
  readonly protocol: "dash" | "hls" | "http";
  readonly container: string;
  readonly bitrateKbps: number;
  readonly videoCodec?: string;
  /** As Plex spells it on transcodes: with a p, in either case. */
  readonly resolution?: string;
  readonly width?: number;
  readonly height?: number;
  readonly audioCodec?: string;
  readonly audioChannels?: number;
}

/** How one play is delivered. */
export interface StreamOutput {
  readonly method: Method;
  readonly video?: StreamDecision;
  readonly audio?: StreamDecision;
  readonly subtitle?: "burn" | "copy";
  /** Plex's lower-case names, such as "vaapi"; absent in software. */
  readonly decoder?: string;
  readonly encoder?: string;
  /** Absent for a direct play. */
  readonly output?: TranscodeOutput;
}

/** The quality of a converted video. */
export interface Quality {
  readonly bitrateKbps: number;
  readonly height: number;
}

const DEFAULT_QUALITY: Quality = { bitrateKbps: 8000, height: 1080 };

function convertsVideo(method: Method): boolean {
  return method === "software transcode" || method === "hardware transcode" ||
    method === "partial hardware transcode" || method === "subtitle burn";
}

/** The location in the `Session` element, where relayed counts as wan. */
export function networkOf(location: Location): "lan" | "wan" | "cellular" {
  return location === "relayed" ? "wan" : location;
}

/** True for traffic that counts as local. */
export function isLocal(location: Location): boolean {
  return location === "lan";
}

function outputOf(version: Version, method: Method, quality: Quality): TranscodeOutput {
  const audio = version.audio[0];
  const audioOutput = audio === undefined
    ? {}
    : method === "direct stream"
    ? { audioCodec: audio.codec, audioChannels: audio.channels }
    : { audioCodec: "aac", audioChannels: 2 };
  const { video } = version;
  if (video === undefined) {
    return { protocol: "http", container: "mp3", bitrateKbps: 320, ...audioOutput };
  }
  if (!convertsVideo(method)) {
    return {
      protocol: "hls",
      container: "mpegts",
      bitrateKbps: version.bitrateKbps ?? video.bitrateKbps,
      videoCodec: video.codec,
      ...(version.resolution === undefined ? {} : { resolution: version.resolution }),
      width: video.width,
      height: video.height,
      ...audioOutput,
    };
  }
  const height = Math.min(quality.height, video.height);
  const width = Math.round((height * video.width) / video.height / 2) * 2;
  return {
    protocol: "dash",
    container: "mp4",
    bitrateKbps: quality.bitrateKbps,
    videoCodec: "h264",
    // docs/plex/api.md#resolutions: "720p" and "SD" appear on transcodes where files say "720" and
    // "sd".
    resolution: height <= 480 ? "SD" : `${height}p`,
    width,
    height,
    ...audioOutput,
  };
}

/** How a version is delivered by this method; quality counts only where the video is converted. */
export function streamOutput(
  version: Version,
  method: Method,
  quality: Quality = DEFAULT_QUALITY,
): StreamOutput {
  if (method === "direct play") return { method };
  const hasVideo = version.video !== undefined;
  const video: StreamDecision | undefined = hasVideo
    ? (convertsVideo(method) ? "transcode" : "copy")
    : undefined;
  const audio: StreamDecision | undefined = version.audio.length === 0
    ? undefined
    : method === "direct stream"
    ? "copy"
    : "transcode";
  return {
    method,
    ...(video === undefined ? {} : { video }),
    ...(audio === undefined ? {} : { audio }),
    ...(method === "subtitle burn" ? { subtitle: "burn" as const } : {}),
    ...(method === "hardware transcode" ? { decoder: "vaapi", encoder: "vaapi" } : {}),
    ...(method === "partial hardware transcode" ? { encoder: "nvenc" } : {}),
    output: outputOf(version, method, quality),
  };
}

/** Kilobits per second that playing takes; undefined where Plex reports no bitrate. */
export function streamedKbps(version: Version, stream: StreamOutput): number | undefined {
  return stream.output?.bitrateKbps ?? version.bitrateKbps;
}

/** What Plex reserves for the play, in kbit/s: more than it sends, and sometimes a sentinel. */
export function reservedKbps(item: Item, version: Version, stream: StreamOutput): number {
  // docs/plex/api.md#reserved-bandwidth: 10500000 is live television, 10000000 stands for
  // "unknown".
  if (item.live !== undefined) return 10_500_000;
  const streamed = streamedKbps(version, stream);
  return streamed === undefined ? 10_000_000 : Math.round(streamed * 1.6);
}

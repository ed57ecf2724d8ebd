/** The `Stream` elements of a file: its video, audio and subtitles. */
import type { AudioStream, DynamicRange, SubtitleStream, Version, VideoStream } from "../item.ts";
import type { Element, Scalar } from "./plex_document.ts";

/** docs/plex/api.md#ids: these ids are strings in sessions and numbers in metadata. */
export type IdForm = (id: number) => Scalar;

const RANGE_ATTRIBUTES: Readonly<Record<DynamicRange, Element>> = {
  sdr: { colorPrimaries: "bt709", colorSpace: "bt709", colorTrc: "bt709", bitDepth: 8 },
  hdr10: {
    colorPrimaries: "bt2020",
    colorSpace: "bt2020nc",
    colorTrc: "smpte2084",
    bitDepth: 10,
  },
  hlg: {
    colorPrimaries: "bt2020",
    colorSpace: "bt2020nc",
    colorTrc: "arib-std-b67",
    bitDepth: 10,
  },
  dolby_vision: {
    colorPrimaries: "bt2020",
    colorSpace: "bt2020nc",
    colorTrc: "smpte2084",
    bitDepth: 10,
    DOVIPresent: true,
    DOVIProfile: 8,
    DOVIBLCompatID: 1,
    DOVIVersion: "1.0",
  },
};

function videoElement(video: VideoStream, id: IdForm): Element {
  return {
    id: id(video.id),
    streamType: 1,
    index: 0,
    // A video stream has `default` but never `selected` (docs/plex/api.md#stream-decisions).
    default: true,
    codec: video.codec,
    profile: video.profile,
    bitrate: video.bitrateKbps,
    width: video.width,
    height: video.height,
    frameRate: video.framesPerSecond,
    ...RANGE_ATTRIBUTES[video.range],
    displayTitle: `${video.height}p (${video.codec.toUpperCase()})`,
  };
}

/** An audio stream; the first one is selected. */
export function audioElement(audio: AudioStream, index: number, id: IdForm): Element {
  return {
    id: id(audio.id),
    streamType: 2,
    index: index + 1,
    selected: index === 0 ? true : undefined,
    default: index === 0 ? true : undefined,
    codec: audio.codec,
    channels: audio.channels,
    bitrate: audio.bitrateKbps,
    language: audio.language,
    displayTitle: `${audio.language} (${audio.codec.toUpperCase()})`,
  };
}

/** A subtitle stream. */
export function subtitleElement(
  subtitle: SubtitleStream,
  index: number,
  selected: boolean,
  id: IdForm,
): Element {
  return {
    id: id(subtitle.id),
    streamType: 3,
    index,
    selected: selected ? true : undefined,
    canAutoSync: "0",
    codec: subtitle.codec,
    language: subtitle.language,
    displayTitle: `${subtitle.language} (${subtitle.codec.toUpperCase()})`,
  };
}

/** All streams of a version; no subtitles are selected. */
export function streamElements(version: Version, id: IdForm): Element[] {
  return [
    ...(version.video === undefined ? [] : [videoElement(version.video, id)]),
    ...version.audio.map((audio, index) => audioElement(audio, index, id)),
    ...version.subtitles.map((subtitle, index) =>
      subtitleElement(subtitle, version.audio.length + 1 + index, false, id)
    ),
  ];
}

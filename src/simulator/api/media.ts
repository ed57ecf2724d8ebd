/** The `Media` and `Part` elements: of the file itself, and of the output of a transcode. */
import { partsOf, type Version } from "../item.ts";
import type { Session } from "../session.ts";
import { children, type Element } from "./plex_document.ts";
import { audioElement, type IdForm, streamElements, subtitleElement } from "./streams.ts";

function fileElement(version: Version, id: IdForm, streamList: readonly Element[]): Element {
  const audio = version.audio[0];
  return {
    id: id(version.id),
    title: version.title,
    // docs/plex/api.md#optimised-versions: 42 marks an optimised version.
    proxyType: version.optimized === true ? 42 : undefined,
    target: version.title,
    duration: version.durationMs,
    bitrate: version.bitrateKbps,
    width: version.width,
    height: version.height,
    // docs/plex/api.md#value-types: strings in 1.43.4, as are `hasVoiceActivity` and `canAutoSync`.
    aspectRatio: version.width === undefined ? undefined : "1.78",
    hasVoiceActivity: version.video === undefined ? undefined : "0",
    audioChannels: audio?.channels,
    audioCodec: audio?.codec,
    videoCodec: version.video?.codec,
    videoProfile: version.video?.profile,
    videoResolution: version.resolution,
    container: version.container,
    videoFrameRate: version.video === undefined ? undefined : "24p",
    Part: partsOf(version).map((part, _index, parts) => ({
      id: id(part.partId),
      key: `/library/parts/${part.partId}/1700000000/file.${version.container}`,
      duration: version.durationMs && Math.floor(version.durationMs / parts.length),
      file: part.file === "" ? undefined : part.file,
      size: part.sizeBytes === 0 ? undefined : part.sizeBytes,
      container: version.container,
      Stream: children(streamList),
    })),
  };
}

/** The files of an item as `/library/metadata` shows them; listings leave out the streams. */
export function sourceMedia(
  versions: readonly Version[],
  withStreams: boolean,
): readonly Element[] | undefined {
  const id: IdForm = (number) => number;
  return children(
    versions.map((version) =>
      fileElement(version, id, withStreams ? streamElements(version, id) : [])
    ),
  );
}

function firstPart(media: Element): Element {
  return Array.isArray(media.Part) ? media.Part[0] as Element : {};
}

function directMedia(session: Session, id: IdForm): readonly Element[] {
  return session.item.versions.map((version) => {
    const media = fileElement(version, id, streamElements(version, id));
    if (version.id !== session.version.id) return media;
    // A photo's Part has no decision (docs/plex/api.md#photos).
    const decision = session.item.type === "photo" ? undefined : "directplay";
    const part = { ...firstPart(media), decision, selected: true };
    return { ...media, selected: true, Part: [part] };
  });
}

/**
 * docs/plex/api.md#media-of-a-transcode: during a transcode the Media is the output; only its ids
 * name the source.
 */
function outputMedia(session: Session, id: IdForm): readonly Element[] {
  const { stream, item, version } = session;
  const { output } = stream;
  const live = item.live !== undefined;
  const location = output?.protocol === "http" ? "direct" : "segments-av";
  const streamList: Element[] = [];
  if (version.video !== undefined) {
    // No colorTrc here: HDR cannot be told from SDR on a transcoded stream.
    streamList.push({
      id: id(version.video.id),
      streamType: 1,
      default: true,
      codec: output?.videoCodec,
      bitrate: live ? undefined : output?.bitrateKbps,
      width: output?.width,
      height: output?.height,
      frameRate: version.video.framesPerSecond,
      decision: stream.video,
      location,
    });
  }
  const audio = version.audio[0];
  if (audio !== undefined) {
    streamList.push({
      id: id(audio.id),
      streamType: 2,
      selected: true,
      codec: output?.audioCodec,
      channels: output?.audioChannels,
      language: audio.language,
      decision: stream.audio,
      location,
    });
  }
  for (const other of version.audio.slice(1)) {
    streamList.push({ ...audioElement(other, 1, id), decision: "ignore" });
  }
  version.subtitles.forEach((subtitle, nth) => {
    const isChosen = nth === 0 && stream.subtitle !== undefined;
    streamList.push({
      ...subtitleElement(subtitle, 2 + nth, isChosen, id),
      decision: isChosen ? stream.subtitle : "ignore",
      location: isChosen ? "segments-video" : undefined,
    });
  });
  return [{
    id: id(version.id),
    selected: true,
    protocol: output?.protocol,
    container: output?.container,
    bitrate: live ? undefined : output?.bitrateKbps,
    duration: version.durationMs,
    width: output?.width,
    height: output?.height,
    videoCodec: output?.videoCodec,
    videoResolution: output?.resolution,
    audioCodec: output?.audioCodec,
    audioChannels: output?.audioChannels,
    Part: [{
      id: id(version.partId),
      protocol: output?.protocol,
      container: output?.container,
      bitrate: live ? undefined : output?.bitrateKbps,
      // Also set for a remux, in which the video is copied (docs/plex/api.md#part-decision).
      decision: "transcode",
      selected: true,
      Stream: children(streamList),
    }],
  }];
}

/** The `Media` list of a session. */
export function sessionMedia(session: Session, id: IdForm): readonly Element[] | undefined {
  const { live } = session.item;
  const list = session.stream.output === undefined
    ? directMedia(session, id)
    : outputMedia(session, id);
  if (live === undefined) return children(list);
  return list.map((media) => ({
    ...media,
    origin: "livetv",
    channelCallSign: live.channel.callSign,
    channelIdentifier: live.channel.number,
    channelTitle: `${live.channel.number} ${live.channel.callSign} (${live.channel.title})`,
    channelThumb: "https://channels.example/thumb.png",
    beginsAt: live.beginsAtS,
    endsAt: live.endsAtS,
    uuid: live.path.split("/").at(-1),
  }));
}

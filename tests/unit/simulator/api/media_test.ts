/** The files of an item, and the output of a transcode (docs/plex/api.md). */
import assert from "node:assert/strict";
import { sessionMedia, sourceMedia } from "../../../../src/simulator/api/media.ts";
import type { Session } from "../../../../src/simulator/session.ts";
import { streamOutput } from "../../../../src/simulator/stream_output.ts";
import { asJson, FILM, newTestSession, VERSION } from "../../../testing/simulator_builders.ts";
import type { AnyJson } from "../../../testing/simulator_client.ts";

const OPTIMISED = { ...VERSION, id: 99, title: "Optimized for TV", optimized: true };
const CHANNEL = { number: "5.1", callSign: "HBR", title: "Harbour One" };
const LIVE = { path: "/livetv/sessions/0b6e", channel: CHANNEL, beginsAtS: 10, endsAtS: 3_610 };

function mediaOf(changes: Partial<Session>): AnyJson {
  return asJson(sessionMedia(newTestSession(changes), String));
}

Deno.test("metadata has every file with numbers for ids, listings leave out the streams", () => {
  const [media, optimised] = asJson(sourceMedia([VERSION, OPTIMISED], true));
  assert.deepEqual([media.id, media.Part[0].id, media.Part[0].Stream.length], [11, 12, 4]);
  assert.deepEqual([media.bitrate, media.videoResolution, media.Part[0].size], [
    10_000,
    "1080",
    VERSION.sizeBytes,
  ]);
  assert.deepEqual([media.audioCodec, media.audioChannels, media.videoCodec], ["eac3", 6, "h264"]);
  assert.deepEqual([media.proxyType, media.title], [undefined, undefined]);
  assert.deepEqual([optimised.proxyType, optimised.title], [42, "Optimized for TV"]);
  const [listed] = asJson(sourceMedia([VERSION], false));
  assert.ok(!("Stream" in listed.Part[0]));
  assert.equal(sourceMedia([], true), undefined);
});

Deno.test("aspectRatio and hasVoiceActivity are strings, though their values are numbers", () => {
  const [{ aspectRatio, hasVoiceActivity }] = asJson(sourceMedia([VERSION], true));
  assert.deepEqual([typeof aspectRatio, typeof hasVoiceActivity], ["string", "string"]);
});

Deno.test("a direct play shows all files, with the played one selected and strings for ids", () => {
  const item = { ...FILM, versions: [VERSION, OPTIMISED] };
  const [other, played] = mediaOf({ item, version: OPTIMISED });
  assert.deepEqual([other.selected, played.selected], [undefined, true]);
  assert.deepEqual([played.id, played.Part[0].decision, played.Part[0].selected], [
    "99",
    "directplay",
    true,
  ]);
  assert.ok(!("decision" in other.Part[0]));
  assert.ok(played.Part[0].Stream.every(({ decision }: AnyJson) => decision === undefined));
});

Deno.test("the part of a photo has no decision", () => {
  const [media] = mediaOf({ item: { ...FILM, type: "photo" } });
  assert.deepEqual([media.selected, "decision" in media.Part[0]], [true, false]);
});

Deno.test("a transcode shows its output under the ids of the source", () => {
  const quality = { bitrateKbps: 4_000, height: 720 };
  const stream = streamOutput(VERSION, "subtitle burn", quality);
  const [media, ...others] = mediaOf({ stream });
  assert.deepEqual(others, []);
  assert.deepEqual([media.id, media.Part[0].id, media.selected], ["11", "12", true]);
  assert.deepEqual(
    [media.container, media.protocol, media.bitrate, media.videoResolution, media.audioCodec],
    ["mp4", "dash", 4_000, "720p", "aac"],
  );
  assert.ok(!("file" in media.Part[0] || "size" in media.Part[0]));
  const streams: AnyJson[] = media.Part[0].Stream;
  assert.deepEqual(streams.map(({ id, streamType, decision }) => [id, streamType, decision]), [
    ["13", 1, "transcode"],
    ["14", 2, "transcode"],
    ["15", 2, "ignore"],
    ["16", 3, "burn"],
  ]);
  assert.ok(!("colorTrc" in streams[0]), "a transcode does not tell its dynamic range");
  assert.ok(!("selected" in streams[0]), "a video stream is never selected");
});

Deno.test("only the first subtitles are burned in, and without that all are ignored", () => {
  const [subtitle] = VERSION.subtitles;
  assert.ok(subtitle);
  const version = { ...VERSION, subtitles: [subtitle, { ...subtitle, id: 17 }] };
  for (
    const [method, decision] of [["subtitle burn", "burn"], ["audio transcode", "ignore"]] as const
  ) {
    const [media] = mediaOf({ version, stream: streamOutput(version, method) });
    const streams: AnyJson[] = media.Part[0].Stream.slice(-2);
    assert.deepEqual(streams.map((stream) => [stream.decision, stream.selected === true]), [
      [decision, decision === "burn"],
      ["ignore", false],
    ]);
  }
});

Deno.test("the part of a remux says transcode, only its streams say copy", () => {
  const [media] = mediaOf({ stream: streamOutput(VERSION, "direct stream") });
  const [video, audio] = media.Part[0].Stream;
  assert.deepEqual([media.Part[0].decision, video.decision, audio.decision], [
    "transcode",
    "copy",
    "copy",
  ]);
});

Deno.test("live television names its channel and its times, and no bitrate", () => {
  const { bitrateKbps: _, ...broadcast } = VERSION;
  const item = { ...FILM, versions: [broadcast], live: LIVE };
  for (const method of ["direct play", "direct stream"] as const) {
    const stream = streamOutput(broadcast, method);
    const [media] = mediaOf({ item, version: broadcast, stream });
    assert.deepEqual(
      [media.origin, media.channelCallSign, media.channelIdentifier, media.beginsAt, media.endsAt],
      ["livetv", "HBR", "5.1", 10, 3_610],
    );
    assert.equal(media.uuid, "0b6e");
    assert.ok(!("bitrate" in media) && !("bitrate" in media.Part[0]), method);
  }
});

Deno.test("sound alone is sent directly, in a part without a picture", () => {
  const { video: _, resolution: __, ...song } = VERSION;
  const [media] = mediaOf({ version: song, stream: streamOutput(song, "audio transcode") });
  const [audio] = media.Part[0].Stream;
  assert.deepEqual([audio.streamType, audio.location, media.container], [2, "direct", "mp3"]);
  assert.ok(!("videoResolution" in media));
});

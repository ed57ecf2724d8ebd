import assert from "node:assert/strict";
import {
  mapTranscode,
  streamDecisions,
  transcodeKey,
} from "../../../../src/plex/mapping/decisions.ts";
import type { WireSession, WireTranscode } from "../../../../src/plex/schema.ts";
import { parsedSessions, sessionOf } from "../../../testing/plex_fixture.ts";

function decisionsOf(session: Partial<WireSession>, part: object = {}, streams: object[] = []) {
  const { videoDecision, audioDecision, subtitleDecision } = streamDecisions({
    Media: [{ videoCodec: "h264", Part: [{ ...part, Stream: streams }] }],
    ...session,
  });
  return [videoDecision, audioDecision, subtitleDecision];
}

Deno.test("mapSourceAndOutput finds the file of a transcode by the id of its medium", () => {
  const { output, source } = sessionOf("sessions_hardware_transcode", "metadata_two_versions");
  assert.deepEqual(source, {
    container: "mkv",
    videoCodec: "hevc",
    audioCodec: "dca",
    resolution: "4k",
    bitrateKbps: 48_123,
    dynamicRange: "dolby_vision",
  });
  assert.deepEqual(output, {
    container: "mp4",
    videoCodec: "h264",
    audioCodec: "aac",
    resolution: "1080",
    bitrateKbps: 8123,
    dynamicRange: "",
  }, "a transcoded stream tells nothing of its range");
});

Deno.test("mapSourceAndOutput takes source codecs from the transcoder while the file is unknown", () => {
  const { source } = sessionOf("sessions_hardware_transcode");
  assert.deepEqual(source, {
    container: "",
    videoCodec: "hevc",
    audioCodec: "dca",
    resolution: "",
    dynamicRange: "",
  });
  assert.equal(sessionOf("sessions_convert_maximum").source, undefined, "nothing is known");
});

Deno.test("mapSourceAndOutput reads * as the codec of the file, and a copy as the same video", () => {
  const { output, source } = sessionOf("sessions_direct_stream");
  assert.deepEqual([output.videoCodec, output.audioCodec], ["hevc", "truehd"]);
  assert.deepEqual(source && [source.videoCodec, source.audioCodec, source.resolution], [
    "hevc",
    "truehd",
    "4k",
  ]);
});

Deno.test("mapTranscode reads the hardware that is in use", () => {
  assert.deepEqual(sessionOf("sessions_hardware_transcode").transcode, {
    key: "q1w2e3r4t5exampletrans",
    hardware: "full",
    speed: 23.6,
    throttled: false,
  });
  assert.deepEqual(sessionOf("sessions_direct_stream").transcode, {
    key: "remuxer1",
    hardware: "none",
    speed: 0,
    throttled: true,
  });
});

Deno.test("transcodeKey is the last segment, whole", () => {
  assert.equal(transcodeKey("/transcode/sessions/abc"), "abc");
  assert.equal(transcodeKey("abc"), "abc");
  assert.equal(transcodeKey("/transcode/sessions/abc/"), "abc");
  assert.equal(transcodeKey(""), "");
  assert.equal(transcodeKey(undefined), "");
});

Deno.test("streamDecisions prefers the streams' decisions to the transcoder's and the part's", () => {
  const [session] = parsedSessions("sessions_direct_stream");
  assert.ok(session);
  const { partDecision, videoDecision, audioDecision } = streamDecisions(session);
  assert.deepEqual([partDecision, videoDecision, audioDecision], ["transcode", "copy", "copy"]);
});

Deno.test("mapTranscode has no hardware before the transcode has started", () => {
  const starting = {
    key: "/transcode/sessions/t1",
    speed: 0,
    progress: 0,
    throttled: false,
  };
  const hardwareOf = (changed: Partial<WireTranscode>) => {
    const TranscodeSession = { ...starting, videoDecision: "transcode", ...changed };
    return mapTranscode(streamDecisions({ Media: [], TranscodeSession }), TranscodeSession)
      ?.hardware;
  };
  assert.equal(hardwareOf({}), undefined);
  assert.equal(hardwareOf({ progress: -1 }), undefined, "live television");
  assert.equal(hardwareOf({ speed: 1.2 }), "none");
  assert.equal(hardwareOf({ progress: 3 }), "none");
  assert.equal(hardwareOf({ throttled: true }), "none");
  assert.equal(hardwareOf({ transcodeHwDecoding: "vaapi" }), "partial");
  assert.equal(hardwareOf({ speed: undefined }), "none", "an answer without speeds");
});

Deno.test("streamDecisions falls back to the transcoder, unless the part is played directly", () => {
  const TranscodeSession = {
    videoDecision: "transcode",
    audioDecision: "copy",
    subtitleDecision: "burn",
  };
  assert.deepEqual(decisionsOf({ TranscodeSession }), ["transcode", "copy", "burn"]);
  assert.deepEqual(
    decisionsOf({ TranscodeSession }, { decision: "directplay" }),
    ["direct_play", "none", "none"],
    "Plex may show a transcoder on a direct play",
  );
});

Deno.test("streamDecisions uses selected streams, and only selected subtitles", () => {
  const streams = [
    { streamType: 1, decision: "copy" },
    { streamType: 2, decision: "copy" },
    { streamType: 2, decision: "transcode", selected: true },
    { streamType: 3, decision: "burn" },
  ];
  assert.deepEqual(decisionsOf({}, {}, streams), ["copy", "transcode", "none"]);
  assert.deepEqual(
    decisionsOf({}, {}, [{ streamType: 1, decision: "ignore" }, { streamType: 3, selected: true }]),
    ["none", "none", "direct_play"],
  );
});

Deno.test("streamDecisions prefers the selected medium and part to the first", () => {
  const { media, partDecision } = streamDecisions({
    Media: [
      { id: "1", Part: [] },
      {
        id: "2",
        selected: true,
        Part: [{ decision: "a", Stream: [] }, { decision: "b", selected: true, Stream: [] }],
      },
    ],
  });
  assert.deepEqual([media?.id, partDecision], ["2", "b"]);
  assert.equal(streamDecisions({ Media: [] }).videoDecision, "none");
});

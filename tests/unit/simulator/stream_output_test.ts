/** How a file is delivered (docs/plex/api.md). */
import assert from "node:assert/strict";
import {
  isLocal,
  type Method,
  networkOf,
  reservedKbps,
  streamedKbps,
  streamOutput,
} from "../../../src/simulator/stream_output.ts";
import { FILM, VERSION } from "../../testing/simulator_builders.ts";

Deno.test("each method copies, converts and burns what its name says", () => {
  const expected: readonly (readonly [Method, ...(string | undefined)[]])[] = [
    ["direct play", undefined, undefined, undefined, undefined, undefined],
    ["direct stream", "copy", "copy", undefined, undefined, undefined],
    ["audio transcode", "copy", "transcode", undefined, undefined, undefined],
    ["software transcode", "transcode", "transcode", undefined, undefined, undefined],
    ["hardware transcode", "transcode", "transcode", undefined, "vaapi", "vaapi"],
    ["partial hardware transcode", "transcode", "transcode", undefined, undefined, "nvenc"],
    ["subtitle burn", "transcode", "transcode", "burn", undefined, undefined],
  ];
  for (const [method, ...decisions] of expected) {
    const { video, audio, subtitle, decoder, encoder } = streamOutput(VERSION, method);
    assert.deepEqual([video, audio, subtitle, decoder, encoder], decisions, method);
  }
});

Deno.test("what is copied keeps its picture, its codec and its bitrate", () => {
  const { output } = streamOutput(VERSION, "audio transcode", { bitrateKbps: 1_500, height: 480 });
  assert.deepEqual(
    [output?.videoCodec, output?.resolution, output?.width, output?.height, output?.bitrateKbps],
    ["h264", "1080", 1_920, 1_080, 10_000],
  );
  assert.deepEqual([output?.audioCodec, output?.audioChannels], ["aac", 2]);
  const copied = streamOutput(VERSION, "direct stream").output;
  assert.deepEqual([copied?.audioCodec, copied?.audioChannels], ["eac3", 6]);
});

Deno.test("a converted picture has the quality that is asked for and the transcoder's spelling", () => {
  const sizes = [2_160, 1_080, 720, 480].map((height) => {
    const { output } = streamOutput(VERSION, "software transcode", { bitrateKbps: 3_000, height });
    return [output?.resolution, output?.width, output?.height, output?.bitrateKbps];
  });
  assert.deepEqual(sizes, [
    ["1080p", 1_920, 1_080, 3_000],
    ["1080p", 1_920, 1_080, 3_000],
    ["720p", 1_280, 720, 3_000],
    ["SD", 854, 480, 3_000],
  ]);
});

Deno.test("sound alone is converted over plain HTTP, and what has no sound has no decision on it", () => {
  const { video: _, ...song } = VERSION;
  const { video, audio, output } = streamOutput(song, "audio transcode");
  assert.deepEqual([video, audio, output?.protocol], [undefined, "transcode", "http"]);
  assert.equal(streamOutput({ ...VERSION, audio: [] }, "software transcode").audio, undefined);
});

Deno.test("Plex reserves more than it streams, and sentinels where it does not know", () => {
  const direct = streamOutput(VERSION, "direct play");
  assert.equal(streamedKbps(VERSION, direct), 10_000);
  assert.ok(reservedKbps(FILM, VERSION, direct) > 10_000);
  const { bitrateKbps: _, ...photo } = VERSION;
  assert.equal(streamedKbps(photo, direct), undefined);
  assert.equal(reservedKbps(FILM, photo, direct), 10_000_000);
  const channel = { number: "5.1", callSign: "HBR", title: "Harbour One" };
  const live = { path: "/livetv/sessions/a", channel, beginsAtS: 0, endsAtS: 3_600 };
  assert.equal(reservedKbps({ ...FILM, live }, VERSION, direct), 10_500_000);
});

Deno.test("a relayed stream is wan in the session, and only lan is local traffic", () => {
  const all = ["lan", "wan", "cellular", "relayed"] as const;
  assert.deepEqual(all.map(networkOf), ["lan", "wan", "cellular", "wan"]);
  assert.deepEqual(all.map(isLocal), [true, false, false, false]);
});

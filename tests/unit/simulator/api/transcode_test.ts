/** The element of a transcode (docs/plex/api.md#transcode-session). */
import assert from "node:assert/strict";
import { transcodeElement } from "../../../../src/simulator/api/transcode.ts";
import type { Session } from "../../../../src/simulator/session.ts";
import { type Method, streamOutput } from "../../../../src/simulator/stream_output.ts";
import { asJson, FILM, newTestSession, VERSION } from "../../../testing/simulator_builders.ts";
import type { AnyJson } from "../../../testing/simulator_client.ts";

const TRANSCODE = {
  id: "q1w2e3",
  startedAtMs: 1_781_000_000_611,
  fromMs: 60_000,
  speed: 4,
  failed: false,
};

/** The element so many milliseconds after the start. */
function elementAt(
  afterMs: number,
  method: Method,
  changes: Partial<Session> = {},
  form: Partial<Parameters<typeof transcodeElement>[3]> = {},
): AnyJson {
  const session = newTestSession({
    stream: streamOutput(VERSION, method),
    offsetMs: 60_000,
    sinceMs: TRANSCODE.startedAtMs,
    ...changes,
  });
  const nowMs = TRANSCODE.startedAtMs + afterMs;
  return asJson(transcodeElement(session, TRANSCODE, nowMs, { offsets: true, ...form }));
}

Deno.test("in its first second a transcode of video knows neither speed nor hardware", () => {
  const early = elementAt(999, "hardware transcode");
  assert.deepEqual(
    [early.speed, early.progress, early.size, early.transcodeHwRequested],
    [0, 0, 0, false],
  );
  assert.ok(!("transcodeHwEncoding" in early || "transcodeHwDecoding" in early));
  const later = elementAt(1_000, "hardware transcode");
  assert.ok(later.speed > 0 && later.progress > 0);
  assert.deepEqual(
    [
      later.size,
      later.transcodeHwRequested,
      later.transcodeHwDecoding,
      later.transcodeHwEncoding,
      later.transcodeHwFullPipeline,
      later.transcodeHwEncodingTitle,
    ],
    [-22, true, "vaapi", "vaapi", true, "Intel (VAAPI)"],
  );
});

Deno.test("hardware is absent in software, and requested all the same", () => {
  const software = elementAt(2_000, "software transcode");
  assert.deepEqual(
    [software.transcodeHwRequested, software.transcodeHwFullPipeline],
    [true, false],
  );
  assert.ok(!("transcodeHwEncoding" in software || "transcodeHwDecoding" in software));
  const half = elementAt(2_000, "partial hardware transcode");
  assert.deepEqual(
    [half.transcodeHwDecoding, half.transcodeHwEncoding, half.transcodeHwFullPipeline],
    [undefined, "nvenc", false],
  );
  assert.equal(elementAt(2_000, "audio transcode").transcodeHwRequested, false);
});

Deno.test("width and height are the source's, and missing where hardware encodes", () => {
  const quality = { bitrateKbps: 1_500, height: 480 };
  const stream = streamOutput(VERSION, "software transcode", quality);
  const { width, height } = elementAt(2_000, "software transcode", { stream });
  assert.deepEqual([width, height], [1_920, 1_080]);
  assert.ok(!("width" in elementAt(2_000, "hardware transcode")));
});

Deno.test("decisions are those of the streams, and subtitles that nobody chose are ignored", () => {
  const decisions = (method: Method) => {
    const { videoDecision, audioDecision, subtitleDecision } = elementAt(2_000, method);
    return [videoDecision, audioDecision, subtitleDecision];
  };
  assert.deepEqual(decisions("audio transcode"), ["copy", "transcode", "ignore"]);
  assert.deepEqual(decisions("subtitle burn"), ["transcode", "transcode", "burn"]);
  const version = { ...VERSION, subtitles: [] };
  assert.ok(!("subtitleDecision" in elementAt(2_000, "audio transcode", { version })));
});

Deno.test("a list has offsets in seconds, the frame of the end has none", () => {
  const listed = elementAt(10_000, "software transcode");
  assert.deepEqual([listed.minOffsetAvailable, listed.maxOffsetAvailable], [60, 100]);
  assert.equal(listed.timeStamp, 1_781_000_000.611);
  const ended = elementAt(10_000, "software transcode", {}, { offsets: false });
  assert.ok(!("minOffsetAvailable" in ended || "maxOffsetAvailable" in ended));
});

Deno.test("the key has a path or is the bare id, and downloads are static", () => {
  const usual = elementAt(2_000, "software transcode");
  assert.deepEqual([usual.key, usual.context], ["/transcode/sessions/q1w2e3", "streaming"]);
  const form = { bareKey: true, context: "static" } as const;
  const job = elementAt(2_000, "software transcode", {}, form);
  assert.deepEqual([job.key, job.context], ["q1w2e3", "static"]);
});

Deno.test("live television has no source codecs, no end and no progress", () => {
  const { durationMs: _, ...broadcast } = FILM;
  const channel = { number: "5.1", callSign: "HBR", title: "Harbour One" };
  const live = { path: "/livetv/sessions/a", channel, beginsAtS: 0, endsAtS: 3_600 };
  const element = elementAt(2_000, "direct stream", { item: { ...broadcast, live } });
  assert.deepEqual(
    [element.sourceVideoCodec, element.sourceAudioCodec, element.videoCodec],
    ["", "", "*"],
  );
  assert.deepEqual([element.progress, element.duration], [-1, 7_200_000]);
  assert.ok(!("remaining" in element));
});

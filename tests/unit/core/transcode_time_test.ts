import assert from "node:assert/strict";
import fc from "fast-check";
import { seriesOf } from "../../../src/core/counter_vec.ts";
import { HARDWARE, STREAM_DECISIONS, SUBTITLE_DECISIONS } from "../../../src/core/enums.ts";
import type { ServerEvent } from "../../../src/core/event.ts";
import type { ServerState } from "../../../src/core/state.ts";
import {
  addTranscodeTime,
  emptyTranscodeTimes,
  transcodeTimeKeys,
} from "../../../src/core/transcode_time.ts";
import { after, listed, notified, session, START } from "../../testing/core_builders.ts";

const S = 1_000;

const text = ({ stream, hardware }: { readonly stream: string; readonly hardware: string }) =>
  `${stream} ${hardware}`;

/** Seconds by stream and hardware, without zeros. */
function transcodedS({ playCounters }: ServerState): Record<string, number> {
  const series = seriesOf(playCounters.transcodeMs).filter(({ value }) => value > 0);
  return Object.fromEntries(series.map(({ key, value }) => [text(key), value / S]));
}

Deno.test("emptyTranscodeTimes has video by hardware, audio and subtitles at 0", () => {
  const series = seriesOf(emptyTranscodeTimes(3));
  assert.deepEqual(series.map(({ key }) => text(key)), [
    "video full",
    "video partial",
    "video none",
    "audio none",
    "subtitle none",
  ]);
  for (const { value, createdAtScrape } of series) {
    assert.deepEqual([value, createdAtScrape], [0, 3]);
  }
});

Deno.test("transcodeTimeKeys has a key for each transcoded stream, and none for what is copied", () => {
  const decisions = fc.record({
    videoDecision: fc.constantFrom(...STREAM_DECISIONS),
    audioDecision: fc.constantFrom(...STREAM_DECISIONS),
    subtitleDecision: fc.constantFrom(...SUBTITLE_DECISIONS),
    hardware: fc.constantFrom(...HARDWARE),
  });
  fc.assert(fc.property(decisions, fc.boolean(), ({ hardware, ...decision }, awaits) => {
    const transcode = { key: "t", hardware, throttled: false };
    const keys = transcodeTimeKeys(session({ ...decision, transcode }), awaits).map(text);
    const { videoDecision, audioDecision, subtitleDecision } = decision;
    const expected = [
      videoDecision === "transcode" && !awaits ? `video ${hardware}` : "",
      audioDecision === "transcode" ? "audio none" : "",
      ["burn", "transcode"].includes(subtitleDecision) ? "subtitle none" : "",
    ];
    assert.deepEqual(keys, expected.filter((key) => key !== ""));
  }));
});

Deno.test("a transcode whose hardware Plex never names counts as software", () => {
  const keys = transcodeTimeKeys(session({ videoDecision: "transcode" }), false);
  assert.deepEqual(keys.map(text), ["video none"]);
});

Deno.test("addTranscodeTime adds the time to every stream", () => {
  const keys = transcodeTimeKeys(
    session({ videoDecision: "transcode", audioDecision: "transcode" }),
    false,
  );
  const vec = addTranscodeTime(emptyTranscodeTimes(0), keys, 700);
  assert.deepEqual(seriesOf(vec).map(({ value }) => value), [0, 0, 700, 700, 0]);
});

Deno.test("time counts while a transcode plays, under what was transcoded then", () => {
  const transcode = { key: "t", hardware: "full", throttled: false } as const;
  const all = session({
    videoDecision: "transcode",
    audioDecision: "transcode",
    subtitleDecision: "burn",
    transcode,
  });
  const audio = session({ videoDecision: "copy", audioDecision: "transcode" });
  const events: readonly ServerEvent[] = [
    listed(START, all),
    listed(START + 10 * S, audio),
    listed(START + 15 * S, session()),
    listed(START + 40 * S, session()),
  ];
  assert.deepEqual(transcodedS(after(...events)), {
    "video full": 10,
    "audio none": 15,
    "subtitle none": 10,
  });
});

Deno.test("video waits for its hardware, audio does not", () => {
  const starting = session({
    videoDecision: "transcode",
    audioDecision: "transcode",
    transcode: { key: "t", hardware: undefined, throttled: false },
  });
  const known = {
    ...starting,
    transcode: { key: "t", hardware: "partial", throttled: false },
  } as const;
  const start = [listed(START, starting), notified(START + 2 * S, "playing")];
  assert.deepEqual(transcodedS(after(...start)), { "audio none": 2 });
  const later = after(...start, listed(START + 3 * S, known));
  assert.deepEqual(transcodedS(later), { "video partial": 3, "audio none": 3 });
});

Deno.test("pauses and buffering are no transcode time", () => {
  const transcode = { key: "t", hardware: "none", throttled: true } as const;
  const playing = session({ videoDecision: "transcode", transcode });
  const state = after(
    listed(START, playing),
    notified(START + 5 * S, "paused"),
    notified(START + 20 * S, "buffering"),
    notified(START + 25 * S, "playing"),
  );
  assert.deepEqual(transcodedS(state), { "video none": 5 });
});

Deno.test("video transcode time is the stream time of transcodes, whatever happens", () => {
  const one = fc.record({
    videoDecision: fc.constantFrom(...STREAM_DECISIONS),
    hardware: fc.constantFrom(undefined, ...HARDWARE),
    key: fc.constantFrom("t1", "t2"),
    seconds: fc.integer({ min: 1, max: 40 }),
    notification: fc.constantFrom("playing", "paused", "buffering", "stopped", undefined),
  });
  fc.assert(fc.property(fc.array(one, { minLength: 1, maxLength: 30 }), (steps) => {
    let at = START;
    const events = steps.flatMap(({ videoDecision, hardware, key, seconds, notification }) => {
      at += seconds * S;
      const transcode = { key, hardware, throttled: false };
      const list = listed(at, session({ videoDecision, transcode }));
      return notification === undefined ? [list] : [list, notified(at + 500, notification)];
    });
    const state = after(...events);
    const counted = seriesOf(state.playCounters.transcodeMs)
      .filter(({ key }) => key.stream === "video")
      .map(({ key, value }) => [key.hardware, value]);
    const streams = seriesOf(state.playCounters.streamMs)
      .filter(({ key }) => key.decision === "transcode");
    const expected = HARDWARE.map((hardware) => [
      hardware,
      streams.filter(({ key }) => key.hardware === hardware)
        .reduce((sum, { value }) => sum + value, 0),
    ]);
    assert.deepEqual(counted, expected);
  }));
});

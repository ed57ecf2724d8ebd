import assert from "node:assert/strict";
import fc from "fast-check";
import * as enums from "../../../src/core/enums.ts";
import {
  activityType,
  bitrateKbps,
  dynamicRange,
  hardware,
  jobType,
  libraryType,
  location,
  mediaType,
  playState,
  recordingStatus,
  resolution,
  streamDecision,
  subtitleDecision,
} from "../../../src/core/normalize.ts";

/** Values as Plex may send them: known ones, known ones in odd spelling, any other text. */
const value = fc.oneof(
  fc.string(),
  fc.string({ unit: "binary" }),
  fc.constantFrom(
    ...enums.PLAY_STATES,
    ...enums.STREAM_DECISIONS,
    ...enums.SUBTITLE_DECISIONS,
    ...enums.MEDIA_TYPES,
    ...enums.LIBRARY_TYPES,
    "TRANSCODE",
    "Burn",
    "ignore",
    "constructor",
    "__proto__",
    "library.update.section",
  ),
);
const optional = fc.option(value, { nil: undefined });
const stream = fc.constantFrom(...enums.STREAM_DECISIONS);

function assertIn(set: readonly unknown[], value: unknown): void {
  assert.ok(set.includes(value), JSON.stringify(value));
}

Deno.test("every function returns a member of its closed set, whatever Plex sends", () => {
  fc.assert(fc.property(value, optional, optional, fc.boolean(), (text, a, b, flag) => {
    assertIn([...enums.PLAY_STATES, undefined], playState(text));
    assertIn(enums.MEDIA_TYPES, mediaType(text, flag));
    assertIn([...enums.LIBRARY_TYPES, undefined], libraryType(text));
    assertIn(enums.STREAM_DECISIONS, streamDecision(a, flag));
    assertIn(enums.SUBTITLE_DECISIONS, subtitleDecision(a, flag));
    assertIn(enums.LOCATIONS, location(a, flag, false));
    assertIn(enums.DYNAMIC_RANGES, dynamicRange({ dolbyVision: flag, transfer: b }));
    assertIn(enums.ACTIVITY_TYPES, activityType(text));
    assertIn(enums.JOB_TYPES, jobType(text));
    assertIn(enums.RECORDING_STATUSES, recordingStatus(text));
  }));
  fc.assert(fc.property(stream, optional, optional, (video, decoder, encoder) => {
    assertIn(enums.HARDWARE, hardware(video, decoder, encoder));
  }));
});

Deno.test("playState is undefined for stopped, error and unknown values", () => {
  assert.deepEqual(["playing", "paused", "buffering"].map(playState), [
    "playing",
    "paused",
    "buffering",
  ]);
  for (const value of ["stopped", "error", "Playing", ""]) {
    assert.equal(playState(value), undefined);
  }
});

Deno.test("mediaType is live_tv for live television, whatever Plex's type", () => {
  assert.equal(mediaType("episode", false), "episode");
  assert.equal(mediaType("episode", true), "live_tv");
  assert.equal(mediaType("game", false), "other");
});

Deno.test("streamDecision is direct_play without a decision, and none if Plex says none", () => {
  assert.equal(streamDecision(undefined, true), "direct_play");
  assert.equal(streamDecision("directplay", true), "direct_play");
  assert.equal(streamDecision(undefined, false), "none");
  for (const none of ["none", "ignore", "unavailable", "None"]) {
    assert.equal(streamDecision(none, true), "none");
  }
  assert.equal(streamDecision("Transcode", false), "transcode");
});

Deno.test("subtitleDecision is burn, or what streamDecision returns", () => {
  assert.equal(subtitleDecision("BURN", false), "burn");
  assert.equal(subtitleDecision("copy", true), "copy");
  assert.equal(subtitleDecision(undefined, true), "direct_play");
  assert.equal(subtitleDecision(undefined, false), "none");
});

Deno.test("hardware is full for decoder and encoder, partial for one of them, none without a transcode", () => {
  assert.equal(hardware("transcode", "vaapi", "vaapi"), "full");
  assert.equal(hardware("transcode", "vaapi", ""), "partial");
  assert.equal(hardware("transcode", undefined, "nvenc"), "partial");
  assert.equal(hardware("transcode", undefined, undefined), "none");
  assert.equal(hardware("copy", "vaapi", "vaapi"), "none");
});

Deno.test("location is wan if relayed or cellular, and depends on the player without Plex's value", () => {
  assert.equal(location("lan", true, true), "wan");
  assert.equal(location("cellular", true, false), "wan");
  assert.equal(location("LAN", false, false), "lan");
  assert.equal(location(undefined, false, false), "wan");
  assert.equal(location("", true, false), "lan");
  assert.equal(location(undefined, undefined, false), "lan");
});

Deno.test("resolution is in lower case without p or i, and 4k for wide pictures", () => {
  const cases = { "1080p": "1080", "576i": "576", "SD": "sd", "4K": "4k", " 720 ": "720", "": "" };
  for (const [value, expected] of Object.entries(cases)) assert.equal(resolution(value), expected);
  assert.equal(resolution("1080", 3840), "4k");
  assert.equal(resolution("1080", 3839), "1080");
  assert.equal(resolution(undefined), "");
});

Deno.test("bitrateKbps is undefined for numbers that cannot be a bitrate", () => {
  for (const absurd of [0, -1, NaN, Infinity, 10_000_000, 10_500_000, 2147483647, undefined]) {
    assert.equal(bitrateKbps(absurd), undefined);
  }
  assert.equal(bitrateKbps(7_999.6), 8_000);
  fc.assert(fc.property(fc.double(), (figure) => {
    const kbps = bitrateKbps(figure);
    assert.ok(kbps === undefined || (Number.isInteger(kbps) && kbps >= 0));
  }));
});

Deno.test("dynamicRange prefers Dolby Vision to its base layer and defaults to sdr", () => {
  assert.equal(dynamicRange({ dolbyVision: true, transfer: "smpte2084" }), "dolby_vision");
  assert.equal(dynamicRange({ transfer: "smpte2084" }), "hdr10");
  assert.equal(dynamicRange({ transfer: "arib-std-b67" }), "hlg");
  assert.equal(dynamicRange({}), "sdr");
  assert.equal(dynamicRange(undefined), "");
});

Deno.test("activityType is decided by the prefix of Plex's dotted type", () => {
  assert.equal(activityType("library.update.section"), "library_scan");
  assert.equal(activityType("library.update.item.metadata"), "metadata_refresh");
  assert.equal(activityType("media.generate.bif"), "analysis");
  assert.equal(activityType("butler.tasks"), "maintenance");
  assert.equal(activityType("toString"), "other");
});

Deno.test("jobType is `other` for a type that Plex does not document", () => {
  assert.deepEqual(["transcode", "analysis", "", "toString"].map(jobType), [
    "transcode",
    "other",
    "other",
    "other",
  ]);
});

Deno.test("recordingStatus maps Plex's values in any case, and processing to recording", () => {
  assert.equal(recordingStatus("scheduled"), "scheduled");
  assert.equal(recordingStatus("inProgress"), "recording");
  assert.equal(recordingStatus("postprocessing"), "recording");
  assert.equal(recordingStatus("complete"), "complete");
  assert.equal(recordingStatus("error"), "failed");
  for (const other of ["cancelled", "paused", "inactive", "", "toString"]) {
    assert.equal(recordingStatus(other), "other");
  }
});

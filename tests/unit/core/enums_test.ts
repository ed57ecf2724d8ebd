import assert from "node:assert/strict";
import fc from "fast-check";
import * as vocabulary from "../../../src/core/enums.ts";

const {
  activityType,
  bitrateKbps,
  dynamicRange,
  hardware,
  libraryType,
  location,
  mediaType,
  playDecision,
  playState,
  resolution,
  streamDecision,
  subtitleDecision,
  transcodeType,
} = vocabulary;

/** Words as Plex may send them: known ones in odd shapes among any text at all. */
const word = fc.oneof(
  fc.string(),
  fc.string({ unit: "binary" }),
  fc.constantFrom(
    ...vocabulary.PLAY_STATES,
    ...vocabulary.STREAM_DECISIONS,
    ...vocabulary.SUBTITLE_DECISIONS,
    ...vocabulary.MEDIA_TYPES,
    ...vocabulary.LIBRARY_TYPES,
    "TRANSCODE",
    "Burn",
    "ignore",
    "constructor",
    "__proto__",
    "library.update.section",
  ),
);
const perhaps = fc.option(word, { nil: undefined });
const stream = fc.constantFrom(...vocabulary.STREAM_DECISIONS);

function isIn(words: readonly unknown[], found: unknown): void {
  assert.ok(words.includes(found), JSON.stringify(found));
}

Deno.test("every judgement gives a word of its closed vocabulary, whatever Plex says", () => {
  fc.assert(fc.property(word, perhaps, perhaps, fc.boolean(), (text, a, b, flag) => {
    isIn([...vocabulary.PLAY_STATES, undefined], playState(text));
    isIn(vocabulary.MEDIA_TYPES, mediaType(text, flag));
    isIn([...vocabulary.LIBRARY_TYPES, undefined], libraryType(text));
    isIn(vocabulary.STREAM_DECISIONS, streamDecision(a, flag));
    isIn(vocabulary.SUBTITLE_DECISIONS, subtitleDecision(a, flag));
    isIn(vocabulary.LOCATIONS, location(a, flag, false));
    isIn(vocabulary.DYNAMIC_RANGES, dynamicRange({ dolbyVision: flag, transfer: b }));
    isIn(vocabulary.ACTIVITY_TYPES, activityType(text));
  }));
  fc.assert(fc.property(stream, stream, perhaps, perhaps, (video, audio, decoder, encoder) => {
    isIn(vocabulary.DECISIONS, playDecision(video, audio));
    isIn(["video", "audio", "both", "none"], transcodeType(video, audio));
    isIn(vocabulary.HARDWARE, hardware(video, decoder, encoder));
  }));
});

Deno.test("playState knows no state for what has ended, or is not known", () => {
  assert.deepEqual(["playing", "paused", "buffering"].map(playState), [
    "playing",
    "paused",
    "buffering",
  ]);
  for (const over of ["stopped", "error", "Playing", ""]) assert.equal(playState(over), undefined);
});

Deno.test("mediaType puts live television before Plex's own type", () => {
  assert.equal(mediaType("episode", false), "episode");
  assert.equal(mediaType("episode", true), "live_tv");
  assert.equal(mediaType("game", false), "other");
});

Deno.test("streamDecision takes silence for direct play, and Plex's none for no stream", () => {
  assert.equal(streamDecision(undefined, true), "direct_play");
  assert.equal(streamDecision("directplay", true), "direct_play");
  assert.equal(streamDecision(undefined, false), "none");
  for (const none of ["none", "ignore", "unavailable", "None"]) {
    assert.equal(streamDecision(none, true), "none");
  }
  assert.equal(streamDecision("Transcode", false), "transcode");
});

Deno.test("subtitleDecision knows burning beside the decisions on any stream", () => {
  assert.equal(subtitleDecision("BURN", false), "burn");
  assert.equal(subtitleDecision("copy", true), "copy");
  assert.equal(subtitleDecision(undefined, true), "direct_play");
  assert.equal(subtitleDecision(undefined, false), "none");
});

Deno.test("playDecision is transcode if any stream is, then direct stream, then direct play", () => {
  assert.equal(playDecision("copy", "transcode"), "transcode");
  assert.equal(playDecision("transcode", "none"), "transcode");
  assert.equal(playDecision("copy", "direct_play"), "direct_stream");
  assert.equal(playDecision("direct_play", "copy"), "direct_stream");
  assert.equal(playDecision("none", "direct_play"), "direct_play");
  assert.equal(playDecision("none", "none"), "direct_play");
});

Deno.test("transcodeType names the streams that are transcoded", () => {
  assert.equal(transcodeType("transcode", "transcode"), "both");
  assert.equal(transcodeType("transcode", "copy"), "video");
  assert.equal(transcodeType("copy", "transcode"), "audio");
  assert.equal(transcodeType("copy", "copy"), "none");
});

Deno.test("hardware is that of a video transcode: both ends, one, or none", () => {
  assert.equal(hardware("transcode", "vaapi", "vaapi"), "full");
  assert.equal(hardware("transcode", "vaapi", ""), "partial");
  assert.equal(hardware("transcode", undefined, "nvenc"), "partial");
  assert.equal(hardware("transcode", undefined, undefined), "none");
  assert.equal(hardware("copy", "vaapi", "vaapi"), "none");
});

Deno.test("location takes relayed and cellular for wan, and the player's word without Plex's", () => {
  assert.equal(location("lan", true, true), "wan");
  assert.equal(location("cellular", true, false), "wan");
  assert.equal(location("LAN", false, false), "lan");
  assert.equal(location(undefined, false, false), "wan");
  assert.equal(location("", true, false), "lan");
  assert.equal(location(undefined, undefined, false), "lan");
});

Deno.test("resolution is in lower case and without p or i; a wide picture is 4k", () => {
  const cases = { "1080p": "1080", "576i": "576", "SD": "sd", "4K": "4k", " 720 ": "720", "": "" };
  for (const [said, meant] of Object.entries(cases)) assert.equal(resolution(said), meant);
  assert.equal(resolution("1080", 3840), "4k");
  assert.equal(resolution("1080", 3839), "1080");
  assert.equal(resolution(undefined), "");
});

Deno.test("bitrateKbps takes no figure that cannot be a rate", () => {
  for (const absurd of [0, -1, NaN, Infinity, 10_000_000, 10_500_000, 2147483647, undefined]) {
    assert.equal(bitrateKbps(absurd), undefined);
  }
  assert.equal(bitrateKbps(7_999.6), 8_000);
  fc.assert(fc.property(fc.double(), (figure) => {
    const kbps = bitrateKbps(figure);
    assert.ok(kbps === undefined || (Number.isInteger(kbps) && kbps >= 0));
  }));
});

Deno.test("dynamicRange puts Dolby Vision before its base layer, and takes the rest for sdr", () => {
  assert.equal(dynamicRange({ dolbyVision: true, transfer: "smpte2084" }), "dolby_vision");
  assert.equal(dynamicRange({ transfer: "smpte2084" }), "hdr10");
  assert.equal(dynamicRange({ transfer: "arib-std-b67" }), "hlg");
  assert.equal(dynamicRange({}), "sdr");
  assert.equal(dynamicRange(undefined), "");
});

Deno.test("activityType goes by the start of Plex's dotted type", () => {
  assert.equal(activityType("library.update.section"), "library_scan");
  assert.equal(activityType("library.update.item.metadata"), "metadata_refresh");
  assert.equal(activityType("media.generate.bif"), "analysis");
  assert.equal(activityType("butler.tasks"), "maintenance");
  assert.equal(activityType("toString"), "other");
});

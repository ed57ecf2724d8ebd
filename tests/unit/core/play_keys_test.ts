import assert from "node:assert/strict";
import { playKeys, sameKeys } from "../../../src/core/play_keys.ts";
import type { StreamDecision } from "../../../src/core/enums.ts";
import type { Library } from "../../../src/core/libraries.ts";
import type { Session } from "../../../src/core/session.ts";
import { session } from "../../testing/core_builders.ts";

const films: Library = {
  id: "1",
  title: "Films and more",
  type: "movie",
  otherVideos: false,
  scanning: false,
  counts: {},
};

Deno.test("playKeys takes the library's title from the library list, else from the session", () => {
  const listed = playKeys(session(), films);
  assert.equal(listed.legacy.library, "Films and more");
  assert.equal(listed.plays.library, "Films and more");
  const unlisted = playKeys(session({ mediaType: "episode" }), undefined);
  assert.equal(unlisted.legacy.library, "Films");
  assert.equal(unlisted.legacy.libraryType, "show");
  assert.equal(unlisted.legacy.libraryId, "1");
});

Deno.test("playKeys has unknown, 0 and none if there is no library", () => {
  const { legacy, plays, titleMs } = playKeys(session({ library: undefined }), undefined);
  assert.deepEqual(
    [legacy.libraryType, legacy.library, legacy.libraryId],
    ["unknown", "unknown", "0"],
  );
  assert.equal(plays.library, "none");
  assert.equal(titleMs?.library, "none");
});

Deno.test("playKeys leaves empty for the original's families what is `unknown` in the others", () => {
  const player = { id: "p", name: "", device: "", product: "", platform: "" };
  const { legacy, plays, bufferingMs } = playKeys(session({ user: "", player }), undefined);
  assert.equal(legacy.user, "");
  assert.equal(legacy.device, "");
  assert.equal(plays.user, "unknown");
  assert.equal(plays.platform, "unknown");
  assert.equal(bufferingMs.platform, "unknown");
});

Deno.test("playKeys has 0 for a missing bitrate and nothing for a missing resolution", () => {
  const output = { ...session().output, bitrateKbps: undefined, resolution: "" };
  const { legacy } = playKeys(session({ output, source: undefined, partDecision: "" }), undefined);
  assert.equal(legacy.bitrateKbps, "0");
  assert.equal(legacy.resolution, "");
  assert.equal(legacy.sourceResolution, "");
  assert.equal(legacy.partDecision, "unknown");
});

Deno.test("playKeys takes Plex's own type for the original's families, except for live television", () => {
  const clip = playKeys(session({ plexType: "clip", mediaType: "clip" }), undefined);
  assert.equal(clip.legacy.mediaType, "clip");
  const live = playKeys(
    session({ live: true, plexType: "episode", mediaType: "live_tv" }),
    undefined,
  );
  assert.equal(live.legacy.mediaType, "live_tv");
  assert.equal(live.plays.mediaType, "live_tv");
});

Deno.test("playKeys derives the decision from the streams' decisions, not from the part's", () => {
  const { legacy, playMs } = playKeys(
    session({ partDecision: "transcode", videoDecision: "copy", audioDecision: "direct_play" }),
    undefined,
  );
  assert.equal(legacy.partDecision, "transcode");
  assert.equal(legacy.transcodeType, "none");
  assert.equal(playMs.decision, "direct_stream");
});

Deno.test("playKeys names the streams that are transcoded for the original's families", () => {
  const type = (videoDecision: StreamDecision, audioDecision: StreamDecision) =>
    playKeys(session({ videoDecision, audioDecision }), undefined).legacy.transcodeType;
  assert.equal(type("transcode", "transcode"), "both");
  assert.equal(type("transcode", "copy"), "video");
  assert.equal(type("copy", "transcode"), "audio");
  assert.equal(type("copy", "copy"), "none");
});

Deno.test("playKeys has a title key for films, shows and artists only", () => {
  const types = ["movie", "episode", "track", "photo", "clip", "live_tv", "other"] as const;
  const hasTitle = (changed: Partial<Session>) =>
    playKeys(session(changed), undefined).titleMs !== undefined;
  const titles = { title: "Show", childTitle: "Season", grandchildTitle: "Episode" };
  assert.deepEqual(types.filter((mediaType) => hasTitle({ mediaType, ...titles })), [
    "movie",
    "episode",
    "track",
  ]);
  // A file without tags has only its own name.
  assert.deepEqual(types.filter((mediaType) => hasTitle({ mediaType, title: "a.mp3" })), [
    "movie",
  ]);
});

Deno.test("playKeys has a stream key for video only", () => {
  assert.equal(playKeys(session({ videoDecision: "none" }), undefined).streamMs, undefined);
  const transcode = { key: "t", hardware: "full", throttled: false } as const;
  const { streamMs } = playKeys(session({ videoDecision: "transcode", transcode }), undefined);
  assert.deepEqual(streamMs, {
    decision: "transcode",
    hardware: "full",
    sourceResolution: "1080",
    resolution: "1080",
    videoCodec: "hevc",
  });
});

Deno.test("the stream key has the decision on the video, not the one on the play", () => {
  const decision = (videoDecision: Session["videoDecision"]) => {
    const { streamMs, playMs } = playKeys(
      session({ videoDecision, audioDecision: "transcode" }),
      undefined,
    );
    return [streamMs?.decision, playMs.decision];
  };
  assert.deepEqual(decision("copy"), ["direct_stream", "transcode"]);
  assert.deepEqual(decision("transcode"), ["transcode", "transcode"]);
  assert.deepEqual(decision("direct_play"), ["direct_play", "transcode"]);
});

Deno.test("playKeys has no subtitle action for subtitles that are played as they are", () => {
  const action = (subtitleDecision: "direct_play" | "burn" | "none") =>
    playKeys(session({ subtitleDecision }), undefined).legacy.subtitleAction;
  assert.deepEqual([action("direct_play"), action("burn"), action("none")], [
    "none",
    "burn",
    "none",
  ]);
});

Deno.test("sameKeys is false after a change of any field, and true when only progress changes", () => {
  const plain = playKeys(session(), films);
  assert.ok(sameKeys(plain, playKeys(session({ progressMs: 99, state: "paused" }), films)));
  const hardware = { key: "t", hardware: "partial", throttled: false } as const;
  for (
    const changed of [
      { title: "Harbour" },
      { user: "eve" },
      { location: "wan" },
      { sessionKey: "2" },
      { subtitleDecision: "burn" },
      { transcode: hardware },
      { videoDecision: "none" },
      { player: { ...session().player, platform: "webOS" } },
      { output: { ...session().output, videoCodec: "h264" } },
    ] as const
  ) {
    assert.ok(!sameKeys(plain, playKeys(session(changed), films)), JSON.stringify(changed));
  }
  assert.ok(!sameKeys(plain, playKeys(session(), undefined)));
});

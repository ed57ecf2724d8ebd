import assert from "node:assert/strict";
import { playLabels, sameLabels } from "../../../src/core/play_labels.ts";
import type { Library } from "../../../src/core/state.ts";
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

Deno.test("accountsOf names the library as it is listed now, else as the session has it", () => {
  const listed = playLabels(session(), films);
  assert.equal(listed.play["library"], "Films and more");
  assert.equal(listed.plays["library"], "Films and more");
  const alone = playLabels(session({ mediaType: "episode" }), undefined);
  assert.equal(alone.play["library"], "Films");
  assert.equal(alone.play["library_type"], "show");
  assert.equal(alone.play["library_id"], "1");
});

Deno.test("accountsOf says unknown, 0 and none where there is no library", () => {
  const { play, plays, titleMs } = playLabels(session({ library: undefined }), undefined);
  assert.deepEqual(
    [play["library_type"], play["library"], play["library_id"]],
    ["unknown", "unknown", "0"],
  );
  assert.equal(plays["library"], "none");
  assert.equal(titleMs?.["library"], "none");
});

Deno.test("accountsOf leaves empty in the compatible families what is `unknown` in the others", () => {
  const player = { id: "p", name: "", device: "", product: "", platform: "" };
  const { play, plays, bufferingMs } = playLabels(session({ user: "", player }), undefined);
  assert.equal(play["user"], "");
  assert.equal(play["device"], "");
  assert.equal(plays["user"], "unknown");
  assert.equal(plays["platform"], "unknown");
  assert.equal(bufferingMs["platform"], "unknown");
});

Deno.test("accountsOf says 0 for a missing bitrate, nothing for a missing resolution", () => {
  const output = { ...session().output, bitrateKbps: undefined, resolution: "" };
  const { play } = playLabels(session({ output, source: undefined, partDecision: "" }), undefined);
  assert.equal(play["stream_bitrate"], "0");
  assert.equal(play["stream_resolution"], "");
  assert.equal(play["stream_file_resolution"], "");
  assert.equal(play["stream_type"], "unknown");
});

Deno.test("accountsOf takes Plex's own type for the compatible families, but for live television", () => {
  const clip = playLabels(session({ plexType: "clip", mediaType: "clip" }), undefined);
  assert.equal(clip.play["media_type"], "clip");
  const live = playLabels(
    session({ live: true, plexType: "episode", mediaType: "live_tv" }),
    undefined,
  );
  assert.equal(live.play["media_type"], "live_tv");
  assert.equal(live.plays["media_type"], "live_tv");
});

Deno.test("accountsOf goes by the streams' decisions, not by the part's", () => {
  const { play, playMs } = playLabels(
    session({ partDecision: "transcode", videoDecision: "copy", audioDecision: "direct_play" }),
    undefined,
  );
  assert.equal(play["stream_type"], "transcode");
  assert.equal(play["transcode_type"], "none");
  assert.equal(playMs["decision"], "direct_stream");
});

Deno.test("accountsOf has title time for films, shows and artists alone", () => {
  const titled = ["movie", "episode", "track", "photo", "clip", "live_tv", "other"] as const;
  const keeps = (changed: Partial<Session>) =>
    playLabels(session(changed), undefined).titleMs !== undefined;
  const of = { title: "Show", childTitle: "Season", grandchildTitle: "Episode" };
  assert.deepEqual(titled.filter((mediaType) => keeps({ mediaType, ...of })), [
    "movie",
    "episode",
    "track",
  ]);
  // A file without tags has its own name alone.
  assert.deepEqual(titled.filter((mediaType) => keeps({ mediaType, title: "a.mp3" })), ["movie"]);
});

Deno.test("accountsOf has stream time for video alone", () => {
  assert.equal(playLabels(session({ videoDecision: "none" }), undefined).streamMs, undefined);
  const transcode = { key: "t", hardware: "full", throttled: false } as const;
  const { streamMs } = playLabels(session({ videoDecision: "transcode", transcode }), undefined);
  assert.deepEqual(streamMs, {
    decision: "transcode",
    hardware: "full",
    source_resolution: "1080",
    resolution: "1080",
    video_codec: "hevc",
  });
});

Deno.test("accountsOf gives subtitles that are played as they are no action", () => {
  const action = (subtitleDecision: "direct_play" | "burn" | "none") =>
    playLabels(session({ subtitleDecision }), undefined).play["subtitle_action"];
  assert.deepEqual([action("direct_play"), action("burn"), action("none")], [
    "none",
    "burn",
    "none",
  ]);
});

Deno.test("sameAccounts sees a change of any label, and none where only figures change", () => {
  const plain = playLabels(session(), films);
  assert.ok(sameLabels(plain, playLabels(session({ progressMs: 99, state: "paused" }), films)));
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
    assert.ok(!sameLabels(plain, playLabels(session(changed), films)), JSON.stringify(changed));
  }
  assert.ok(!sameLabels(plain, playLabels(session(), undefined)));
});

/**
 * The quirks of Plex's notifications by their numbers in docs/plex/notifications.md#quirks, each as
 * a scenario of the simulated server. `faults_test.ts` has the faults of the connection.
 */
import assert from "node:assert/strict";
import { timeInState } from "../../src/simulator/ground_truth.ts";
import { findSamples, sum, testWithHarness } from "../testing/harness.ts";
import { labelOf } from "../testing/labels.ts";

const CHANNEL = { number: "4.1", callSign: "KEXM", title: "Example 4" };

testWithHarness(
  "quirk 1: a play that is notified before it is listed starts when the list shows it",
  async (harness) => {
    await harness.pass(15);
    harness.plex.faults.set({ kind: "late sessions", ms: 2_000 }, { times: 1 });
    harness.play();
    await harness.pass(1.5);
    assert.equal(sum(await harness.scrape(), "plex_sessions"), 0);
    await harness.pass(2);
    assert.equal(sum(await harness.scrape(), "plex_sessions"), 1, "found by the next request");
  },
);

testWithHarness(
  "quirk 1: a list that still has a stopped play does not revive it",
  async (harness) => {
    const viewer = harness.play();
    await harness.pass(12);
    viewer.stop();
    await harness.pass(6);
    await harness.scrape();
    const page = await harness.scrape();
    assert.equal(sum(page, "plex_sessions"), 0);
    assert.equal(sum(page, "plex_plays_total"), 1);
  },
  { lag: { startMs: 0, changeMs: 0, stopMs: 5_000 } },
);

testWithHarness(
  "quirk 2: a stop with an unknown session key, or without one, ends no other play",
  async (harness) => {
    harness.play({ who: 0 });
    const second = harness.play({ who: 1 });
    await harness.pass(5);
    second.stopUnderNewKey();
    harness.plex.simulation.phantoms.strayStops(harness.plex.simulation.randomItem("movie"));
    await harness.pass(15);
    const page = await harness.scrape();
    assert.equal(sum(page, "plex_sessions"), 1, "the list ends the stopped one");
    assert.equal(sum(page, "plays_total"), 2);
  },
);

testWithHarness(
  "quirks 3 and 5: sessions without user and player, and browsing by DLNA, are no plays",
  async (harness) => {
    const { simulation } = harness.plex;
    simulation.phantoms.strayStops(simulation.randomItem("movie"));
    simulation.phantoms.browseByDlna(simulation.randomItem("movie"), 60_000);
    await harness.pass(30);
    const page = await harness.scrape();
    assert.equal(sum(page, "plex_sessions"), 0);
    assert.equal(findSamples(page, "plays_total").length, 0);
  },
);

testWithHarness(
  "quirk 4: a transcoder that outlives its play, or belongs to no session, changes no play",
  async (harness) => {
    const viewer = harness.play({ method: "software transcode" });
    harness.plex.simulation.backgroundJobs.convert(harness.plex.simulation.randomItem("movie"));
    await harness.pass(20);
    assert.equal(sum(await harness.scrape(), "plex_video_transcodes"), 1);
    viewer.stop();
    await harness.pass(20);
    const page = await harness.scrape();
    assert.equal(sum(page, "plex_video_transcodes"), 0);
    assert.equal(sum(page, "plex_sessions"), 0);
    assert.equal(sum(page, "plays_total"), 1);
  },
);

testWithHarness(
  "quirk 6: a play that begins paused counts once and has no seconds",
  async (harness) => {
    harness.play({ state: "paused", timelineIntervalMs: 2_000 });
    await harness.pass(120);
    await harness.scrape();
    const page = await harness.scrape();
    assert.equal(sum(page, "plex_plays_total"), 1);
    assert.equal(sum(page, "plex_play_seconds_total"), 0);
    assert.equal(sum(page, "plex_sessions", { state: "paused" }), 1);
  },
);

testWithHarness(
  "quirk 7: offsets of notifications, which may be 0 or stale, do not change the progress",
  async (harness) => {
    const [film, song] = [
      harness.plex.simulation.randomItem("movie"),
      harness.plex.simulation.randomItem("track"),
    ];
    const plays = [
      harness.play({ who: 0, item: film, offsetMs: (film.durationMs ?? 0) / 2 }),
      harness.play({ who: 1, item: song, offsetMs: (song.durationMs ?? 0) / 2 }),
    ];
    for (let second = 0; second < 25; second += 5) {
      await harness.pass(5);
      const page = await harness.scrape();
      for (const { key, offsetMs, session } of plays) {
        const truth = offsetMs / (session?.item.durationMs ?? 0);
        const shown = sum(page, "plex_session_progress_ratio", { session: key });
        // The list that it comes from is 10 s old at most, and so is the player's report in it.
        const oldS = (truth - shown) * (session?.item.durationMs ?? 0) / 1000;
        assert.ok(oldS >= 0 && oldS <= 20.3, `${session?.item.type} is ${oldS} s behind`);
      }
    }
    assert.equal(sum(await harness.scrape(), "plex_plays_total"), 2, "no play begins again");
  },
);

testWithHarness(
  "quirk 8: switching between playing and buffering keeps the play and its seconds",
  async (harness) => {
    const viewer = harness.play();
    await harness.pass(2);
    await harness.scrape();
    for (let round = 0; round < 30; round++) {
      viewer.buffer();
      await harness.pass(1);
      viewer.resume();
      await harness.pass(1);
    }
    viewer.stop();
    await harness.pass(1);
    const page = await harness.scrape();
    const [play] = harness.plex.simulation.plays;
    assert.ok(play);
    const playing = timeInState(play, "playing", harness.clock.now()) / 1000;
    const buffering = timeInState(play, "buffering", harness.clock.now()) / 1000;
    assert.equal(sum(page, "plex_plays_total"), 1);
    assert.ok(Math.abs(sum(page, "plex_play_seconds_total") - playing) <= 2, `${playing} s`);
    assert.ok(Math.abs(sum(page, "plex_buffering_seconds_total") - buffering) <= 2);
  },
);

testWithHarness("quirk 9: live television is never looked up in the library", async (harness) => {
  const broadcast = (title: string) =>
    harness.plex.simulation.generator.nonLibrary.broadcast(
      CHANNEL,
      title,
      "/livetv/sessions/0a1b2c3d4e5f",
    );
  const viewer = harness.play({ item: broadcast("News"), method: "software transcode" });
  await harness.pass(20);
  viewer.next(broadcast("Weather"));
  await harness.pass(20);
  const page = await harness.scrape();
  assert.equal(findSamples(page, "plays_total").length, 1, "one play");
  assert.equal(
    findSamples(page, "plays_total", { media_type: "live_tv", library_id: "0" }).length,
    1,
  );
  const lookups = harness.plex.requests.filter(({ template }) => template.includes("metadata"));
  assert.equal(lookups.length, 0);
});

testWithHarness(
  "quirk 10: duplicate notifications are counted, but their play only once",
  async (harness) => {
    const viewer = harness.play();
    await harness.pass(2);
    await harness.scrape();
    const from = harness.clock.now();
    await harness.pass(20);
    viewer.pause();
    await harness.pass(10);
    viewer.stop();
    await harness.pass(2);
    const page = await harness.scrape();
    const [play] = harness.plex.simulation.plays;
    assert.ok(play);
    const truth = timeInState(play, "playing", harness.clock.now()) / 1000;
    const received = sum(page, "plex_exporter_websocket_events_total", { type: "playing" });
    assert.ok(received >= 8 && received % 2 === 0, `${received} notifications`);
    assert.equal(sum(page, "plex_plays_total"), 1);
    assert.ok(Math.abs(sum(page, "plex_play_seconds_total") - truth) <= 1.1, `${truth} s`);
    assert.equal(sum(page, "plex_sessions"), 0);
    const lists = harness.requestsSince(from).filter((template) => template === "/status/sessions");
    assert.ok(lists.length <= 5, `${lists.length} lists in half a minute`);
  },
  { duplicateShare: 1 },
);

testWithHarness(
  "quirk 11: a proxy that closes idle sockets causes nothing but reconnects",
  async (harness) => {
    const viewer = harness.play();
    await harness.pass(2);
    await harness.scrape();
    harness.ignoreFrames();
    for (let minute = 0; minute < 3; minute++) {
      await harness.pass(55);
      harness.plex.faults.set({ kind: "socket closes", code: 1006 }, { times: 1 });
      await harness.pass(5);
    }
    viewer.stop();
    await harness.pass(15);
    const page = await harness.scrape();
    const seconds = sum(page, "play_seconds_total");
    assert.ok(seconds > 170 && seconds < 190, `${seconds} s`);
    assert.equal(sum(page, "plex_exporter_websocket_connected"), 1);
  },
);

testWithHarness(
  "quirk 12: frequent notifications cause few requests",
  async (harness) => {
    for (let who = 0; who < 6; who++) {
      harness.play({ who, method: "hardware transcode", timelineIntervalMs: 1_000 });
    }
    await harness.pass(60);
    const from = harness.clock.now();
    await harness.pass(60);
    assert.ok(
      harness.requestsSince(from).length <= 25,
      `${harness.requestsSince(from).length} requests`,
    );
  },
);

testWithHarness(
  "theme music is ignored, a preroll is a clip without a library",
  async (harness) => {
    const { generator } = harness.plex.simulation;
    harness.play({ who: 0, item: generator.nonLibrary.themeMusic() });
    harness.play({ who: 1, item: generator.nonLibrary.preroll() });
    await harness.pass(15);
    const page = await harness.scrape();
    assert.equal(findSamples(page, "plays_total").length, 1);
    assert.equal(
      findSamples(page, "plays_total", { media_type: "clip", library_id: "0" }).length,
      1,
    );
  },
);

testWithHarness(
  "auto-next under the same session key is a new play, with its own title",
  async (harness) => {
    const [first, second] = harness.plex.simulation.libraries.all
      .flatMap(({ items }) => items).filter(({ type }) => type === "episode");
    assert.ok(first && second);
    const viewer = harness.play({ item: first });
    await harness.pass(15);
    viewer.next(second, "same key");
    await harness.pass(5);
    const page = await harness.scrape();
    for (const { title } of [first, second]) {
      assert.equal(sum(page, "plays_total", { grandchild_title: title }), 1, title);
    }
    assert.equal(sum(page, "plex_sessions"), 1);
  },
);

testWithHarness(
  "after a change of quality the time is counted in another series",
  async (harness) => {
    const viewer = harness.play({ method: "direct play" });
    await harness.pass(15);
    await harness.scrape();
    viewer.changeQuality("software transcode");
    await harness.pass(30);
    await harness.scrape();
    const page = await harness.scrape();
    const seconds = (decision: string) => sum(page, "plex_play_seconds_total", { decision });
    assert.ok(seconds("direct_play") > 13 && seconds("direct_play") < 20);
    assert.ok(seconds("transcode") > 18 && seconds("transcode") < 31);
    assert.equal(sum(page, "plex_plays_total"), 1);
    assert.equal(findSamples(page, "play_seconds_total").length, 1, "the old series ends at once");
  },
);

testWithHarness(
  "the source labels of a transcode are those of the library's file, which is looked up once",
  async (harness) => {
    const { session } = harness.play({ method: "software transcode" });
    await harness.pass(5);
    const [[info = ""] = []] = findSamples(await harness.scrape(), "plex_session_info");
    assert.ok(session);
    const { version, stream } = session;
    assert.equal(labelOf(info, "decision"), "transcode");
    assert.equal(labelOf(info, "source_container"), version.container);
    assert.equal(labelOf(info, "source_video_codec"), version.video?.codec);
    assert.equal(labelOf(info, "source_resolution"), version.resolution);
    assert.equal(labelOf(info, "container"), stream.output?.container);
    const requests = harness.plex.requests.filter(({ template }) => template.includes("metadata"));
    assert.equal(requests.length, 1);
    await harness.pass(60);
    const later = harness.plex.requests.filter(({ template }) => template.includes("metadata"));
    assert.equal(later.length, 1, "it is cached");
  },
);

testWithHarness(
  "the hardware of a transcode is not known in its first second, in which it is not counted as none",
  async (harness) => {
    await harness.pass(5);
    const viewer = harness.play({ method: "hardware transcode" });
    await harness.pass(0.5);
    await harness.scrape();
    assert.equal(sum(await harness.scrape(), "plex_sessions", { decision: "transcode" }), 1);
    assert.equal(sum(await harness.scrape(), "plex_video_transcodes"), 0, "not known yet");
    await harness.pass(1.6);
    const known = await harness.scrape();
    assert.equal(sum(known, "plex_video_transcodes", { hardware: "full" }), 1, "2 s later it is");
    await harness.pass(20);
    viewer.changeQuality("partial hardware transcode");
    await harness.pass(20);
    viewer.stop();
    await harness.pass(1);
    await harness.scrape();
    const page = await harness.scrape();
    const streamed = (hardware: string) => sum(page, "plex_stream_seconds_total", { hardware });
    assert.equal(streamed("none"), 0);
    assert.ok(Math.abs(streamed("full") - 22.1) <= 1.1, `${streamed("full")} s`);
    assert.ok(Math.abs(streamed("partial") - 20) <= 1.1, `${streamed("partial")} s`);
    assert.equal(
      sum(page, "plex_stream_seconds_total"),
      sum(page, "plex_play_seconds_total"),
      "no second is missing",
    );
  },
);

import assert from "node:assert/strict";
import * as fc from "fast-check";
import { NOTIFICATION_TYPES } from "../../../../src/core/api_stats.ts";
import { parseNotification, toEvent } from "../../../../src/plex/mapping/notification.ts";
import { fixture } from "../../../testing/plex_fixture.ts";

/** A frame of a type with these entries under that key. */
function frame(type: string, key: string, ...entries: unknown[]): string {
  return JSON.stringify({ NotificationContainer: { type, size: entries.length, [key]: entries } });
}

function playing(...entries: unknown[]) {
  return parseNotification(frame("playing", "PlaySessionStateNotification", ...entries));
}

const base = {
  type: "playback",
  playerId: "",
  positionMs: undefined,
  transcodeKey: undefined,
};

Deno.test("parseNotification reads a direct play and a transcode", () => {
  const direct = {
    sessionKey: "31",
    clientIdentifier: "k3v9",
    ratingKey: "45120",
    viewOffset: 61000,
    state: "playing",
  };
  const transcode = {
    sessionKey: "32",
    ratingKey: "45121",
    state: "buffering",
    transcodeSession: "q1w2",
  };
  assert.deepEqual(playing(direct, transcode), {
    type: "playing",
    news: [
      {
        ...base,
        sessionKey: "31",
        ratingKey: "45120",
        playerId: "k3v9",
        state: "playing",
        positionMs: 61_000,
      },
      { ...base, sessionKey: "32", ratingKey: "45121", state: "buffering", transcodeKey: "q1w2" },
    ],
  });
});

Deno.test("parseNotification reads keys that are numbers, and a real guid (2016–18)", () => {
  const old = { sessionKey: 31, ratingKey: 45120, guid: "com.plexapp.agents.imdb://tt0278504" };
  assert.deepEqual(playing({ ...old, state: "paused" }).news, [
    { ...base, sessionKey: "31", ratingKey: "45120", state: "paused" },
  ]);
});

Deno.test("parseNotification takes offset 0 for one that is not known (notes §5.7)", () => {
  const play = { sessionKey: "1", ratingKey: "2", state: "playing" };
  const positions = playing({ ...play, viewOffset: 0 }, { ...play, viewOffset: "7" }, play)
    .news.map((news) => news.type === "playback" && news.positionMs);
  assert.deepEqual(positions, [undefined, 7, undefined]);
});

Deno.test("parseNotification tells a transcoder that is cleared from one not spoken of", () => {
  const play = { sessionKey: "1", ratingKey: "2", state: "playing" };
  const keys = playing(
    play,
    { ...play, transcodeSession: null },
    { ...play, transcodeSession: "" },
    { ...play, transcodeSession: "/transcode/sessions/abc" },
  ).news.map((news) => news.type === "playback" && news.transcodeKey);
  assert.deepEqual(keys, [undefined, "", "", "abc"]);
});

Deno.test("parseNotification ignores the stop without a session key (notes §5.2), but counts it", () => {
  const stops = playing(
    { sessionKey: "112", ratingKey: "", key: "", state: "stopped" },
    { sessionKey: "113", ratingKey: "188653", state: "stopped" },
    { viewOffset: 0, url: "", ratingKey: "", state: "stopped", key: "", guid: "" },
  );
  assert.equal(stops.type, "playing");
  assert.deepEqual(stops.news, [
    { ...base, sessionKey: "112", ratingKey: "", state: "stopped" },
    { ...base, sessionKey: "113", ratingKey: "188653", state: "stopped" },
  ]);
});

Deno.test("parseNotification takes an error for a stop (notes §4), and no other word for a state", () => {
  const play = { sessionKey: "1", ratingKey: "0" };
  const news = playing(
    { ...play, state: "error" },
    { ...play, state: "ERROR" },
    { ...play, state: "dancing" },
    play,
  ).news;
  assert.deepEqual(
    news,
    Array(2).fill({ ...base, sessionKey: "1", ratingKey: "", state: "stopped" }),
  );
});

Deno.test("parseNotification takes rating key 0 of live television for none (notes §5.9)", () => {
  const [news] =
    playing({ sessionKey: "1", ratingKey: "0", key: "/livetv/sessions/u", state: "playing" })
      .news;
  assert.deepEqual(news, { ...base, sessionKey: "1", ratingKey: "", state: "playing" });
});

Deno.test("parseNotification reads the three phases of a transcoder by its last segment", () => {
  const entry = { key: "/transcode/sessions/q1w2", throttled: "1", speed: "0.0", progress: -1 };
  for (const phase of ["start", "update", "end"] as const) {
    const { type, news } = parseNotification(
      frame(`transcodeSession.${phase}`, "TranscodeSession", entry, { speed: 1 }),
    );
    assert.equal(type, `transcodeSession.${phase}`);
    assert.deepEqual(news, [{ type: "transcode", phase, key: "q1w2", speed: 0, throttled: true }]);
  }
});

Deno.test("parseNotification tells of a library once for all of its items", () => {
  const library = { identifier: "com.plexapp.plugins.library" };
  const { news } = parseNotification(frame(
    "timeline",
    "TimelineEntry",
    { ...library, sectionID: "2", itemID: "1", state: 5 },
    { ...library, sectionID: 2, itemID: 2, state: "9" },
    { ...library, sectionID: "3", state: 4 },
    { ...library, sectionID: "-1", state: 5, type: -1 },
    { identifier: "tv.plex.providers.epg.cloud:2", sectionID: "4", state: 5 },
    { ...library, state: 9 },
  ));
  assert.deepEqual(news, [
    { type: "library_changed", libraryId: "2" },
    { type: "library_changed", libraryId: undefined },
  ]);
});

Deno.test("parseNotification reads activities, and the start and the end of a scan", () => {
  const activity = (event: string, type: string) =>
    parseNotification(frame("activity", "ActivityNotification", {
      event,
      uuid: "u",
      Activity: { uuid: "u", type, Context: { librarySectionID: 1 } },
    })).news;
  const scan = { type: "activity", id: "u", activity: "library_scan", libraryId: "1" };
  assert.deepEqual(activity("started", "library.update.section"), [
    { ...scan, ended: false },
    { type: "scan_started", libraryId: "1" },
  ]);
  assert.deepEqual(activity("progress", "library.update.section"), [{ ...scan, ended: false }]);
  assert.deepEqual(activity("ended", "library.update.section"), [
    { ...scan, ended: true },
    { type: "scan_finished", libraryId: "1" },
  ]);
  assert.deepEqual(activity("ended", "media.download").length, 1);
  const anonymous = parseNotification(
    frame("activity", "ActivityNotification", { event: "ended" }),
  );
  assert.deepEqual(anonymous, { type: "activity", news: [] });
});

Deno.test("parseNotification gives hints where a list is to be read again", () => {
  const news = (type: string, key: string, entry: unknown) =>
    parseNotification(frame(type, key, entry)).news;
  assert.deepEqual(
    news("status", "StatusNotification", {
      title: "Bibliothek durchsucht",
      notificationName: "LIBRARY_UPDATE",
    }),
    [{ type: "scan_finished" }],
  );
  assert.deepEqual(news("reachability", "ReachabilityNotification", { reachability: "0" }), [
    { type: "reachability", reachable: false },
  ]);
  assert.deepEqual(news("preference", "Setting", { id: "FriendlyName", value: "attic" }), [
    { type: "server_changed" },
  ]);
  assert.deepEqual(news("update.statechange", "AutoUpdateNotification", { state: "done" }), [
    { type: "update_changed" },
  ]);
  assert.deepEqual(news("progress", "ProgressNotification", { message: "…" }), []);
});

Deno.test("parseNotification survives a container without its list, and a list that is none", () => {
  const container = (value: object) => JSON.stringify({ NotificationContainer: value });
  assert.deepEqual(parseNotification(container({ type: "playing", size: 3 })), {
    type: "playing",
    news: [],
  });
  const alone = { sessionKey: "1", state: "playing" };
  assert.equal(
    parseNotification(container({ type: "playing", PlaySessionStateNotification: alone })).news
      .length,
    1,
  );
});

Deno.test("parseNotification loses a bad entry and no other (jsclayton#22)", () => {
  const good = { sessionKey: "1", ratingKey: "2", state: "paused" };
  assert.equal(playing(null, 7, "x", [], { sessionKey: {} }, good).news.length, 1);
});

Deno.test("parseNotification counts foreign types as other and foreign frames as malformed", () => {
  assert.equal(parseNotification(frame("server.shutdown", "X")).type, "other");
  assert.equal(parseNotification(frame("malformed", "X")).type, "other");
  for (
    const text of ["", "x", "[]", "null", "{}", '{"NotificationContainer":7}', '{"type":"playing"}']
  ) {
    assert.deepEqual(parseNotification(text), { type: "malformed", news: [] }, text);
  }
  const old = { _elementType: "NotificationContainer", type: "playing", size: 0, _children: [] };
  assert.equal(parseNotification(JSON.stringify(old)).type, "malformed", "before 2016");
});

Deno.test("parseNotification never throws, and gives types that are known", () => {
  const entry = fc.oneof(
    fc.jsonValue(),
    fc.record({
      sessionKey: fc.jsonValue(),
      ratingKey: fc.jsonValue(),
      state: fc.oneof(fc.constantFrom("playing", "stopped"), fc.jsonValue()),
      transcodeSession: fc.jsonValue(),
      key: fc.jsonValue(),
      uuid: fc.jsonValue(),
      Activity: fc.jsonValue(),
      sectionID: fc.jsonValue(),
    }, { requiredKeys: [] }),
  );
  const keys = [
    "PlaySessionStateNotification",
    "TranscodeSession",
    "TimelineEntry",
    "ActivityNotification",
    "StatusNotification",
    "ReachabilityNotification",
  ];
  const text = fc.oneof(
    fc.string(),
    fc.json(),
    fc.tuple(fc.constantFrom(...NOTIFICATION_TYPES), fc.constantFrom(...keys), fc.array(entry))
      .map(([type, key, entries]) => frame(type, key, ...entries)),
  );
  fc.assert(
    fc.property(text, (frame) => {
      const { type, news } = parseNotification(frame);
      assert.ok(NOTIFICATION_TYPES.includes(type));
      for (const item of news) toEvent(item, 1);
    }),
    { numRuns: 1000 },
  );
});

Deno.test("parseNotification reads nothing into an answer of the lists", () => {
  assert.equal(
    parseNotification(JSON.stringify(fixture("sessions_strings_only"))).type,
    "malformed",
  );
});

Deno.test("toEvent tells the core of states and of transcoders at work", () => {
  const at = 5;
  const said = {
    sessionKey: "1",
    ratingKey: "2",
    playerId: "tv-1",
    state: "paused",
    positionMs: 9,
  } as const;
  assert.deepEqual(toEvent({ type: "playback", ...said, transcodeKey: "t" }, at), {
    type: "playback_notified",
    at,
    ...said,
  });
  const transcode = { type: "transcode", key: "k", speed: 2, throttled: false } as const;
  assert.deepEqual(toEvent({ ...transcode, phase: "update" }, at), {
    type: "transcode_notified",
    at,
    key: "k",
    speed: 2,
    throttled: false,
  });
  assert.equal(toEvent({ ...transcode, phase: "end" }, at), undefined);
  assert.deepEqual(
    toEvent({ type: "activity", id: "u", activity: "other", ended: true, libraryId: "1" }, at),
    { type: "activity_notified", at, id: "u", activity: "other", ended: true },
  );
  assert.equal(toEvent({ type: "server_changed" }, at), undefined);
});

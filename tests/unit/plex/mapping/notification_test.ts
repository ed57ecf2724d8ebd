import assert from "node:assert/strict";
import * as fc from "fast-check";
import { NOTIFICATION_TYPES } from "../../../../src/core/api_stats.ts";
import {
  type Notification,
  parseNotification as parse,
} from "../../../../src/plex/mapping/notification.ts";
import { fixture } from "../../../testing/plex_fixture.ts";

/** A frame of a type with these entries under that key. */
function frame(type: string, key: string, ...entries: unknown[]): string {
  return JSON.stringify({ NotificationContainer: { type, size: entries.length, [key]: entries } });
}

/** Reads a frame that was received at 5. */
function parseNotification(text: string): Notification {
  return parse(text, 5);
}

function playing(...entries: unknown[]) {
  return parseNotification(frame("playing", "PlaySessionStateNotification", ...entries));
}

/** What is read of reports, without the time, which is the same in all of them. */
function reports(...entries: unknown[]) {
  const { events, hints } = playing(...entries);
  return hints.map((hint, index) => {
    assert.ok(hint.type === "playback");
    const { at, ...playback } = hint.playback;
    assert.equal(at, 5);
    assert.deepEqual(events[index], { type: "playback_notified", ...hint.playback });
    return { ...playback, transcodeKey: hint.transcodeKey };
  });
}

const base = { playerId: "", positionMs: undefined, transcodeKey: "" };

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
  assert.equal(playing(direct).type, "playing");
  assert.deepEqual(reports(direct, transcode), [
    {
      sessionKey: "31",
      ratingKey: "45120",
      playerId: "k3v9",
      state: "playing",
      positionMs: 61_000,
      transcodeKey: "",
    },
    { ...base, sessionKey: "32", ratingKey: "45121", state: "buffering", transcodeKey: "q1w2" },
  ]);
});

Deno.test("parseNotification reads keys that are numbers, and a real guid (2016–18)", () => {
  const old = { sessionKey: 31, ratingKey: 45120, guid: "com.plexapp.agents.imdb://tt0278504" };
  assert.deepEqual(reports({ ...old, state: "paused" }), [
    { ...base, sessionKey: "31", ratingKey: "45120", state: "paused" },
  ]);
});

Deno.test("parseNotification reads offset 0 as an unknown position (quirk 7)", () => {
  const play = { sessionKey: "1", ratingKey: "2", state: "playing" };
  const positions = reports({ ...play, viewOffset: 0 }, { ...play, viewOffset: "7" }, play)
    .map(({ positionMs }) => positionMs);
  assert.deepEqual(positions, [undefined, 7, undefined]);
});

Deno.test("parseNotification reads a transcoder's key by its last segment, and none as empty", () => {
  const play = { sessionKey: "1", ratingKey: "2", state: "playing" };
  const keys = reports(
    play,
    { ...play, transcodeSession: null },
    { ...play, transcodeSession: "" },
    { ...play, transcodeSession: "/transcode/sessions/abc" },
  ).map(({ transcodeKey }) => transcodeKey);
  assert.deepEqual(keys, ["", "", "", "abc"]);
});

Deno.test("parseNotification ignores the stop without a session key (quirk 2), but counts it", () => {
  const stops = [
    { sessionKey: "112", ratingKey: "", key: "", state: "stopped" },
    { sessionKey: "113", ratingKey: "188653", state: "stopped" },
    { viewOffset: 0, url: "", ratingKey: "", state: "stopped", key: "", guid: "" },
  ];
  assert.equal(playing(...stops).type, "playing");
  assert.deepEqual(reports(...stops), [
    { ...base, sessionKey: "112", ratingKey: "", state: "stopped" },
    { ...base, sessionKey: "113", ratingKey: "188653", state: "stopped" },
  ]);
});

Deno.test("parseNotification reads an error as a stop, and no unknown state", () => {
  const play = { sessionKey: "1", ratingKey: "0" };
  assert.deepEqual(
    reports(
      { ...play, state: "error" },
      { ...play, state: "ERROR" },
      { ...play, state: "dancing" },
      play,
    ),
    Array(2).fill({ ...base, sessionKey: "1", ratingKey: "", state: "stopped" }),
  );
});

Deno.test("parseNotification reads rating key 0 of live television as none (quirk 9)", () => {
  const live = { sessionKey: "1", ratingKey: "0", key: "/livetv/sessions/u", state: "playing" };
  assert.equal(reports(live)[0]?.ratingKey, "");
});

Deno.test("parseNotification reports active transcoders, and hints at start and end", () => {
  const entry = { key: "/transcode/sessions/q1w2", throttled: "1", speed: "0.0", progress: -1 };
  const read = (phase: string) =>
    parseNotification(frame(`transcodeSession.${phase}`, "TranscodeSession", entry, { speed: 1 }));
  const event = { type: "transcode_notified", at: 5, key: "q1w2", speed: 0, throttled: true };
  assert.deepEqual(read("start"), {
    type: "transcodeSession.start",
    events: [event],
    hints: [{ type: "transcode", phase: "start", key: "q1w2" }],
  });
  assert.deepEqual(read("update"), {
    type: "transcodeSession.update",
    events: [event],
    hints: [],
  });
  assert.deepEqual(read("end"), {
    type: "transcodeSession.end",
    events: [],
    hints: [{ type: "transcode", phase: "end", key: "q1w2" }],
  });
});

Deno.test("parseNotification hints at a background job that starts or ends", () => {
  const entry = { key: "/transcode/sessions/q1w2", context: "static" };
  for (const [phase, changed] of [["start", true], ["update", false], ["end", true]] as const) {
    const { hints } = parseNotification(
      frame(`transcodeSession.${phase}`, "TranscodeSession", entry),
    );
    assert.equal(hints.some(({ type }) => type === "job_changed"), changed, phase);
  }
  const streaming = { ...entry, context: "streaming" };
  const { hints } = parseNotification(
    frame("transcodeSession.start", "TranscodeSession", streaming),
  );
  assert.deepEqual(hints.map(({ type }) => type), ["transcode"]);
});

Deno.test("parseNotification hints at a changed library once for all of its items", () => {
  const library = { identifier: "com.plexapp.plugins.library" };
  const hints = (...entries: unknown[]) =>
    parseNotification(frame("timeline", "TimelineEntry", ...entries)).hints;
  const done = { ...library, sectionID: "2", itemID: "1", state: 5 };
  const deleted = { ...library, sectionID: 2, itemID: 2, state: "9" };
  assert.deepEqual(hints(done, deleted), [{ type: "library_changed" }]);
  assert.deepEqual(hints({ ...library, state: 9 }), [{ type: "library_changed" }]);
  assert.deepEqual(
    hints(
      { ...library, sectionID: "3", state: 4 },
      { ...library, sectionID: "-1", state: 5, type: -1 },
      { identifier: "tv.plex.providers.epg.cloud:2", sectionID: "4", state: 5 },
    ),
    [],
  );
});

Deno.test("parseNotification reads activities, and hints at the start and the end of a scan", () => {
  const read = (event: string, type: string) => {
    const { events, hints } = parseNotification(frame("activity", "ActivityNotification", {
      event,
      uuid: "u",
      Activity: { uuid: "u", type, Context: { librarySectionID: 1 } },
    }));
    return { event: events[0], hints };
  };
  const activity = { type: "library_scan", libraryId: "1" };
  const scan = { type: "activity_notified", at: 5, id: "u", activity };
  assert.deepEqual(read("started", "library.update.section"), {
    event: { ...scan, ended: false },
    hints: [{ type: "scan_started" }],
  });
  assert.deepEqual(read("progress", "library.update.section"), {
    event: { ...scan, ended: false },
    hints: [],
  });
  assert.deepEqual(read("ended", "library.update.section"), {
    event: { ...scan, ended: true },
    hints: [{ type: "scan_finished" }],
  });
  assert.deepEqual(read("ended", "media.download").hints, []);
  const anonymous = parseNotification(
    frame("activity", "ActivityNotification", { event: "ended" }),
  );
  assert.deepEqual(anonymous, { type: "activity", events: [], hints: [] });
});

Deno.test("parseNotification hints at lists that may have changed", () => {
  const read = (type: string, key: string, entry: unknown) => {
    const { events, hints } = parseNotification(frame(type, key, entry));
    assert.deepEqual(events, []);
    return hints;
  };
  assert.deepEqual(
    read("status", "StatusNotification", {
      title: "Bibliothek durchsucht",
      notificationName: "LIBRARY_UPDATE",
    }),
    [{ type: "scan_finished" }],
  );
  assert.deepEqual(read("reachability", "ReachabilityNotification", { reachability: "0" }), [
    { type: "server_changed" },
  ]);
  assert.deepEqual(read("preference", "Setting", { id: "FriendlyName", value: "attic" }), [
    { type: "server_changed" },
  ]);
  assert.deepEqual(read("update.statechange", "AutoUpdateNotification", { state: "done" }), [
    { type: "update_changed" },
  ]);
  assert.deepEqual(read("progress", "ProgressNotification", { message: "…" }), []);
});

Deno.test("parseNotification survives a container without its list, and a list that is none", () => {
  const container = (value: object) => JSON.stringify({ NotificationContainer: value });
  assert.deepEqual(parseNotification(container({ type: "playing", size: 3 })), {
    type: "playing",
    events: [],
    hints: [],
  });
  const alone = { sessionKey: "1", state: "playing" };
  assert.equal(
    parseNotification(container({ type: "playing", PlaySessionStateNotification: alone })).events
      .length,
    1,
  );
});

Deno.test("parseNotification drops a bad entry and no other", () => {
  const good = { sessionKey: "1", ratingKey: "2", state: "paused" };
  assert.equal(playing(null, 7, "x", [], { sessionKey: {} }, good).events.length, 1);
});

Deno.test("parseNotification counts unknown types as other and other frames as malformed", () => {
  assert.equal(parseNotification(frame("server.shutdown", "X")).type, "other");
  assert.equal(parseNotification(frame("malformed", "X")).type, "other");
  for (
    const text of ["", "x", "[]", "null", "{}", '{"NotificationContainer":7}', '{"type":"playing"}']
  ) {
    assert.deepEqual(parseNotification(text), { type: "malformed", events: [], hints: [] }, text);
  }
  const old = { _elementType: "NotificationContainer", type: "playing", size: 0, _children: [] };
  assert.equal(parseNotification(JSON.stringify(old)).type, "malformed", "before 2016");
});

Deno.test("parseNotification never throws, and returns known types only", () => {
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
      assert.ok(NOTIFICATION_TYPES.includes(parseNotification(frame).type));
    }),
    { numRuns: 1000 },
  );
});

Deno.test("parseNotification counts the body of a list as malformed", () => {
  assert.equal(
    parseNotification(JSON.stringify(fixture("sessions_strings_only"))).type,
    "malformed",
  );
});

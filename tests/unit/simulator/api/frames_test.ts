/** Frames of the notification socket, as they were recorded (docs/plex/notifications.md). */
import assert from "node:assert/strict";
import { frameFilter, frameOf, frameText } from "../../../../src/simulator/api/frames.ts";
import type { ItemType } from "../../../../src/simulator/item.ts";
import type { Notification, TimelineState } from "../../../../src/simulator/notification.ts";
import { streamOutput } from "../../../../src/simulator/stream_output.ts";
import { FILM, newTestSession, PLAYER, VERSION } from "../../../testing/simulator_builders.ts";
import type { AnyJson } from "../../../testing/simulator_client.ts";

function containerOf(notification: Notification): AnyJson {
  return JSON.parse(frameText(frameOf(notification))).NotificationContainer;
}

/** The only entry of a frame, whose type and list are checked. */
function entryOf(notification: Notification, type: string, list: string): AnyJson {
  const container = containerOf(notification);
  assert.deepEqual([container.type, container.size, container[list].length], [type, 1, 1]);
  return container[list][0];
}

Deno.test("a frame of a play names its session, its player and its item, and no user", () => {
  const session = newTestSession();
  const entry = entryOf(
    { kind: "playing", session, state: "paused", offsetMs: 61_000 },
    "playing",
    "PlaySessionStateNotification",
  );
  assert.deepEqual(entry, {
    sessionKey: "7",
    clientIdentifier: PLAYER.machineIdentifier,
    guid: "",
    ratingKey: "1001",
    url: "",
    key: "/library/metadata/1001",
    viewOffset: 61_000,
    playQueueItemID: 60_001,
    playQueueID: 3_001,
    state: "paused",
  });
});

Deno.test("a frame of a play names its transcode by the bare id, and an error has no offset", () => {
  const transcode = { id: "q1w2e3", startedAtMs: 0, fromMs: 0, speed: 4, failed: false };
  const session = newTestSession({ transcode });
  const entry = entryOf(
    { kind: "playing", session, state: "error", offsetMs: 61_000 },
    "playing",
    "PlaySessionStateNotification",
  );
  assert.deepEqual([entry.transcodeSession, entry.viewOffset], ["q1w2e3", 0]);
});

Deno.test("a frame of live television has the tuner's path and the broadcast's rating key for frames", () => {
  const channel = { number: "5.1", callSign: "HBR", title: "Harbour One" };
  for (const frameRatingKey of ["", "0", "999", FILM.ratingKey, undefined]) {
    const live = {
      path: "/livetv/sessions/a",
      channel,
      beginsAtS: 0,
      endsAtS: 3_600,
      frameRatingKey,
    };
    const session = newTestSession({ item: { ...FILM, live } });
    const entry = entryOf(
      { kind: "playing", session, state: "playing", offsetMs: 0 },
      "playing",
      "PlaySessionStateNotification",
    );
    assert.deepEqual([entry.ratingKey, entry.key], [frameRatingKey, "/livetv/sessions/a"]);
    assert.equal("ratingKey" in entry, frameRatingKey !== undefined);
  }
});

Deno.test("a stray stop has an empty rating key and key, or no session key at all", () => {
  const list = "PlaySessionStateNotification";
  const nothing = { guid: "", ratingKey: "", url: "", key: "", viewOffset: 0, state: "stopped" };
  const stop = (rest: { sessionKey?: string; ratingKey: string }) =>
    entryOf({ kind: "stray stop", ...rest }, "playing", list);
  assert.deepEqual(stop({ ratingKey: "" }), nothing);
  assert.deepEqual(stop({ sessionKey: "112", ratingKey: "" }), { ...nothing, sessionKey: "112" });
  const { ratingKey, key } = stop({ sessionKey: "113", ratingKey: "188653" });
  assert.deepEqual([ratingKey, key], ["188653", "/library/metadata/188653"]);
});

Deno.test("frames of a transcode are those of lists, without offsets at the end", () => {
  const transcode = { id: "q1w2e3", startedAtMs: 0, fromMs: 0, speed: 4, failed: false };
  const stream = streamOutput(VERSION, "software transcode");
  const of = (event: "start" | "update" | "end", key = "7") =>
    entryOf(
      {
        kind: "transcode",
        event,
        session: newTestSession({ transcode, stream, key }),
        transcode,
        atMs: 5_000,
      },
      `transcodeSession.${event}`,
      "TranscodeSession",
    );
  for (const event of ["start", "update"] as const) {
    assert.deepEqual([of(event).key, of(event).maxOffsetAvailable], [
      "/transcode/sessions/q1w2e3",
      20,
    ]);
  }
  assert.ok(!("maxOffsetAvailable" in of("end") || "minOffsetAvailable" in of("end")));
  assert.deepEqual([of("update").context, of("update", "").context], ["streaming", "static"]);
});

Deno.test("a timeline entry tells how far an item has come, and what it belongs to", () => {
  const show = { ...FILM, type: "show", ratingKey: "1" } as const;
  const season = { ...FILM, type: "season", ratingKey: "2", parent: show } as const;
  const item = { ...FILM, type: "episode", ratingKey: "3", parent: season } as const;
  const of = (state: TimelineState) =>
    entryOf(
      { kind: "timeline", libraryId: "2", item, state, queueSize: 3, atS: 1_781_000_100 },
      "timeline",
      "TimelineEntry",
    );
  const { identifier, sectionID, itemID, parentItemID, rootItemID, type } = of(5);
  assert.deepEqual(
    [identifier, sectionID, itemID, parentItemID, rootItemID, type],
    ["com.plexapp.plugins.library", "2", "3", "2", "1", 4],
  );
  const states = ([0, 2, 3, 4, 9] as const).map((state) => of(state).metadataState);
  assert.deepEqual(states, ["created", "matching", "downloading", "processing", "deleted"]);
});

Deno.test("a timeline entry has Plex's number of the type", () => {
  const numbers = Object.entries({
    movie: 1,
    show: 2,
    season: 3,
    episode: 4,
    artist: 8,
    album: 9,
    track: 10,
    clip: 12,
    photo: 13,
    photoalbum: 14,
  });
  for (const [type, number] of numbers) {
    const item = { ...FILM, type: type as ItemType };
    const entry = entryOf(
      { kind: "timeline", libraryId: "1", item, state: 5, queueSize: 0, atS: 5 },
      "timeline",
      "TimelineEntry",
    );
    assert.equal(entry.type, number, type);
  }
});

Deno.test("the frames of the server itself are those that Plex was seen to send", () => {
  const expected: readonly (readonly [Notification, string, string, unknown])[] = [
    [{ kind: "progress", message: "Scanning TV Shows…" }, "progress", "ProgressNotification", {
      message: "Scanning TV Shows…",
    }],
    [{ kind: "status", title: "Library scan complete" }, "status", "StatusNotification", {
      title: "Library scan complete",
      description: "",
      notificationName: "LIBRARY_UPDATE",
    }],
    [{ kind: "reachability", reachable: true }, "reachability", "ReachabilityNotification", {
      reachability: true,
    }],
    [{ kind: "preference", id: "FriendlyName", value: "den" }, "preference", "Setting", {
      id: "FriendlyName",
      type: "text",
      value: "den",
    }],
    [{ kind: "account" }, "account", "AccountUpdateNotification", { friends: true }],
    [
      { kind: "background queue" },
      "backgroundProcessingQueue",
      "BackgroundProcessingQueueEventNotification",
      { queueID: 1, event: "queueRegenerated" },
    ],
    [
      { kind: "update", version: "1.44.0", state: "done" },
      "update.statechange",
      "AutoUpdateNotification",
      { key: "", version: "1.44.0", state: "done" },
    ],
    [
      { kind: "provider content", identifier: "tv.plex.providers.epg.onconnect:4" },
      "provider.content.change",
      "MediaProviderContentNotification",
      { type: 1, identifier: "tv.plex.providers.epg.onconnect:4" },
    ],
    [{ kind: "log", message: "x", atS: 5 }, "log", "LogSentNotification", {
      level: 3,
      thread: "0x7f01",
      time: 5,
      message: "x",
    }],
  ];
  for (const [notification, type, list, entry] of expected) {
    assert.deepEqual(entryOf(notification, type, list), entry, type);
  }
});

Deno.test("a frame of an activity names its library, if it has one", () => {
  const activity = {
    uuid: "0b6e",
    type: "library.update.section",
    title: "Scanning Movies",
    subtitle: "",
    percent: 40,
    userId: 20_117_301,
  };
  const of = (rest: { libraryId?: string }) =>
    entryOf(
      { kind: "activity", event: "updated", activity: { ...activity, ...rest } },
      "activity",
      "ActivityNotification",
    );
  const { event, uuid, Activity } = of({ libraryId: "1" });
  assert.deepEqual([event, uuid, Activity.progress, Activity.userID], [
    "updated",
    "0b6e",
    40,
    20_117_301,
  ]);
  assert.deepEqual(Activity.Context, { librarySectionID: "1" });
  assert.ok(!("Context" in of({}).Activity));
});

Deno.test("a socket receives what its filters name, and the log only on demand", () => {
  const types = ["playing", "activity", "progress", "log"];
  const accepted = (filters: string | undefined) => types.filter(frameFilter(filters));
  assert.deepEqual(accepted(undefined), ["playing", "activity", "progress"]);
  assert.deepEqual(accepted("-log"), ["playing", "activity", "progress"]);
  assert.deepEqual(accepted(""), types);
  assert.deepEqual(accepted("playing,nonsense"), ["playing"]);
  assert.deepEqual(accepted("log"), ["log"]);
  assert.deepEqual(accepted("-activity,progress"), ["playing", "log"]);
});

/** What guests receive on their notification sockets (docs/plex/notifications.md#access). */
import assert from "node:assert/strict";
import { concernsGuest } from "../../../src/simulator/guest_notifications.ts";
import type { Notification } from "../../../src/simulator/notification.ts";
import { FILM, newTestSession } from "../../testing/simulator_builders.ts";

const GUEST = { id: 19_646_554, name: "otis" };

/** A play or a transcode of this session. */
function notificationsOf(session: ReturnType<typeof newTestSession>): readonly Notification[] {
  const transcode = { id: "q1w2e3", startedAtMs: 0, fromMs: 0, speed: 4, failed: false };
  return [
    { kind: "playing", session, state: "playing", offsetMs: 0 },
    { kind: "transcode", event: "update", session, transcode, atMs: 0 },
  ];
}

Deno.test("a guest receives the frames of the guest's own plays and transcodes alone", () => {
  const { user: _, ...unwatched } = newTestSession();
  const sessions = [
    newTestSession({ user: GUEST }),
    newTestSession({ user: { id: 1, name: "juniper" } }),
    unwatched,
  ];
  assert.deepEqual(
    sessions.map((session) =>
      notificationsOf(session).map((notification) => concernsGuest(notification, GUEST))
    ),
    [[true, true], [false, false], [false, false]],
  );
});

Deno.test("a guest receives what happens in libraries, and nothing that only the owner may read", () => {
  const activity = {
    uuid: "1",
    type: "butler",
    title: "Housekeeping",
    subtitle: "",
    percent: 0,
    userId: 1,
  };
  const received: readonly (readonly [Notification, boolean])[] = [
    [{ kind: "timeline", libraryId: "1", item: FILM, state: 5, queueSize: 0, atS: 0 }, true],
    [{ kind: "status", title: "Library scan complete" }, true],
    [{ kind: "progress", message: "Scanning" }, true],
    [{ kind: "provider content", identifier: "tv.plex.providers.epg.cloud:2" }, true],
    [{ kind: "activity", event: "started", activity }, false],
    [{ kind: "stray stop", ratingKey: "" }, false],
    [{ kind: "preference", id: "FriendlyName", value: "cellar" }, false],
    [{ kind: "reachability", reachable: false }, false],
    [{ kind: "update", version: "1.44.0.1-a", state: "available" }, false],
    [{ kind: "log", message: "…", atS: 0 }, false],
  ];
  for (const [notification, isReceived] of received) {
    assert.equal(concernsGuest(notification, GUEST), isReceived, notification.kind);
  }
});

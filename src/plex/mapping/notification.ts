/**
 * Text to domain for notifications: the events of one frame for the core, and its hints for the
 * collectors.
 */
import { NOTIFICATION_TYPES, type NotificationType } from "../../core/api_stats.ts";
import type { ServerEvent } from "../../core/event.ts";
import type { PlaybackNotification } from "../../core/session.ts";
import { playState } from "../../core/normalize.ts";
import { parseJson } from "../bounded_json.ts";
import type { Hint } from "../hint.ts";
import { MAX_NOTIFICATION_OBJECTS } from "../schedule.ts";
import { parseNotificationFrame, type WireNotification } from "../notification_schema.ts";
import { transcodeKey } from "./decisions.ts";
import { mapActivity } from "./server.ts";
import { isStopped, mapRatingKey } from "./session.ts";

/** A notification of any type: every frame is one, so that every frame is counted. */
export interface Notification {
  /** `malformed` for a frame that cannot be read, `other` for a type that is not known. */
  readonly type: NotificationType;
  /** Events for the core, in order: states, the progress of transcoders, activities. */
  readonly events: readonly ServerEvent[];
  /** Hints for the collectors, given after the events. */
  readonly hints: readonly Hint[];
}

type Contents = Pick<Notification, "events" | "hints">;

const NOTHING: Contents = { events: [], hints: [] };

/** A frame that cannot be read: no text, no JSON, too large, or not of Plex's shape. */
export const MALFORMED: Notification = { type: "malformed", ...NOTHING };

/** Reads a text frame received at `at`. It never throws: see {@link MALFORMED}. */
export function parseNotification(text: string, at: number): Notification {
  const notification = parseNotificationFrame(parseJson(text, MAX_NOTIFICATION_OBJECTS));
  if (!notification?.type) return MALFORMED;
  const type = NOTIFICATION_TYPES.find((known) => known === notification.type);
  // `malformed` is a type of the exporter's; as Plex's it is unknown.
  if (type === undefined || type === "malformed") return { type: "other", ...NOTHING };
  return { type, ...PARSERS[type]?.(notification, at) ?? NOTHING };
}

type Parser = (notification: WireNotification, at: number) => Contents;

const hint = (type: "server_changed" | "update_changed"): Parser => () => ({
  events: [],
  hints: [{ type }],
});

/** What is read from each type; the others are only counted. */
const PARSERS: Readonly<Partial<Record<NotificationType, Parser>>> = {
  "playing": parsePlaybacks,
  "transcodeSession.start": (notification, at) => ({
    events: transcodeEvents(notification, at),
    hints: transcodeHints(notification, "start"),
  }),
  "transcodeSession.update": (notification, at) => ({
    events: transcodeEvents(notification, at),
    hints: [],
  }),
  "transcodeSession.end": (notification) => ({
    events: [],
    hints: transcodeHints(notification, "end"),
  }),
  "timeline": parseTimeline,
  "activity": parseActivities,
  "status": parseStatus,
  "reachability": hint("server_changed"),
  "preference": hint("server_changed"),
  "account": hint("server_changed"),
  "update.statechange": hint("update_changed"),
};

type PlaybackHint = Extract<Hint, { readonly type: "playback" }>;

/**
 * States by session key. Entries without one are ignored: PlexKodiConnect sends them after a stop
 * (docs/plex/notifications.md#quirk-2-unknown-stops).
 */
function parsePlaybacks(notification: WireNotification, at: number): Contents {
  const hints = notification.PlaySessionStateNotification.flatMap((entry): PlaybackHint[] => {
    const { sessionKey, transcodeSession } = entry;
    const state = isStopped(entry.state) ? "stopped" : playState((entry.state ?? "").toLowerCase());
    if (!sessionKey || state === undefined) return [];
    const playback: PlaybackNotification = {
      at,
      sessionKey,
      ratingKey: mapRatingKey(entry.ratingKey),
      playerId: entry.clientIdentifier ?? "",
      state,
      // Players that do not know their position yet send 0
      // (docs/plex/notifications.md#quirk-7-unreliable-offsets).
      positionMs: entry.viewOffset || undefined,
    };
    return [{ type: "playback", playback, transcodeKey: transcodeKey(transcodeSession) }];
  });
  const events = hints.map(({ playback }): ServerEvent => ({
    type: "playback_notified",
    ...playback,
  }));
  return { events, hints };
}

function transcodeEvents(notification: WireNotification, at: number): readonly ServerEvent[] {
  return notification.TranscodeSession.flatMap(
    ({ key: path, speed, throttled = false }): ServerEvent[] => {
      const key = transcodeKey(path);
      return key === "" ? [] : [{ type: "transcode_notified", at, key, speed, throttled }];
    },
  );
}

/**
 * The context of a transcode that belongs to no session (docs/plex/api.md#background-transcodes).
 */
const BACKGROUND = "static";

function transcodeHints(
  notification: WireNotification,
  phase: "start" | "end",
): readonly Hint[] {
  return notification.TranscodeSession.flatMap(({ context, key: path }): Hint[] => {
    const key = transcodeKey(path);
    if (key === "") return [];
    const transcode: Hint = { type: "transcode", phase, key };
    return context === BACKGROUND ? [transcode, { type: "job_changed" }] : [transcode];
  });
}

/**
 * Timeline states that end the work on an item: done, and deleted
 * (docs/plex/notifications.md#timeline-states).
 */
const PROCESSED = 5;
const DELETED = 9;

function parseTimeline(notification: WireNotification): Contents {
  const isLibraryChanged = notification.TimelineEntry.some(({ identifier, sectionID, state }) =>
    identifier === "com.plexapp.plugins.library" &&
    (state === PROCESSED || state === DELETED) &&
    // -1 is what belongs to no library, such as a playlist.
    (sectionID === undefined || /^\d+$/.test(sectionID))
  );
  return isLibraryChanged ? { events: [], hints: [{ type: "library_changed" }] } : NOTHING;
}

function parseActivities(notification: WireNotification, at: number): Contents {
  const events: ServerEvent[] = [];
  const hints: Hint[] = [];
  for (const { event, uuid, Activity } of notification.ActivityNotification) {
    const id = uuid || Activity?.uuid;
    if (!id) continue;
    const activity = mapActivity(Activity);
    const ended = event === "ended";
    events.push({ type: "activity_notified", at, id, activity, ended });
    if (activity.type !== "library_scan") continue;
    if (event === "started") hints.push({ type: "scan_started" });
    else if (ended) hints.push({ type: "scan_finished" });
  }
  return { events, hints };
}

/** The name is the same in every language; title and description are in the server's. */
function parseStatus(notification: WireNotification): Contents {
  const isScanFinished = notification.StatusNotification
    .some(({ notificationName }) => notificationName === "LIBRARY_UPDATE");
  return isScanFinished ? { events: [], hints: [{ type: "scan_finished" }] } : NOTHING;
}

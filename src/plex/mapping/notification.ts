/**
 * Text to domain for notifications: what one frame of the socket says, and what of it the core is
 * told. It keeps no socket and asks nothing back; what the news is worth is the monitor's concern.
 */
import type { ServerEvent } from "../../core/event.ts";
import { parseJson } from "../bounded_json.ts";
import { NOTIFICATION_TYPES, type NotificationType } from "../../core/api_stats.ts";
import type { ActivityType, PlayState } from "../../core/enums.ts";
import { activityType, playState } from "../../core/normalize.ts";
import { parseNotificationFrame, type WireNotification } from "../schema.ts";
import { transcodeKey } from "./decisions.ts";
import { mapRatingKey } from "./session.ts";

/** One thing that a notification says. */
export type NotificationItem =
  | {
    readonly type: "playback";
    readonly sessionKey: string;
    /** Empty where the notification has none. */
    readonly ratingKey: string;
    /** The client identifier; empty where the notification has none. */
    readonly playerId: string;
    readonly state: PlayState | "stopped";
    /** Where in the item the player is; `undefined` where it does not say. */
    readonly positionMs?: number | undefined;
    /** The transcoder's key; empty: there is none any more; `undefined`: nothing is said of it. */
    readonly transcodeKey?: string | undefined;
  }
  | {
    readonly type: "transcode";
    readonly phase: "start" | "update" | "end";
    readonly key: string;
    readonly speed?: number | undefined;
    readonly throttled: boolean;
  }
  | {
    readonly type: "activity";
    readonly id: string;
    readonly activity: ActivityType;
    readonly ended: boolean;
    readonly libraryId?: string | undefined;
  }
  /** An item came, went, or was read anew; `undefined`: in a library that is not named. */
  | { readonly type: "library_changed"; readonly libraryId?: string | undefined }
  /** A scan is under way: its library says so in the list. */
  | { readonly type: "scan_started"; readonly libraryId?: string | undefined }
  /** A scan is over, and with it the time to measure and count. */
  | { readonly type: "scan_finished"; readonly libraryId?: string | undefined }
  /** A setting or the account: what the server says of itself may have changed. */
  | { readonly type: "server_changed" }
  /** An update came, is being installed or is there no more. */
  | { readonly type: "update_changed" }
  /** Remote access was won or lost. */
  | { readonly type: "reachability"; readonly reachable: boolean };

/** A notification, whatever it was: every frame that comes in is one, to be counted. */
export interface Notification {
  /** `malformed` for what is none of Plex's, `other` for a type that is not known. */
  readonly type: NotificationType;
  readonly news: readonly NotificationItem[];
}

/** What cannot be read: no text, no JSON, too large, or not of Plex's shape. */
export const MALFORMED: Notification = { type: "malformed", news: [] };

/** Plex's frames hold one entry or a few, and those of a scan some dozens. */
const MAX_OBJECTS = 10_000;

/** Reads a text frame. It never throws: a frame that cannot be read is {@link MALFORMED}. */
export function parseNotification(text: string): Notification {
  const notification = parseNotificationFrame(parseJson(text, MAX_OBJECTS));
  if (!notification?.type) return MALFORMED;
  const type = NOTIFICATION_TYPES.find((known) => known === notification.type);
  // `malformed` and `other` are words of ours; as Plex's they are as foreign as any.
  if (type === undefined || type === "malformed") return { type: "other", news: [] };
  return { type, news: PARSERS[type]?.(notification) ?? [] };
}

type Parser = (notification: WireNotification) => readonly NotificationItem[];

const serverChanged: Parser = () => [{ type: "server_changed" }];

/** What is read from each type; the others are only counted. */
const PARSERS: Readonly<Partial<Record<NotificationType, Parser>>> = {
  "playing": mapPlaybacks,
  "transcodeSession.start": (notification) => mapTranscodes(notification, "start"),
  "transcodeSession.update": (notification) => mapTranscodes(notification, "update"),
  "transcodeSession.end": (notification) => mapTranscodes(notification, "end"),
  "timeline": mapTimeline,
  "activity": mapActivityNotification,
  "status": mapStatus,
  "reachability": mapReachability,
  "preference": serverChanged,
  "account": serverChanged,
  "update.statechange": () => [{ type: "update_changed" }],
};

/**
 * States by session key. What has no session key is of no use: PlexKodiConnect sends such frames
 * after a stop (Plex notification notes §5.2).
 */
function mapPlaybacks(notification: WireNotification): readonly NotificationItem[] {
  return notification.PlaySessionStateNotification.flatMap((frame): NotificationItem[] => {
    const word = (frame.state ?? "").toLowerCase();
    const state = word === "stopped" || word === "error" ? "stopped" : playState(word);
    if (!frame.sessionKey || state === undefined) return [];
    const { transcodeSession: key } = frame;
    return [{
      type: "playback",
      sessionKey: frame.sessionKey,
      ratingKey: mapRatingKey(frame.ratingKey),
      playerId: frame.clientIdentifier ?? "",
      state,
      // 0 is what players send that do not know it yet (Plex notification notes §5.7).
      positionMs: frame.viewOffset || undefined,
      transcodeKey: key === undefined ? undefined : transcodeKey(key),
    }];
  });
}

function mapTranscodes(
  notification: WireNotification,
  phase: "start" | "update" | "end",
): readonly NotificationItem[] {
  return notification.TranscodeSession.flatMap(
    ({ key, speed, throttled = false }): NotificationItem[] => {
      const id = transcodeKey(key);
      return id === "" ? [] : [{ type: "transcode", phase, key: id, speed, throttled }];
    },
  );
}

/** Timeline states that end the work on an item: done, and deleted (notification notes §2). */
const PROCESSED = 5;
const DELETED = 9;

/** Once for each library, however many of its items a frame names. */
function mapTimeline(notification: WireNotification): readonly NotificationItem[] {
  const ids = new Set<string | undefined>();
  for (const { identifier, sectionID, state } of notification.TimelineEntry) {
    if (identifier !== "com.plexapp.plugins.library") continue;
    if (state !== PROCESSED && state !== DELETED) continue;
    // -1 is what belongs to no library, such as a playlist.
    if (sectionID === undefined || /^\d+$/.test(sectionID)) ids.add(sectionID);
  }
  return [...ids].map((libraryId) => ({ type: "library_changed", libraryId }));
}

function mapActivityNotification(notification: WireNotification): readonly NotificationItem[] {
  return notification.ActivityNotification.flatMap(
    ({ event, uuid, Activity }): NotificationItem[] => {
      const id = uuid || Activity?.uuid;
      if (!id) return [];
      const activity = activityType(Activity?.type ?? "");
      const ended = event === "ended";
      const libraryId = Activity?.Context?.librarySectionID;
      const news: NotificationItem = { type: "activity", id, activity, ended, libraryId };
      if (activity !== "library_scan") return [news];
      if (event === "started") return [news, { type: "scan_started", libraryId }];
      return ended ? [news, { type: "scan_finished", libraryId }] : [news];
    },
  );
}

/** The name is the same in every language; title and description are the server's own. */
function mapStatus(notification: WireNotification): readonly NotificationItem[] {
  const finished = notification.StatusNotification
    .some(({ notificationName }) => notificationName === "LIBRARY_UPDATE");
  return finished ? [{ type: "scan_finished" }] : [];
}

function mapReachability(notification: WireNotification): readonly NotificationItem[] {
  const { reachability: reachable } = notification.ReachabilityNotification.at(-1) ?? {};
  return reachable === undefined ? [] : [{ type: "reachability", reachable }];
}

/**
 * What the core is told of it: states, and the pace of transcoders at work. The rest are hints to
 * read a list again, for lists are the truth.
 */
export function toEvent(news: NotificationItem, at: number): ServerEvent | undefined {
  switch (news.type) {
    case "playback": {
      const { sessionKey, ratingKey, playerId, state, positionMs } = news;
      return { type: "playback_notified", at, sessionKey, ratingKey, playerId, state, positionMs };
    }
    case "transcode": {
      const { key, speed, throttled } = news;
      if (news.phase === "end") return undefined;
      return { type: "transcode_notified", at, key, speed, throttled };
    }
    case "activity": {
      const { id, activity, ended } = news;
      return { type: "activity_notified", at, id, activity, ended };
    }
    default:
      return undefined;
  }
}

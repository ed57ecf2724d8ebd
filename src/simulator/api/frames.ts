/** Writes notifications as frames of the notification socket. */
import type { Activity, Notification } from "../notification.ts";
import { LIBRARY_IDENTIFIER } from "./item_attributes.ts";
import { type Element, toJson } from "./plex_document.ts";
import { TYPE_NUMBERS } from "./selection.ts";
import { transcodeElement } from "./transcode.ts";

/** A frame, not yet serialised. */
export interface Frame {
  /** The name by which `?filters=` selects it. */
  readonly type: string;
  /** The key of the list inside the container. */
  readonly list: string;
  readonly entries: readonly unknown[];
}

/** The state of an item in words, by its number. */
const TIMELINE_STATES: Readonly<Record<number, Element>> = {
  0: { metadataState: "created" },
  2: { metadataState: "matching" },
  3: { metadataState: "downloading" },
  4: { metadataState: "processing", mediaState: "analyzing" },
  9: { metadataState: "deleted", mediaState: "deleted" },
};

function frame(type: string, list: string, entry: Element): Frame {
  return { type, list, entries: [entry] };
}

/** An activity as frames and `/activities` show it. */
export function activityElement(activity: Activity): Element {
  return {
    uuid: activity.uuid,
    type: activity.type,
    cancellable: false,
    userID: activity.userId,
    title: activity.title,
    subtitle: activity.subtitle,
    progress: activity.percent,
    Context: activity.libraryId === undefined
      ? undefined
      : { librarySectionID: activity.libraryId },
  };
}

function playing(notification: Extract<Notification, { kind: "playing" }>): Frame {
  const { session, state, offsetMs } = notification;
  const { live, ratingKey } = session.item;
  return frame("playing", "PlaySessionStateNotification", {
    sessionKey: session.key,
    clientIdentifier: session.player?.machineIdentifier ?? "",
    guid: "",
    // docs/plex/notifications.md#session-key: for live television it may differ from the list's or
    // be absent.
    ratingKey: live === undefined ? ratingKey ?? "" : live.frameRatingKey,
    url: "",
    key: live?.path ?? `/library/metadata/${ratingKey ?? ""}`,
    // docs/plex/notifications.md#states: recorded with offset 0 and no reason.
    viewOffset: state === "error" ? 0 : offsetMs,
    playQueueItemID: session.playQueueItemId,
    playQueueID: session.playQueueId,
    state,
    transcodeSession: session.transcode?.id,
  });
}

/** The frame for a notification. */
export function frameOf(notification: Notification): Frame {
  switch (notification.kind) {
    case "playing":
      return playing(notification);
    case "stray stop":
      return frame("playing", "PlaySessionStateNotification", {
        sessionKey: notification.sessionKey,
        guid: "",
        ratingKey: notification.ratingKey,
        url: "",
        key: notification.ratingKey === "" ? "" : `/library/metadata/${notification.ratingKey}`,
        viewOffset: 0,
        state: "stopped",
      });
    case "transcode":
      return frame(
        `transcodeSession.${notification.event}`,
        "TranscodeSession",
        transcodeElement(notification.session, notification.transcode, notification.atMs, {
          // docs/plex/notifications.md#transcode-frames: the end frame has no offsets.
          offsets: notification.event !== "end",
          context: notification.session.key === "" ? "static" : "streaming",
        }),
      );
    case "timeline":
      return frame("timeline", "TimelineEntry", {
        identifier: LIBRARY_IDENTIFIER,
        sectionID: notification.libraryId,
        itemID: notification.item.ratingKey,
        parentItemID: notification.item.parent?.ratingKey,
        rootItemID: notification.item.parent?.parent?.ratingKey,
        type: TYPE_NUMBERS[notification.item.type],
        title: notification.item.title,
        state: notification.state,
        ...TIMELINE_STATES[notification.state],
        queueSize: notification.queueSize,
        updatedAt: notification.atS,
      });
    case "activity":
      return frame("activity", "ActivityNotification", {
        event: notification.event,
        uuid: notification.activity.uuid,
        Activity: activityElement(notification.activity),
      });
    case "progress":
      return frame("progress", "ProgressNotification", { message: notification.message });
    case "status":
      return frame("status", "StatusNotification", {
        title: notification.title,
        description: "",
        notificationName: "LIBRARY_UPDATE",
      });
    case "reachability":
      return frame("reachability", "ReachabilityNotification", {
        reachability: notification.reachable,
      });
    case "preference":
      return frame("preference", "Setting", {
        id: notification.id,
        type: "text",
        value: notification.value,
      });
    case "account":
      return frame("account", "AccountUpdateNotification", { friends: true });
    case "background queue":
      return frame("backgroundProcessingQueue", "BackgroundProcessingQueueEventNotification", {
        queueID: 1,
        event: "queueRegenerated",
      });
    case "update":
      return frame("update.statechange", "AutoUpdateNotification", {
        key: "",
        version: notification.version,
        state: notification.state,
      });
    case "provider content":
      return frame("provider.content.change", "MediaProviderContentNotification", {
        type: 1,
        identifier: notification.identifier,
      });
    case "log":
      return frame("log", "LogSentNotification", {
        level: 3,
        thread: "0x7f01",
        time: notification.atS,
        message: notification.message,
      });
  }
}

/** A frame as text. */
export function frameText({ type, list, entries }: Frame): string {
  return toJson({ NotificationContainer: { type, size: entries.length, [list]: entries } });
}

/**
 * Which frames a socket with this `?filters=` accepts (docs/plex/notifications.md#filters): without
 * the parameter all but the log, with an empty one all, otherwise those named, or all but those
 * named after a minus. Unknown names are ignored.
 */
export function frameFilter(filters: string | undefined): (type: string) => boolean {
  if (filters === undefined) return (type) => type !== "log";
  if (filters === "") return () => true;
  const excludes = filters.startsWith("-");
  const names = new Set(filters.replace(/^-/, "").split(","));
  return (type) => names.has(type) !== excludes;
}

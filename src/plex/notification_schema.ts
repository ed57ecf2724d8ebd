/** The wire format of Plex's notifications, as far as they are used. Every field may be missing. */
import * as z from "zod";
import { toText } from "./coerce.ts";
import { activity, transcode } from "./schema.ts";
import { amount, list, number, one, text } from "./schema_fields.ts";

const notification = z.object({
  type: text,
  PlaySessionStateNotification: list(z.object({
    sessionKey: text,
    ratingKey: text,
    clientIdentifier: text,
    state: text,
    viewOffset: amount,
    /** Empty: cleared. Absent: not mentioned (docs/plex/notifications.md#transcode-key). */
    transcodeSession: z.unknown().transform((value) => value === null ? "" : toText(value))
      .optional(),
  })),
  TranscodeSession: list(transcode),
  TimelineEntry: list(z.object({ identifier: text, sectionID: text, state: number })),
  ActivityNotification: list(z.object({ event: text, uuid: text, Activity: one(activity) })),
  StatusNotification: list(z.object({ notificationName: text })),
});
export type WireNotification = z.infer<typeof notification>;
const notificationFrame = z.object({ NotificationContainer: notification });

/** Parses a notification; returns `undefined` for any other value. */
export function parseNotificationFrame(frame: unknown): WireNotification | undefined {
  return notificationFrame.safeParse(frame).data?.NotificationContainer;
}

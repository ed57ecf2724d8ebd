/** The notifications that a guest, a user who is not the owner, receives. */
import type { Notification } from "./notification.ts";
import type { User } from "./users.ts";

/**
 * Whether a guest receives a notification: of plays only the guest's own, and nothing that only the
 * owner may read (docs/plex/notifications.md#access).
 */
export function concernsGuest(notification: Notification, guest: User): boolean {
  switch (notification.kind) {
    case "playing":
    case "transcode":
      return notification.session.user?.id === guest.id;
    case "timeline":
    case "status":
    case "progress":
    case "provider content":
      return true;
    default:
      return false;
  }
}

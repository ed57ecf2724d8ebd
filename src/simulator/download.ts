/** A download of an item to a user's device (docs/plex/api.md#downloads). */
import type { Activities } from "./activities.ts";
import type { BackgroundJobs } from "./background_jobs.ts";
import type { Item } from "./item.ts";
import type { User } from "./users.ts";

/** What a download needs of its server. */
export interface DownloadContext {
  readonly activities: Activities;
  readonly backgroundJobs: BackgroundJobs;
}

/** A user downloads an item: an activity of that user, and a background transcode beside it. */
export function download(
  { activities, backgroundJobs }: DownloadContext,
  { item, user, takesMs = 60_000 }: {
    readonly item: Item;
    readonly user: User;
    readonly takesMs?: number;
  },
): void {
  activities.run({
    type: "media.download",
    title: `Media download by ${user.name}`,
    subtitle: item.title,
    user,
    takesMs,
  });
  backgroundJobs.convert(item, takesMs);
}

/**
 * A scan of a library, from "Scanning …" to "Library scan complete". What is found is given to it.
 */
import type { Timers } from "./timers.ts";
import type { Item } from "./item.ts";
import type { Library } from "./library.ts";
import type { Activity, Notification, TimelineState } from "./notification.ts";

/** What a scan finds. */
export interface ScanResult {
  readonly added?: readonly Item[];
  /** Rating keys of items that are gone. */
  readonly removed?: readonly string[];
  /** 3 s unless said otherwise. */
  readonly takesMs?: number;
}

/** What the server lends to its background jobs. */
export interface ScanContext {
  readonly timers: Timers;
  readonly activities: Map<string, Activity>;
  plexNowS(): number;
  announce(notification: Notification): void;
}

/** Runs a job that `/activities` shows; `finish` is called when it ends. */
export function runActivity(
  context: ScanContext,
  activity: Activity,
  takesMs: number,
  finish: () => void = () => {},
): void {
  const show = (event: "started" | "updated" | "ended", percent: number) => {
    const current = { ...activity, percent };
    if (event === "ended") context.activities.delete(activity.uuid);
    else context.activities.set(activity.uuid, current);
    context.announce({ kind: "activity", event, activity: current });
  };
  // A restart forgets all jobs, and those do not go on.
  const unlessForgotten = (work: () => void) => () => {
    if (context.activities.has(activity.uuid)) work();
  };
  show("started", 0);
  for (const percent of [25, 50, 75]) {
    context.timers.after(
      (takesMs * percent) / 100,
      unlessForgotten(() => show("updated", percent)),
    );
  }
  context.timers.after(
    takesMs,
    unlessForgotten(() => {
      finish();
      show("ended", 100);
    }),
  );
}

/** Scans a library; the result count from the end of the scan on. */
export function scan(
  context: ScanContext,
  library: Library,
  uuid: string,
  result: ScanResult,
): void {
  const { added = [], removed = [], takesMs = 3000 } = result;
  library.refreshing = true;
  context.announce({ kind: "progress", message: `Scanning ${library.title}…` });
  const notify = (item: Item, state: TimelineState) =>
    context.announce({
      kind: "timeline",
      libraryId: library.id,
      item,
      state,
      queueSize: added.length,
      atS: context.plexNowS(),
    });
  const gone = new Set(removed);
  const activity: Activity = {
    uuid,
    type: "library.update.section",
    title: `Scanning ${library.title}`,
    subtitle: added.at(0)?.title ?? "",
    percent: 0,
    libraryId: library.id,
  };
  const steps: readonly TimelineState[] = [0, 2, 3, 4];
  steps.forEach((state, index) => {
    context.timers.after(
      (takesMs * (index + 1)) / 6,
      () => added.forEach((item) => notify(item, state)),
    );
  });
  runActivity(context, activity, takesMs, () => {
    for (const item of library.items) {
      if (item.ratingKey !== undefined && gone.has(item.ratingKey)) notify(item, 9);
    }
    library.items = [
      ...library.items.filter((item) => item.ratingKey === undefined || !gone.has(item.ratingKey)),
      ...added.map((item) => ({ ...item, addedAtS: context.plexNowS() })),
    ];
    library.refreshing = false;
    library.scannedAtS = context.plexNowS();
    if (added.length > 0 || removed.length > 0) {
      library.updatedAtS = context.plexNowS();
      library.contentChangedAt += 1 + added.length + removed.length;
    }
    added.forEach((item) => notify(item, 5));
    context.announce({ kind: "status", title: "Library scan complete" });
  });
}

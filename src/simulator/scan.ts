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
  readonly agenda: Timers;
  readonly activities: Map<string, Activity>;
  plexNowS(): number;
  announce(notice: Notification): void;
}

/** Runs a job that `/activities` shows; `finish` is called when it ends. */
export function runActivity(
  desk: ScanContext,
  activity: Activity,
  takesMs: number,
  finish: () => void = () => {},
): void {
  const show = (event: "started" | "updated" | "ended", percent: number) => {
    const current = { ...activity, percent };
    if (event === "ended") desk.activities.delete(activity.uuid);
    else desk.activities.set(activity.uuid, current);
    desk.announce({ kind: "activity", event, activity: current });
  };
  // A restart forgets all jobs, and those do not go on.
  const unlessForgotten = (work: () => void) => () => {
    if (desk.activities.has(activity.uuid)) work();
  };
  show("started", 0);
  for (const percent of [25, 50, 75]) {
    desk.agenda.after((takesMs * percent) / 100, unlessForgotten(() => show("updated", percent)));
  }
  desk.agenda.after(
    takesMs,
    unlessForgotten(() => {
      finish();
      show("ended", 100);
    }),
  );
}

/** Scans a library; the findings count from the end of the scan on. */
export function scan(
  desk: ScanContext,
  library: Library,
  uuid: string,
  findings: ScanResult,
): void {
  const { added = [], removed = [], takesMs = 3000 } = findings;
  library.refreshing = true;
  desk.announce({ kind: "progress", message: `Scanning ${library.title}…` });
  const tell = (item: Item, state: TimelineState) =>
    desk.announce({
      kind: "timeline",
      libraryId: library.id,
      item,
      state,
      queueSize: added.length,
      atS: desk.plexNowS(),
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
    desk.agenda.after(
      (takesMs * (index + 1)) / 6,
      () => added.forEach((item) => tell(item, state)),
    );
  });
  runActivity(desk, activity, takesMs, () => {
    for (const item of library.items) {
      if (item.ratingKey !== undefined && gone.has(item.ratingKey)) tell(item, 9);
    }
    library.items = [
      ...library.items.filter((item) => item.ratingKey === undefined || !gone.has(item.ratingKey)),
      ...added.map((item) => ({ ...item, addedAtS: desk.plexNowS() })),
    ];
    library.refreshing = false;
    library.scannedAtS = desk.plexNowS();
    if (added.length > 0 || removed.length > 0) {
      library.updatedAtS = desk.plexNowS();
      library.contentChangedAt += 1 + added.length + removed.length;
    }
    added.forEach((item) => tell(item, 5));
    desk.announce({ kind: "status", title: "Library scan complete" });
  });
}

/** A scan of a library, from "Scanning …" to "Library scan complete". */
import type { Activities } from "./activities.ts";
import type { Item } from "./item.ts";
import type { Library } from "./library.ts";
import type { TimelineState } from "./notification.ts";

/** What a scan finds. */
export interface ScanResult {
  readonly added?: readonly Item[];
  /** Rating keys of items that are gone. */
  readonly removed?: readonly string[];
  /** 3 s by default. */
  readonly takesMs?: number;
}

/** The states that announce an item: created, matching, downloading, processing. */
const STEPS: readonly TimelineState[] = [0, 2, 3, 4];

/** Scans a library, which changes at the end of the scan. */
export function scan(activities: Activities, library: Library, result: ScanResult): void {
  const { added = [], removed = [], takesMs = 3000 } = result;
  const { timers, announce, plexNowS } = activities.context;
  const announceItem = (item: Item, state: TimelineState) =>
    announce({
      kind: "timeline",
      libraryId: library.id,
      item,
      state,
      queueSize: added.length,
      atS: plexNowS(),
    });
  library.refreshing = true;
  announce({ kind: "progress", message: `Scanning ${library.title}…` });
  STEPS.forEach((state, index) => {
    timers.after(
      (takesMs * (index + 1)) / 6,
      () => added.forEach((item) => announceItem(item, state)),
    );
  });
  const job = {
    type: "library.update.section",
    title: `Scanning ${library.title}`,
    subtitle: added.at(0)?.title ?? "",
    libraryId: library.id,
    takesMs,
  };
  activities.run(job, () => {
    const gone = library.items.filter(({ ratingKey = "" }) => removed.includes(ratingKey));
    for (const item of gone) announceItem(item, 9);
    library.items = [
      ...library.items.filter((item) => !gone.includes(item)),
      ...added.map((item) => ({ ...item, addedAtS: plexNowS() })),
    ];
    library.refreshing = false;
    library.scannedAtS = plexNowS();
    if (added.length > 0 || removed.length > 0) {
      library.updatedAtS = plexNowS();
      library.contentChangedAt += 1 + added.length + removed.length;
    }
    added.forEach((item) => announceItem(item, 5));
    announce({ kind: "status", title: "Library scan complete" });
  });
}

/** Libraries, items and walks for tests, with defaults for all fields. */
import type { LibraryWalk } from "../../src/core/library_walk.ts";
import type { LibraryListing } from "../../src/core/libraries.ts";
import type { WalkedItem } from "../../src/core/walked_item.ts";
import { WalkTally } from "../../src/core/walk_tally.ts";
import { START } from "./core_builders.ts";

/** A film library that is not being scanned. */
export function listing(changed: Partial<LibraryListing> = {}): LibraryListing {
  return {
    id: "1",
    title: "Films",
    type: "movie",
    otherVideos: false,
    scanning: false,
    contentRevision: 1,
    ...changed,
  };
}

/** A film with one file of 1 GB. */
export function walkedItem(ratingKey: string, changed: Partial<WalkedItem> = {}): WalkedItem {
  return {
    ratingKey,
    top: { ratingKey, title: `Film ${ratingKey}` },
    addedS: START / 1000 - 3_600,
    versions: [{
      resolution: "1080",
      codec: "h264",
      files: [{ id: `/films/${ratingKey}.mkv`, bytes: 1e9 }],
    }],
    ...changed,
  };
}

/** The tally of a walk that began at `START` and found these items. */
export function walkTally(items: readonly WalkedItem[]): WalkTally {
  const tally = new WalkTally({ nowS: START / 1000, isFlat: true, lastViewS: () => undefined });
  for (const item of items) tally.add(item);
  return tally;
}

/** A walk that found one film, an hour ago. */
export function walk(changed: Partial<LibraryWalk> = {}): LibraryWalk {
  return {
    ...walkTally([walkedItem("1")]).totals(),
    type: "movie",
    startedAt: START - 3_660_000,
    endedAt: START - 3_600_000,
    contentRevision: 1,
    ...changed,
  };
}

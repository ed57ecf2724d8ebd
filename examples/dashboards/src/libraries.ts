/** The dashboard of the libraries: their contents, growth and scans. */
import { buildDashboard } from "./dashboard.ts";
import { DOWN, NO_JOBS, UNREAD, UNWALKED } from "./names.ts";
import {
  barGaugePanel,
  stateTimelinePanel,
  statPanel,
  textPanel,
  timeSeriesPanel,
} from "./panel.ts";
import { byLibrary, keyed, largestFirst, LEAF_ITEMS, orZero, selected, sumBy } from "./query.ts";
import { contents, itemsAdded, storageAdded } from "./shared.ts";
import { table } from "./table.ts";

const STORAGE = "plex_library_storage_bytes";
const ITEMS = "plex_library_media_items";
const FILES = "plex_library_files";
const NEWEST = "plex_library_newest_item_timestamp_seconds";

const count = statPanel({
  title: "Libraries",
  description: "Libraries of the chosen servers.",
  queries: [orZero(`count(${selected("plex_library_scanning")})`)],
});

const bytes = statPanel({
  title: "Storage",
  description: "Size of the files of all libraries, as reported by Plex.",
  queries: [sumBy(STORAGE, "")],
  unit: "bytes",
  decimals: 1,
  noValue: UNREAD,
});

const length = statPanel({
  title: "Playing time",
  description: "How long it would take to play everything once.",
  queries: [sumBy("plex_library_duration_seconds", "")],
  unit: "s",
  decimals: 1,
  noValue: UNREAD,
});

const scanning = statPanel({
  title: "Being scanned",
  description: "Libraries that Plex is scanning now.",
  queries: [sumBy("plex_library_scanning", "")],
  noValue: UNREAD,
});

const all = table({
  title: "Every library",
  description: "One row per library of each server. Items are films, episodes, tracks or photos; " +
    "shows and seasons, or artists and albums, are counted separately. Files and the newest item " +
    "are those that the last walk found.",
  noValue: UNREAD,
  by: "key",
  sortBy: "Storage",
  queries: [
    keyed(selected("plex_library_scanning"), "library_id"),
    byLibrary(ITEMS, LEAF_ITEMS),
    byLibrary(ITEMS, 'content_type=~"shows|artists"'),
    byLibrary(ITEMS, 'content_type=~"seasons|albums"'),
    byLibrary(STORAGE),
    byLibrary("plex_library_duration_seconds"),
    `${byLibrary(STORAGE)} / (${byLibrary(ITEMS, LEAF_ITEMS)} > 0)`,
    `${byLibrary("plex_library_last_scan_timestamp_seconds")} * 1000`,
    byLibrary(FILES),
    `${byLibrary(NEWEST)} * 1000`,
  ],
  columns: [
    { field: "library", title: "Library" },
    { field: "library_type", title: "Type", width: 80 },
    { field: "Value #B", title: "Items", unit: "locale", width: 90 },
    { field: "Value #C", title: "Shows, artists", unit: "locale", width: 130 },
    { field: "Value #D", title: "Seasons, albums", unit: "locale", width: 140 },
    { field: "Value #I", title: "Files", unit: "locale", width: 90 },
    { field: "Value #E", title: "Storage", unit: "bytes", decimals: 1, width: 110 },
    { field: "Value #F", title: "Playing time", unit: "s", decimals: 1, width: 120 },
    { field: "Value #G", title: "Size per item", unit: "bytes", decimals: 1, width: 125 },
    { field: "Value #J", title: "Newest item", unit: "dateTimeFromNow", width: 130 },
    { field: "Value #H", title: "Last scan", unit: "dateTimeAsIso", width: 180 },
    {
      field: "Value #A",
      title: "Scanning",
      width: 95,
      valueMappings: { "0": ["no", "text"], "1": ["yes", "blue"] },
    },
    { field: "server", title: "Server" },
  ],
});

const storageOverTime = timeSeriesPanel({
  title: "Storage",
  description: "Size of each library's files. A sudden fall: a disk that is not mounted.",
  queries: [{ expr: sumBy(STORAGE, "library"), legend: "{{library}}" }],
  unit: "bytes",
  noValue: UNREAD,
});

const itemsOverTime = timeSeriesPanel({
  title: "Items",
  description: "Films, episodes, tracks and photos of each library.",
  queries: [{ expr: sumBy(ITEMS, "library", LEAF_ITEMS), legend: "{{library}}" }],
  noValue: UNREAD,
});

const resolutions = barGaugePanel({
  title: "Resolutions",
  description: "Video files by resolution, each counted once, as the last walks found them.",
  queries: [{
    expr: largestFirst(sumBy(FILES, "resolution", 'library_type=~"movie|show"')),
    legend: "{{resolution}}",
  }],
  unit: "locale",
  noValue: UNWALKED,
});

const newItems = barGaugePanel({
  title: "New in a month",
  description:
    "Items added in the 30 days before the last walk of their library, including those " +
    "from before the exporter ran.",
  queries: [{
    expr: largestFirst(sumBy("plex_library_added_items", "library", 'period="month"')),
    legend: "{{library}}",
  }],
  unit: "locale",
  noValue: UNWALKED,
});

const itemSize = timeSeriesPanel({
  title: "Mean size of an item",
  description:
    "Mean size of the files of an item, by library. It falls where files are replaced by " +
    "smaller ones or versions are removed, which leaves the number of items as it is.",
  queries: [{
    expr: `${sumBy("plex_library_file_bytes", "library")} / ` +
      `(${sumBy("plex_library_walk_items", "library")} > 0)`,
    legend: "{{library}}",
  }],
  unit: "bytes",
  noValue: UNWALKED,
});

const scans = stateTimelinePanel({
  title: "Scans",
  description: "When each library was being scanned.",
  queries: [{
    expr: `max by (library) (${selected("plex_library_scanning")})`,
    legend: "{{library}}",
  }],
  valueMappings: { "0": ["Idle", "transparent"], "1": ["Scanning", "blue"] },
  noValue: UNREAD,
});

const activities = timeSeriesPanel({
  title: "Activities",
  description: "Background activities over time by type.",
  queries: [{ expr: sumBy("plex_activities", "type"), legend: "{{type}}" }],
  decimals: 0,
  noValue: DOWN,
  stacked: true,
});

const jobs = timeSeriesPanel({
  title: "Background jobs",
  description: "Conversions in the background over time: downloads and optimisations.",
  queries: [{ expr: sumBy("plex_background_jobs", "type"), legend: "{{type}}" }],
  decimals: 0,
  noValue: NO_JOBS,
  stacked: true,
});

const disk = textPanel(
  "Free disk space",
  "Why there is no panel of free space here.",
  "Plex does not report the free space of its disks. " +
    "[node_exporter](https://github.com/prometheus/node_exporter) on the same host does: " +
    "`node_filesystem_avail_bytes`.",
);

/** "Plex / Libraries". */
export const libraries = buildDashboard({
  uid: "plex-libraries",
  title: "Plex / Libraries",
  description: "Contents, growth and scans of the libraries.",
  rows: [
    { height: 4, panels: [[3, count], [9, contents()], [4, bytes], [5, length], [3, scanning]] },
    { height: 12, panels: [[24, all]] },
    { height: 8, panels: [[12, storageOverTime], [12, itemsOverTime]] },
    { height: 8, panels: [[6, resolutions], [6, newItems], [12, itemSize]] },
    {
      height: 8,
      panels: [[9, itemsAdded()], [9, storageAdded("Storage added per day")], [6, disk]],
    },
    { height: 8, panels: [[8, scans], [8, activities], [8, jobs]] },
  ],
});

/** The dashboard of the libraries: their contents, growth and scans. */
import { buildDashboard } from "./dashboard.ts";
import { DOWN, NO_JOBS, UNREAD, UNWALKED } from "./names.ts";
import { curves, figure, ranking, timeline, words } from "./panel.ts";
import { byLibrary, chosen, keyed, largestFirst, LEAVES, orZero, perDay, sumBy } from "./query.ts";
import { contents, itemsAdded } from "./shared.ts";
import { table } from "./table.ts";

const STORAGE = "plex_library_storage_bytes";
const ITEMS = "plex_library_media_items";
const FILES = "plex_library_files";
const NEWEST = "plex_library_newest_item_timestamp_seconds";

const count = figure({
  title: "Libraries",
  about: "Libraries of the chosen servers.",
  queries: [orZero(`count(${chosen("plex_library_scanning")})`)],
});

const bytes = figure({
  title: "Storage",
  about: "Size of the files of all libraries, as reported by Plex.",
  queries: [sumBy(STORAGE, "")],
  unit: "bytes",
  decimals: 1,
  nothing: UNREAD,
});

const length = figure({
  title: "Playing time",
  about: "How long it would take to play everything once.",
  queries: [sumBy("plex_library_duration_seconds", "")],
  unit: "s",
  decimals: 1,
  nothing: UNREAD,
});

const scanning = figure({
  title: "Being scanned",
  about: "Libraries that Plex is scanning now.",
  queries: [sumBy("plex_library_scanning", "")],
  nothing: UNREAD,
});

const all = table({
  title: "Every library",
  about: "One row per library of each server. Items are films, episodes, tracks or photos; " +
    "shows and seasons, or artists and albums, are counted separately. Files and the newest item " +
    "are those that the last walk found.",
  nothing: UNREAD,
  by: "key",
  sortBy: "Storage",
  queries: [
    keyed(chosen("plex_library_scanning"), "library_id"),
    byLibrary(ITEMS, LEAVES),
    byLibrary(ITEMS, 'content_type=~"shows|artists"'),
    byLibrary(ITEMS, 'content_type=~"seasons|albums"'),
    byLibrary(STORAGE),
    byLibrary("plex_library_duration_seconds"),
    `${byLibrary(STORAGE)} / (${byLibrary(ITEMS, LEAVES)} > 0)`,
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
    { field: "Value #G", title: "Bytes an item", unit: "bytes", decimals: 1, width: 125 },
    { field: "Value #J", title: "Newest item", unit: "dateTimeFromNow", width: 130 },
    { field: "Value #H", title: "Last scan", unit: "dateTimeAsIso", width: 180 },
    {
      field: "Value #A",
      title: "Scanning",
      width: 95,
      words: { "0": ["no", "text"], "1": ["yes", "blue"] },
    },
    { field: "server", title: "Server" },
  ],
});

const storageOverTime = curves({
  title: "Storage",
  about: "Size of each library's files. A sudden fall: a disk that is not mounted.",
  queries: [{ expr: sumBy(STORAGE, "library"), legend: "{{library}}" }],
  unit: "bytes",
  nothing: UNREAD,
});

const itemsOverTime = curves({
  title: "Items",
  about: "Films, episodes, tracks and photos of each library.",
  queries: [{ expr: sumBy(ITEMS, "library", LEAVES), legend: "{{library}}" }],
  nothing: UNREAD,
});

const resolutions = ranking({
  title: "Resolutions",
  about: "Video files by resolution, each counted once, as the last walks found them.",
  queries: [{
    expr: largestFirst(sumBy(FILES, "resolution", 'library_type=~"movie|show"')),
    legend: "{{resolution}}",
  }],
  unit: "locale",
  nothing: UNWALKED,
});

const newItems = ranking({
  title: "New in a month",
  about: "Items added in the 30 days before the last walk of their library, those of the time " +
    "before the exporter ran included.",
  queries: [{
    expr: largestFirst(sumBy("plex_library_added_items", "library", 'period="month"')),
    legend: "{{library}}",
  }],
  unit: "locale",
  nothing: UNWALKED,
});

const itemSize = curves({
  title: "Files of an item",
  about: "Mean size of the files of an item, by library. It falls where files are replaced by " +
    "smaller ones or versions are removed, which leaves the number of items as it is.",
  queries: [{
    expr: `${sumBy("plex_library_file_bytes", "library")} / ` +
      `(${sumBy("plex_library_walk_items", "library")} > 0)`,
    legend: "{{library}}",
  }],
  unit: "bytes",
  nothing: UNWALKED,
});

const storageAdded = curves({
  title: "Storage added a day",
  about: "Change of the size of the files in the last week, one bar per 24 hours.",
  queries: [{ expr: perDay(STORAGE, "library"), legend: "{{library}}" }],
  unit: "bytes",
  signed: true,
  span: "7d",
  every: "1d",
  nothing: UNREAD,
  stacked: true,
  bars: true,
});

const scans = timeline({
  title: "Scans",
  about: "When each library was being scanned.",
  queries: [{
    expr: `max by (library) (${chosen("plex_library_scanning")})`,
    legend: "{{library}}",
  }],
  words: { "0": ["Still", "transparent"], "1": ["Scanning", "blue"] },
  nothing: UNREAD,
});

const activities = curves({
  title: "What Plex is busy with",
  about: "Background activities over time by type.",
  queries: [{ expr: sumBy("plex_activities", "type"), legend: "{{type}}" }],
  decimals: 0,
  nothing: DOWN,
  stacked: true,
});

const jobs = curves({
  title: "Background jobs",
  about: "Conversions in the background over time: downloads and optimisations.",
  queries: [{ expr: sumBy("plex_background_jobs", "type"), legend: "{{type}}" }],
  decimals: 0,
  nothing: NO_JOBS,
  stacked: true,
});

const disk = words(
  "Free disk space",
  "Why there is no panel of free space here.",
  "Plex does not report the free space of its disks. " +
    "[node_exporter](https://github.com/prometheus/node_exporter) on the same host does: " +
    "`node_filesystem_avail_bytes`.",
);

export const libraries = buildDashboard({
  uid: "plex-libraries",
  title: "Plex / Libraries",
  about: "Contents, growth and scans of the libraries.",
  rows: [
    { height: 4, panels: [[3, count], [9, contents()], [4, bytes], [5, length], [3, scanning]] },
    { height: 12, panels: [[24, all]] },
    { height: 8, panels: [[12, storageOverTime], [12, itemsOverTime]] },
    { height: 8, panels: [[6, resolutions], [6, newItems], [12, itemSize]] },
    { height: 8, panels: [[9, itemsAdded()], [9, storageAdded], [6, disk]] },
    { height: 8, panels: [[8, scans], [8, activities], [8, jobs]] },
  ],
});

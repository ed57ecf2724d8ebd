/** The dashboard of storage: what takes the space, what nobody watches, what is new. */
import { buildDashboard } from "./dashboard.ts";
import { LAST_VIEWS, UNWALKED } from "./names.ts";
import { barGaugePanel, statPanel, timeSeriesPanel } from "./panel.ts";
import { byLibrary, keyed, largestFirst, selected, sumBy } from "./query.ts";
import { storageAdded } from "./shared.ts";
import { table } from "./table.ts";

const BYTES = "plex_library_file_bytes";
const EXTRA = "plex_library_extra_version_bytes";
const BY_LAST_VIEW = "plex_library_bytes_by_last_view";
const ADDED = "plex_library_added_items";
const NEWEST = "plex_library_newest_item_timestamp_seconds";
const WALKED = "plex_library_walk_timestamp_seconds";
const STORAGE = "plex_library_storage_bytes";

/** Not viewed in the year before the walk. */
const UNWATCHED = 'last_view=~"older|never"';

const EFFICIENT = 'codec=~"hevc|av1"';

const total = statPanel({
  title: "Files",
  description:
    "Size of all files, each counted once, as the last walks of the libraries found them.",
  queries: [sumBy(BYTES, "")],
  unit: "bytes",
  decimals: 1,
  noValue: UNWALKED,
});

const unwatched = statPanel({
  title: "Not watched for a year",
  description: "Size of what nobody has watched to its end in the last year, or ever.",
  queries: [sumBy(BY_LAST_VIEW, "", UNWATCHED)],
  unit: "bytes",
  decimals: 1,
  noValue: UNWALKED,
});

const unwatchedShare = statPanel({
  title: "Share not watched",
  description: "Share of all bytes that nobody has watched to its end in the last year, or ever.",
  queries: [`${sumBy(BY_LAST_VIEW, "", UNWATCHED)} / ${sumBy(BY_LAST_VIEW, "")}`],
  unit: "percentunit",
  decimals: 0,
  noValue: UNWALKED,
});

const extra = statPanel({
  title: "Extra versions",
  description: "Size of the versions of items beyond the largest of each, which could be removed.",
  queries: [sumBy(EXTRA, "")],
  unit: "bytes",
  decimals: 1,
  noValue: UNWALKED,
});

const newest = statPanel({
  title: "Newest item",
  description: "When the newest item was added to any library.",
  queries: [`max(${selected(NEWEST)}) * 1000`],
  unit: "dateTimeFromNow",
  noValue: UNWALKED,
});

const walked = statPanel({
  title: "Last walk",
  description:
    'When the last complete walk of any library ended. All figures here come from walks, except "Growth per day" and "Size doubles".',
  queries: [`max(${selected(WALKED)}) * 1000`],
  unit: "dateTimeFromNow",
  noValue: UNWALKED,
});

function bytesBy(title: string, description: string, label: string) {
  return timeSeriesPanel({
    title,
    description,
    queries: [{ expr: sumBy(BYTES, label, `${label}!=""`), legend: `{{${label}}}` }],
    unit: "bytes",
    noValue: UNWALKED,
    stacked: true,
  });
}

const bytesByLibrary = bytesBy("By library", "Size of the files of each library.", "library");

const bytesByResolution = bytesBy(
  "By resolution",
  "Size of the video files by resolution.",
  "resolution",
);

const bytesByCodec = bytesBy(
  "By codec",
  "Size of the files by codec: that of the video, or of the audio for music.",
  "codec",
);

const efficient = timeSeriesPanel({
  title: "Share of HEVC and AV1",
  description:
    "Share of the bytes of each video library in codecs that need less space than H.264.",
  queries: [{
    expr: `${sumBy(BYTES, "library", 'library_type=~"movie|show"', EFFICIENT)} / ` +
      sumBy(BYTES, "library", 'library_type=~"movie|show"'),
    legend: "{{library}}",
  }],
  unit: "percentunit",
  max: 1,
  noValue: UNWALKED,
});

const lastViews = barGaugePanel({
  title: "By last view",
  description: "Size by when anyone last watched it to its end, from Plex's own history.",
  queries: [{ expr: largestFirst(sumBy(BY_LAST_VIEW, "last_view")), legend: "{{last_view}}" }],
  unit: "bytes",
  series: LAST_VIEWS,
  noValue: UNWALKED,
});

const libraries = table({
  title: "Files by library",
  description:
    "A row for each library: what nobody has watched for a year or ever, the versions beyond " +
    "the largest of each item, and the items added before the last walk.",
  noValue: UNWALKED,
  by: "key",
  sortBy: "Not watched",
  queries: [
    keyed(selected(WALKED), "library_id"),
    byLibrary(BYTES),
    byLibrary(BY_LAST_VIEW, UNWATCHED),
    `${byLibrary(BY_LAST_VIEW, UNWATCHED)} / (${byLibrary(BY_LAST_VIEW)} > 0)`,
    byLibrary(EXTRA),
    byLibrary("plex_library_multi_version_items"),
    byLibrary("plex_library_walk_items"),
    byLibrary(ADDED, 'period="day"'),
    byLibrary(ADDED, 'period="week"'),
    byLibrary(ADDED, 'period="month"'),
    `${byLibrary(NEWEST)} * 1000`,
    `${byLibrary(WALKED)} * 1000`,
  ],
  columns: [
    { field: "library", title: "Library" },
    { field: "Value #B", title: "Files", unit: "bytes", decimals: 1, width: 110 },
    { field: "Value #C", title: "Not watched", unit: "bytes", decimals: 1, width: 120 },
    { field: "Value #D", title: "Share", unit: "percentunit", decimals: 0, bar: true },
    { field: "Value #E", title: "Extra versions", unit: "bytes", decimals: 1, width: 125 },
    { field: "Value #F", title: "In versions", unit: "locale", width: 105 },
    { field: "Value #G", title: "Items", unit: "locale", width: 90 },
    { field: "Value #H", title: "New: day", unit: "locale", width: 95 },
    { field: "Value #I", title: "Week", unit: "locale", width: 80 },
    { field: "Value #J", title: "Month", unit: "locale", width: 80 },
    { field: "Value #K", title: "Newest", unit: "dateTimeFromNow", width: 130 },
    { field: "Value #L", title: "Walked", unit: "dateTimeFromNow", width: 130 },
    { field: "server", title: "Server" },
  ],
});

const largest = table({
  title: "Largest",
  description:
    "The ten largest films, shows and artists of each library, with the last view by anyone.",
  noValue: UNWALKED,
  by: "title",
  sortBy: "Size",
  queries: [
    `sum by (title, library, last_view) (${selected("plex_library_large_item_bytes")})`,
  ],
  columns: [
    { field: "title", title: "Title" },
    { field: "library", title: "Library", width: 140 },
    { field: "last_view", title: "Last view", width: 110, valueMappings: LAST_VIEWS },
    { field: "Value", title: "Size", unit: "bytes", decimals: 1, width: 110 },
  ],
});

const files = barGaugePanel({
  title: "Files by codec",
  description:
    "Number of files, each counted once, by codec: that of the video, or of the audio for music.",
  queries: [{ expr: largestFirst(sumBy("plex_library_files", "codec")), legend: "{{codec}}" }],
  noValue: UNWALKED,
});

const added = timeSeriesPanel({
  title: "Items added",
  description: "Items added in the week before each walk, by library.",
  queries: [{ expr: sumBy(ADDED, "library", 'period="week"'), legend: "{{library}}" }],
  decimals: 0,
  noValue: UNWALKED,
});

/** Seconds until all libraries together have twice their size, at the growth of the last month. */
const TO_DOUBLE = `sum(${selected(STORAGE)}) / (sum(deriv(${selected(STORAGE)}[30d])) > 0)`;

const doubled = statPanel({
  title: "Size doubles",
  description:
    "The day on which all files together have twice their size, if they keep growing as in " +
    "the last month. No date if they do not grow, or would take centuries.",
  queries: [`(time() + ${TO_DOUBLE} < 1e10) * 1000`],
  unit: "dateTimeFromNow",
  noValue: "No growth, or centuries away",
});

/** "Plex / Storage". */
export const storage = buildDashboard({
  uid: "plex-storage",
  title: "Plex / Storage",
  description:
    "What takes the space on the disks, what nobody watches, what is there twice, what is new.",
  rows: [
    {
      height: 4,
      panels: [
        [4, total],
        [4, unwatched],
        [3, unwatchedShare],
        [4, extra],
        [3, newest],
        [3, doubled],
        [3, walked],
      ],
    },
    { height: 8, panels: [[8, bytesByLibrary], [8, bytesByResolution], [8, bytesByCodec]] },
    { height: 9, panels: [[24, libraries]] },
    { height: 11, panels: [[10, largest], [7, lastViews], [7, files]] },
    { height: 8, panels: [[8, efficient], [8, added], [8, storageAdded("Growth per day")]] },
  ],
});

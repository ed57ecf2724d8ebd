/** The dashboard of the disks: what takes the space, what nobody watches, what is new. */
import { buildDashboard } from "./dashboard.ts";
import { LAST_VIEWS, UNWALKED } from "./names.ts";
import { curves, figure, ranking } from "./panel.ts";
import { byLibrary, chosen, keyed, largestFirst, perDay, sumBy } from "./query.ts";
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

const total = figure({
  title: "Files",
  about: "Size of all files, each counted once, as the last walks of the libraries found them.",
  queries: [sumBy(BYTES, "")],
  unit: "bytes",
  decimals: 1,
  nothing: UNWALKED,
});

const unwatched = figure({
  title: "Not watched for a year",
  about: "Size of what nobody has watched to its end in the last year, or ever.",
  queries: [sumBy(BY_LAST_VIEW, "", UNWATCHED)],
  unit: "bytes",
  decimals: 1,
  nothing: UNWALKED,
});

const unwatchedShare = figure({
  title: "Share of it",
  about: "Share of all bytes that nobody has watched to its end in the last year, or ever.",
  queries: [`${sumBy(BY_LAST_VIEW, "", UNWATCHED)} / ${sumBy(BY_LAST_VIEW, "")}`],
  unit: "percentunit",
  decimals: 0,
  nothing: UNWALKED,
});

const extra = figure({
  title: "Extra versions",
  about: "Size of the versions of items beyond the largest of each: what could go.",
  queries: [sumBy(EXTRA, "")],
  unit: "bytes",
  decimals: 1,
  nothing: UNWALKED,
});

const newest = figure({
  title: "Newest arrival",
  about: "When the newest item was added to any library.",
  queries: [`max(${chosen(NEWEST)}) * 1000`],
  unit: "dateTimeFromNow",
  nothing: UNWALKED,
});

const walked = figure({
  title: "Last walk",
  about: "When the last complete walk of any library ended. All figures here are those of a walk.",
  queries: [`max(${chosen(WALKED)}) * 1000`],
  unit: "dateTimeFromNow",
  nothing: UNWALKED,
});

function bytesBy(title: string, about: string, label: string) {
  return curves({
    title,
    about,
    queries: [{ expr: sumBy(BYTES, label, `${label}!=""`), legend: `{{${label}}}` }],
    unit: "bytes",
    nothing: UNWALKED,
    stacked: true,
  });
}

const efficient = curves({
  title: "Share of HEVC and AV1",
  about: "Share of the bytes of each video library in codecs that need less space than H.264.",
  queries: [{
    expr: `${sumBy(BYTES, "library", 'library_type=~"movie|show"', EFFICIENT)} / ` +
      sumBy(BYTES, "library", 'library_type=~"movie|show"'),
    legend: "{{library}}",
  }],
  unit: "percentunit",
  max: 1,
  nothing: UNWALKED,
});

const lastViews = ranking({
  title: "By last view",
  about: "Size by when anyone last watched it to its end, from Plex's own history.",
  queries: [{ expr: largestFirst(sumBy(BY_LAST_VIEW, "last_view")), legend: "{{last_view}}" }],
  unit: "bytes",
  series: LAST_VIEWS,
  nothing: UNWALKED,
});

const libraries = table({
  title: "What could go, and what came",
  about:
    "A row for each library: what nobody has watched for a year or ever, the versions beyond " +
    "the largest of each item, and the items added before the last walk.",
  nothing: UNWALKED,
  by: "key",
  sortBy: "Not watched",
  queries: [
    keyed(chosen(WALKED), "library_id"),
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
  about: "The ten largest films, shows and artists of each library, with the last view by anyone.",
  nothing: UNWALKED,
  by: "title",
  sortBy: "Size",
  queries: [
    `sum by (title, library, last_view) (${chosen("plex_library_large_item_bytes")})`,
  ],
  columns: [
    { field: "title", title: "Title" },
    { field: "library", title: "Library", width: 140 },
    { field: "last_view", title: "Last view", width: 110, words: LAST_VIEWS },
    { field: "Value", title: "Size", unit: "bytes", decimals: 1, width: 110 },
  ],
});

const files = ranking({
  title: "Files by codec",
  about: "Number of files, each counted once: the codec of the video, for music of the sound.",
  queries: [{ expr: largestFirst(sumBy("plex_library_files", "codec")), legend: "{{codec}}" }],
  nothing: UNWALKED,
});

const added = curves({
  title: "Items added",
  about: "Items added in the week before each walk, by library.",
  queries: [{ expr: sumBy(ADDED, "library", 'period="week"'), legend: "{{library}}" }],
  decimals: 0,
  nothing: UNWALKED,
});

const growth = curves({
  title: "Growth a day",
  about: "Change of the size of the files in the last week, a bar for each 24 hours.",
  queries: [{ expr: perDay(STORAGE, "library"), legend: "{{library}}" }],
  unit: "bytes",
  signed: true,
  span: "7d",
  every: "1d",
  nothing: UNWALKED,
  stacked: true,
  bars: true,
});

/** Seconds until a library has twice its size, at the growth of the last month. */
const TO_DOUBLE = `sum(${chosen(STORAGE)}) / (sum(deriv(${chosen(STORAGE)}[30d])) > 0)`;

const doubled = figure({
  title: "Twice as much",
  about: "The day on which all files together have twice their size, if they go on growing as in " +
    "the last month. Empty if they do not grow, or would take centuries.",
  queries: [`(time() + ${TO_DOUBLE} < 1e10) * 1000`],
  unit: "dateTimeFromNow",
  nothing: "Not in sight",
});

export const storage = buildDashboard({
  uid: "plex-storage",
  title: "Plex / Storage",
  about:
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
    {
      height: 8,
      panels: [
        [8, bytesBy("By library", "Size of the files of each library.", "library")],
        [
          8,
          bytesBy(
            "By resolution",
            "Size of the video files by resolution.",
            "resolution",
          ),
        ],
        [
          8,
          bytesBy(
            "By codec",
            "Size of the files by codec: the video's, for music the sound's.",
            "codec",
          ),
        ],
      ],
    },
    { height: 9, panels: [[24, libraries]] },
    { height: 11, panels: [[10, largest], [7, lastViews], [7, files]] },
    { height: 8, panels: [[8, efficient], [8, added], [8, growth]] },
  ],
});

/** The panels of views, from Plex's own history. */
import { MEDIA, NO_HISTORY } from "./names.ts";
import { barGaugePanel, heatmapPanel, type Panel, statPanel } from "./panel.ts";
import { selected, sumBy, topTenOfAllTime } from "./query.ts";
import { table } from "./table.ts";

const VIEWS = "plex_views_total";
const TITLE_VIEWS = "plex_title_views_total";
const OF_ALL_TIME =
  "Items watched to the end since the server was set up, from Plex's own history: it " +
  "includes the time before the exporter, whatever range is selected.";

/** The number of views by media type. */
export const allViews = statPanel({
  title: "Views of all time",
  description: OF_ALL_TIME,
  queries: [{ expr: sumBy(VIEWS, "media_type"), legend: "{{media_type}}" }],
  decimals: 0,
  name: true,
  series: MEDIA,
  noValue: NO_HISTORY,
});

/** The views and the last view of each user. */
export const viewers = table({
  title: "Last seen",
  description:
    "Every user in Plex's own history, with the items watched to the end since the server " +
    "was set up and the time of the last one.",
  noValue: NO_HISTORY,
  by: "user",
  sortBy: "Views",
  queries: [
    sumBy(VIEWS, "user"),
    `max by (user) (${selected("plex_user_last_view_timestamp_seconds")}) * 1000`,
  ],
  columns: [
    { field: "user", title: "User" },
    { field: "Value #A", title: "Views", decimals: 0, width: 90 },
    { field: "Value #B", title: "Last seen", unit: "dateTimeFromNow", width: 150 },
  ],
});

/** The ten titles of a media type with the most views. */
export function mostViewed(title: string, mediaType: string): Panel {
  return barGaugePanel({
    title,
    description: OF_ALL_TIME,
    queries: [{
      expr: topTenOfAllTime(TITLE_VIEWS, "title", `media_type="${mediaType}"`),
      legend: "{{title}}",
    }],
    decimals: 0,
    noValue: NO_HISTORY,
  });
}

/** Views by day and media type. */
export const viewsOfYear = heatmapPanel({
  title: "Views per day",
  description:
    "Items watched to the end in the last year: one column per day, one row per media type. " +
    "The days before the exporter appear once its history is imported.",
  timeFrom: "365d",
  queries: [{
    expr: `sum by (media_type) (increase(${selected(VIEWS)}[$__interval]))`,
    legend: "{{media_type}}",
  }],
  unit: "short",
  every: "1d",
  noValue: NO_HISTORY,
});

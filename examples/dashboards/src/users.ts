/** The dashboard of users, titles and times of day. */
import { buildDashboard } from "./dashboard.ts";
import { DECISIONS, MEDIA, NOTHING_SENT, NOTHING_WATCHED, WEEKDAYS } from "./names.ts";
import { barGaugePanel, heatmapPanel, type Panel, statPanel, timeSeriesPanel } from "./panel.ts";
import { inRange, orZero, perSecond, selected, sumBy, topTen } from "./query.ts";
import { allViews, mostViewed, viewers, viewsOfYear } from "./views.ts";

const SECONDS = "plex_play_seconds_total";
const TITLES = "plex_title_play_seconds_total";
const BY_HOUR = "plex_play_seconds_by_hour_total";
const IN_ZONE = "Time played in the last week, in the exporter's time zone.";

const plays = statPanel({
  title: "Plays",
  description: "Plays started in the chosen range.",
  queries: [orZero(inRange("plex_plays_total", ""))],
  decimals: 0,
});

const hours = statPanel({
  title: "Watched",
  description: "Time played in the chosen range.",
  queries: [orZero(inRange(SECONDS, ""))],
  unit: "s",
  decimals: 1,
});

const people = statPanel({
  title: "Watchers",
  description: "Users who have played something in the chosen range.",
  queries: [orZero(`count(${inRange(SECONDS, "user")} > 0)`)],
});

const kinds = statPanel({
  title: "By kind",
  description: "Time played in the chosen range by media type.",
  queries: [{ expr: `${inRange(SECONDS, "media_type")} > 0`, legend: "{{media_type}}" }],
  unit: "s",
  decimals: 1,
  name: true,
  series: MEDIA,
  noValue: NOTHING_WATCHED,
});

function barsPerDay(
  title: string,
  description: string,
  family: string,
  look: object,
  scale = "",
): Panel {
  return timeSeriesPanel({
    title,
    description: `${description} in the last week, one bar per 24 hours.`,
    timeFrom: "7d",
    queries: [{
      expr: `sum by (media_type) (increase(${selected(family)}[$__interval]))${scale}`,
      legend: "{{media_type}}",
    }],
    ...look,
    series: MEDIA,
    noValue: NOTHING_WATCHED,
    stacked: true,
    bars: true,
    every: "1d",
  });
}

function top(title: string, family: string, by: string, ...matchers: readonly string[]): Panel {
  return barGaugePanel({
    title,
    description: "Time played in the chosen range, the top ten.",
    queries: [{ expr: topTen(family, by, ...matchers), legend: `{{${by}}}` }],
    unit: "s",
    noValue: NOTHING_WATCHED,
  });
}

const weekdays = barGaugePanel({
  title: "By weekday",
  description: IN_ZONE,
  timeFrom: "7d",
  queries: [{ expr: inRange(BY_HOUR, "weekday"), legend: "{{weekday}}" }],
  unit: "s",
  series: WEEKDAYS,
  noValue: NOTHING_WATCHED,
});

const hoursOfDay = barGaugePanel({
  title: "By hour",
  description: IN_ZONE,
  timeFrom: "7d",
  queries: [{ expr: `${inRange(BY_HOUR, "hour")} > 0`, legend: "{{hour}} h" }],
  unit: "s",
  noValue: NOTHING_WATCHED,
});

const when = heatmapPanel({
  title: "Watch time by hour",
  description: "Time played in the last week: one column per 24 hours, one row per hour of the " +
    "day in the exporter's time zone.",
  timeFrom: "7d",
  queries: [{
    expr: `sum by (hour) (increase(${selected(BY_HOUR)}[$__interval]))`,
    legend: "{{hour}}",
  }],
  unit: "s",
  every: "1d",
  noValue: NOTHING_WATCHED,
});

function delivery(title: string, by: string): Panel {
  return barGaugePanel({
    title,
    description:
      "Time played in the chosen range. An app that often transcodes may only need another " +
      "quality setting.",
    queries: [{ expr: topTen(SECONDS, `${by}, decision`), legend: `{{${by}}}, {{decision}}` }],
    unit: "s",
    noValue: NOTHING_WATCHED,
  });
}

const resolutions = barGaugePanel({
  title: "Resolutions",
  description:
    "Time of video played in the chosen range, by the resolution of the file and of the stream.",
  queries: [{
    expr: topTen("plex_stream_seconds_total", "source_resolution, resolution"),
    legend: "{{source_resolution}} → {{resolution}}",
  }],
  unit: "s",
  noValue: NOTHING_WATCHED,
});

const bytes = barGaugePanel({
  title: "Sent by user",
  description: "Bytes sent in the chosen range, as counted by Plex (Plex Pass).",
  queries: [{
    expr: topTen("plex_user_transmit_bytes_total", "user, location"),
    legend: "{{user}}, {{location}}",
  }],
  unit: "bytes",
  noValue: NOTHING_SENT,
});

const bytesByDevice = barGaugePanel({
  title: "Sent by device",
  description:
    "Bytes sent in the chosen range, as counted by Plex (Plex Pass). Devices with the same " +
    "name are added up.",
  queries: [{
    expr: topTen("plex_device_transmit_bytes_total", "device, location"),
    legend: "{{device}}, {{location}}",
  }],
  unit: "bytes",
  noValue: NOTHING_SENT,
});

const transcoded = barGaugePanel({
  title: "Time transcoded",
  description:
    "Time played in the chosen range with a transcode, by transcoded stream. The hardware is " +
    "that of video: full, partial or none.",
  queries: [{
    expr: topTen("plex_transcode_seconds_total", "stream, hardware"),
    legend: "{{stream}}, {{hardware}}",
  }],
  unit: "s",
  noValue: "Nothing was transcoded in this range",
});

const downloads = timeSeriesPanel({
  title: "Downloads",
  description: "Concurrent downloads to devices, by user (Plex Pass).",
  queries: [{ expr: `${sumBy("plex_downloads", "user")} > 0`, legend: "{{user}}" }],
  decimals: 0,
  noValue: "Nothing was downloaded in this range",
  stacked: true,
});

const overTime = timeSeriesPanel({
  title: "Concurrent streams",
  description: "Seconds played per second: 2 means that two streams played all the time.",
  queries: [{ expr: perSecond(SECONDS, "decision"), legend: "{{decision}}" }],
  series: DECISIONS,
  noValue: NOTHING_WATCHED,
  stacked: true,
});

/** "Plex / Users and titles". */
export const users = buildDashboard({
  uid: "plex-users-and-titles",
  title: "Plex / Users and titles",
  description: "Who watched what, when and how.",
  rows: [
    { height: 4, panels: [[5, plays], [5, hours], [5, people], [9, kinds]] },
    {
      height: 8,
      panels: [
        [8, barsPerDay("Plays per day", "Plays started", "plex_plays_total", { decimals: 0 })],
        [
          8,
          barsPerDay(
            "Watch time per day",
            "Time played",
            SECONDS,
            { unit: "suffix: h" },
            " / 3600",
          ),
        ],
        [8, overTime],
      ],
    },
    {
      heading: "Most watched",
      height: 9,
      panels: [
        [8, top("Users", SECONDS, "user")],
        [8, top("Films", TITLES, "title", 'media_type="movie"')],
        [8, top("Shows", TITLES, "title", 'media_type="episode"')],
      ],
    },
    {
      height: 9,
      panels: [
        [8, top("Artists", TITLES, "title", 'media_type="track"')],
        [8, top("Platforms", SECONDS, "platform")],
        [8, top("Libraries", SECONDS, "library")],
      ],
    },
    {
      heading: "All time",
      height: 9,
      panels: [
        [6, viewers],
        [6, mostViewed("Most viewed films", "movie")],
        [6, mostViewed("Most viewed shows", "episode")],
        [6, mostViewed("Most played artists", "track")],
      ],
    },
    { height: 6, panels: [[6, allViews], [18, viewsOfYear]] },
    { heading: "When", height: 12, panels: [[6, weekdays], [6, hoursOfDay], [12, when]] },
    {
      heading: "How",
      height: 9,
      panels: [
        [6, delivery("Delivery by platform", "platform")],
        [6, delivery("Delivery by user", "user")],
        [6, resolutions],
        [6, bytes],
      ],
    },
    { height: 9, panels: [[8, transcoded], [8, bytesByDevice], [8, downloads]] },
  ],
});

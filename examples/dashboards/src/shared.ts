/** Panels of several dashboards. Each call creates a new one, since a panel has one position. */
import { CONTENTS, DECISIONS, DOWN, LOCATIONS, UNREAD } from "./names.ts";
import { type Panel, statPanel, timeSeriesPanel } from "./panel.ts";
import { LEAF_ITEMS, perDay, sumBy } from "./query.ts";

/** Streams over time by delivery. */
export function streamsOverTime(): Panel {
  return timeSeriesPanel({
    title: "Streams",
    description: "Sessions over time by how they are delivered. A gap: Plex was down.",
    queries: [{ expr: sumBy("plex_sessions", "decision"), legend: "{{decision}}" }],
    series: DECISIONS,
    decimals: 0,
    noValue: DOWN,
    stacked: true,
  });
}

/** Bandwidth over time by location. */
export function bandwidthOverTime(): Panel {
  return timeSeriesPanel({
    title: "Bandwidth",
    description: "Sum of the bitrates of what was playing. WAN is outside of your network.",
    queries: [{
      expr: sumBy("plex_stream_bandwidth_bits_per_second", "location"),
      legend: "{{location}}",
    }],
    unit: "bps",
    series: LOCATIONS,
    noValue: DOWN,
    stacked: true,
  });
}

/** The number of items by type. */
export function contents(): Panel {
  return statPanel({
    title: "Items in the libraries",
    description: "Films, episodes, tracks and photos of all libraries.",
    queries: [{
      expr: sumBy("plex_library_media_items", "content_type", LEAF_ITEMS),
      legend: "{{content_type}}",
    }],
    unit: "locale",
    noValue: UNREAD,
    name: true,
    series: CONTENTS,
  });
}

/** Options of a panel of what libraries gained and lost on each day of the last week. */
const DAILY_CHANGE = {
  signed: true,
  timeFrom: "7d",
  every: "1d",
  noValue: UNREAD,
  stacked: true,
  bars: true,
} as const;

/** Items added and removed by day. */
export function itemsAdded(): Panel {
  return timeSeriesPanel({
    title: "Items added per day",
    description:
      "Films, episodes, tracks and photos that came or went in the last week, one bar per " +
      "24 hours.",
    queries: [{
      expr: perDay("plex_library_media_items", "library", LEAF_ITEMS),
      legend: "{{library}}",
    }],
    decimals: 0,
    ...DAILY_CHANGE,
  });
}

/** Bytes added and removed by day. */
export function storageAdded(title: string): Panel {
  return timeSeriesPanel({
    title,
    description: "Change of the size of the files in the last week, one bar per 24 hours.",
    queries: [{
      expr: perDay("plex_library_storage_bytes", "library"),
      legend: "{{library}}",
    }],
    unit: "bytes",
    ...DAILY_CHANGE,
  });
}

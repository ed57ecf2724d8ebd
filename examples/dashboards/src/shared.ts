/** Panels of several dashboards. Each call creates a new one, since a panel has one position. */
import { CONTENTS, DECISIONS, DOWN, LOCATIONS, UNREAD } from "./names.ts";
import { curves, figure, type Panel } from "./panel.ts";
import { LEAVES, perDay, sumBy } from "./query.ts";

export function streamsOverTime(): Panel {
  return curves({
    title: "Streams",
    about: "Sessions over time by how they are delivered. A gap: Plex was down.",
    queries: [{ expr: sumBy("plex_sessions", "decision"), legend: "{{decision}}" }],
    series: DECISIONS,
    decimals: 0,
    nothing: DOWN,
    stacked: true,
  });
}

export function bandwidthOverTime(): Panel {
  return curves({
    title: "Bandwidth",
    about: "Sum of the bitrates of what was playing. WAN is outside of your network.",
    queries: [{
      expr: sumBy("plex_stream_bandwidth_bits_per_second", "location"),
      legend: "{{location}}",
    }],
    unit: "bps",
    series: LOCATIONS,
    nothing: DOWN,
    stacked: true,
  });
}

export function contents(): Panel {
  return figure({
    title: "In the libraries",
    about: "Films, episodes, tracks and photos of all libraries.",
    queries: [{
      expr: sumBy("plex_library_media_items", "content_type", LEAVES),
      legend: "{{content_type}}",
    }],
    unit: "locale",
    nothing: UNREAD,
    name: true,
    series: CONTENTS,
  });
}

export function itemsAdded(): Panel {
  return curves({
    title: "Items added a day",
    about: "Films, episodes, tracks and photos that came or went in the last week, one bar per " +
      "24 hours.",
    queries: [{
      expr: perDay("plex_library_media_items", "library", LEAVES),
      legend: "{{library}}",
    }],
    decimals: 0,
    signed: true,
    span: "7d",
    every: "1d",
    nothing: UNREAD,
    stacked: true,
    bars: true,
  });
}

/** The dashboard of the exporter itself: the age of its data, and its requests to Plex. */
import { buildDashboard } from "./dashboard.ts";
import { type Names, NO_ANSWER, UNSCRAPED } from "./names.ts";
import { barGaugePanel, stateTimelinePanel, statPanel, timeSeriesPanel } from "./panel.ts";
import { inRange, orZero, perSecond, selected } from "./query.ts";
import { table } from "./table.ts";

const REQUESTS = "plex_exporter_api_requests_total";
const LAST_SUCCESS = "plex_exporter_last_success_timestamp_seconds";
const CONNECTED: Names = { "0": ["Not connected", "red"], "1": ["Connected", "green"] };

/** A metric of the target, which is selected by a metric that only the exporter has. */
function ofTarget(expression: string): string {
  return `${expression} and on (job, instance) plex_exporter_build_info`;
}

const token = statPanel({
  title: "Token",
  description: "Whether Plex accepts the token.",
  queries: [{ expr: selected("plex_exporter_token_valid"), legend: "{{server}}" }],
  valueMappings: { "0": ["Rejected", "red"], "1": ["Accepted", "green"] },
  noValue: NO_ANSWER,
  background: true,
  name: true,
});

const socket = statPanel({
  title: "Notifications",
  description:
    "Whether the exporter receives Plex's notifications. Without them it polls more often.",
  queries: [{ expr: selected("plex_exporter_websocket_connected"), legend: "{{server}}" }],
  valueMappings: CONNECTED,
  noValue: UNSCRAPED,
  background: true,
  name: true,
});

const oldest = statPanel({
  title: "Age of the session list",
  description:
    "How long ago the list of sessions was read. It is read every 20 s while nothing plays.",
  queries: [`max(time() - ${selected(LAST_SUCCESS, 'endpoint="/status/sessions"')})`],
  unit: "s",
  decimals: 0,
  steps: [[null, "green"], [60, "orange"], [300, "red"]],
  noValue: NO_ANSWER,
});

const failures = statPanel({
  title: "Failed requests",
  description:
    "Requests to Plex that failed in the chosen range. Not found does not count: this Plex lacks the feature.",
  queries: [orZero(inRange(REQUESTS, "", 'outcome!~"ok|not_found"'))],
  decimals: 0,
});

const dropped = statPanel({
  title: "Dropped",
  description:
    "Series and sessions that were left out in the chosen range because a limit was reached.",
  queries: [orZero(inRange("plex_exporter_dropped_series_total", ""))],
  decimals: 0,
  steps: [[null, "green"], [1, "red"]],
});

const running = statPanel({
  title: "Uptime",
  description:
    "How long the exporter has been running. Its counters began then, unless it has a state file.",
  queries: [`max(${ofTarget("time() - process_start_time_seconds")})`],
  unit: "s",
  decimals: 1,
  noValue: UNSCRAPED,
});

const memory = statPanel({
  title: "Memory",
  description: "Memory that the exporter uses.",
  queries: [`sum(${ofTarget("process_resident_memory_bytes")})`],
  unit: "bytes",
  decimals: 0,
  noValue: UNSCRAPED,
});

const build = table({
  title: "Build",
  description: "Version of each exporter and of the Deno it runs on.",
  noValue: UNSCRAPED,
  by: "instance",
  queries: ["plex_exporter_build_info"],
  columns: [
    { field: "instance", title: "Exporter" },
    { field: "version", title: "Version" },
    { field: "deno_version", title: "Deno" },
  ],
});

const ages = timeSeriesPanel({
  title: "Age of the data",
  description:
    "Time since the last successful response of each endpoint. Endpoints that are only " +
    "requested when needed are left out.",
  queries: [{
    expr: `max by (endpoint) (time() - ${
      selected(LAST_SUCCESS, 'endpoint!~"/|/identity|/library/.+|/updater/.+"')
    })`,
    legend: "{{endpoint}}",
  }],
  unit: "s",
  noValue: NO_ANSWER,
});

const requests = timeSeriesPanel({
  title: "Requests",
  description: "Requests to Plex per second by endpoint.",
  queries: [{ expr: `${perSecond(REQUESTS, "endpoint")} > 0`, legend: "{{endpoint}}" }],
  unit: "reqps",
  noValue: UNSCRAPED,
  stacked: true,
});

const outcomes = timeSeriesPanel({
  title: "Outcomes",
  description: "Requests to Plex per second by outcome.",
  queries: [{ expr: `${perSecond(REQUESTS, "outcome")} > 0`, legend: "{{outcome}}" }],
  unit: "reqps",
  series: {
    ok: ["ok", "green"],
    not_found: ["not found", "blue"],
    unauthorized: ["unauthorized", "purple"],
    unavailable: ["unavailable", "orange"],
    timeout: ["timeout", "yellow"],
    refused: ["refused", "red"],
  },
  noValue: UNSCRAPED,
  stacked: true,
});

const BUCKETS = "plex_exporter_api_request_duration_seconds_bucket";

const durations = timeSeriesPanel({
  title: "Slowest requests",
  description: "95th percentile of the response time by endpoint.",
  queries: [{
    expr: `histogram_quantile(0.95, ${perSecond(BUCKETS, "le, endpoint")}) >= 0`,
    legend: "{{endpoint}}",
  }],
  unit: "s",
  noValue: UNSCRAPED,
});

const connected = stateTimelinePanel({
  title: "Notifications",
  description: "When the notification socket was open.",
  queries: [{ expr: selected("plex_exporter_websocket_connected"), legend: "{{server}}" }],
  valueMappings: CONNECTED,
  noValue: UNSCRAPED,
});

const notifications = timeSeriesPanel({
  title: "Notifications received",
  description: "Notifications from Plex per second by type.",
  queries: [{
    expr: `${perSecond("plex_exporter_websocket_events_total", "type")} > 0`,
    legend: "{{type}}",
  }],
  unit: "cps",
  noValue: "No notifications in this range",
  stacked: true,
  bars: true,
});

const reconnects = barGaugePanel({
  title: "Reconnects",
  description: "Reconnects of the notification socket in the chosen range. An idle server sends " +
    "nothing, so its socket is reopened every five minutes to be sure.",
  queries: [{
    expr: inRange("plex_exporter_websocket_reconnects_total", "server"),
    legend: "{{server}}",
  }],
  decimals: 0,
  noValue: UNSCRAPED,
});

const scrapes = timeSeriesPanel({
  title: "Scrapes",
  description: "How long Prometheus takes to scrape the exporter.",
  queries: [{ expr: ofTarget("scrape_duration_seconds"), legend: "{{instance}}" }],
  unit: "s",
  noValue: UNSCRAPED,
});

const samples = timeSeriesPanel({
  title: "Samples",
  description: "Samples per scrape.",
  queries: [{ expr: ofTarget("scrape_samples_scraped"), legend: "{{instance}}" }],
  noValue: UNSCRAPED,
});

const cpu = timeSeriesPanel({
  title: "CPU of the exporter",
  description: "Share of one CPU that the exporter uses.",
  queries: [{
    expr: ofTarget("rate(process_cpu_seconds_total[$__rate_interval])"),
    legend: "{{instance}}",
  }],
  unit: "percentunit",
  noValue: UNSCRAPED,
});

/** "Plex / Exporter health". */
export const health = buildDashboard({
  uid: "plex-exporter-health",
  title: "Plex / Exporter health",
  description: "Age of the exporter's data, its requests to Plex and its scrapes.",
  rows: [
    {
      height: 4,
      panels: [
        [5, token],
        [5, socket],
        [3, oldest],
        [3, failures],
        [2, dropped],
        [3, running],
        [3, memory],
      ],
    },
    { height: 8, panels: [[12, ages], [12, outcomes]] },
    { height: 8, panels: [[12, requests], [12, durations]] },
    { height: 7, panels: [[10, connected], [9, notifications], [5, reconnects]] },
    { height: 7, panels: [[6, scrapes], [6, samples], [6, cpu], [6, build]] },
  ],
});

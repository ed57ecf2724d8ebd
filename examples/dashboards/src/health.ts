/** The dashboard of the exporter itself: the age of its data, and its requests to Plex. */
import { buildDashboard } from "./dashboard.ts";
import { type Names, NO_ANSWER, UNSCRAPED } from "./names.ts";
import { curves, figure, ranking, timeline } from "./panel.ts";
import { chosen, inRange, orZero, perSecond } from "./query.ts";
import { table } from "./table.ts";

const REQUESTS = "plex_exporter_api_requests_total";
const ANSWERED = "plex_exporter_last_success_timestamp_seconds";
const CONNECTED: Names = { "0": ["Not connected", "red"], "1": ["Connected", "green"] };

/** A metric of the target, which is selected by a metric that only the exporter has. */
function ofTarget(expression: string): string {
  return `${expression} and on (job, instance) plex_exporter_build_info`;
}

const token = figure({
  title: "Token",
  about: "Whether Plex accepts the token.",
  queries: [{ expr: chosen("plex_exporter_token_valid"), legend: "{{server}}" }],
  words: { "0": ["Rejected", "red"], "1": ["Accepted", "green"] },
  nothing: NO_ANSWER,
  background: true,
  name: true,
});

const events = figure({
  title: "Notifications",
  about: "Whether the exporter receives Plex's notifications. Without them it polls more often.",
  queries: [{ expr: chosen("plex_exporter_websocket_connected"), legend: "{{server}}" }],
  words: CONNECTED,
  nothing: UNSCRAPED,
  background: true,
  name: true,
});

const oldest = figure({
  title: "Sessions asked",
  about: "How long ago the list of sessions was read. Idle servers are asked every 20 s.",
  queries: [`max(time() - ${chosen(ANSWERED, 'endpoint="/status/sessions"')})`],
  unit: "s",
  decimals: 0,
  steps: [[null, "green"], [60, "orange"], [300, "red"]],
  nothing: NO_ANSWER,
});

const failures = figure({
  title: "Failed requests",
  about:
    "Requests to Plex that failed in the chosen range. Not found: this Plex lacks the feature.",
  queries: [orZero(inRange(REQUESTS, "", 'outcome!~"ok|not_found"'))],
  decimals: 0,
});

const dropped = figure({
  title: "Dropped",
  about: "Series and sessions that were left out in the chosen range because a limit was reached.",
  queries: [orZero(inRange("plex_exporter_dropped_series_total", ""))],
  decimals: 0,
  steps: [[null, "green"], [1, "red"]],
});

const running = figure({
  title: "Running for",
  about:
    "How long the exporter has been running. Its counters began then, unless it has a state file.",
  queries: [`max(${ofTarget("time() - process_start_time_seconds")})`],
  unit: "s",
  decimals: 1,
  nothing: UNSCRAPED,
});

const memory = figure({
  title: "Memory",
  about: "Memory that the exporter uses.",
  queries: [`sum(${ofTarget("process_resident_memory_bytes")})`],
  unit: "bytes",
  decimals: 0,
  nothing: UNSCRAPED,
});

const build = table({
  title: "Build",
  about: "Version of each exporter and of the Deno it runs on.",
  nothing: UNSCRAPED,
  by: "instance",
  queries: ["plex_exporter_build_info"],
  columns: [
    { field: "instance", title: "Exporter" },
    { field: "version", title: "Version" },
    { field: "deno_version", title: "Deno" },
  ],
});

const ages = curves({
  title: "Age of what is known",
  about: "Time since the last successful response of each endpoint. Endpoints that are only " +
    "requested when needed are left out.",
  queries: [{
    expr: `max by (endpoint) (time() - ${
      chosen(ANSWERED, 'endpoint!~"/|/identity|/library/.+|/updater/.+"')
    })`,
    legend: "{{endpoint}}",
  }],
  unit: "s",
  nothing: NO_ANSWER,
});

const requests = curves({
  title: "Requests",
  about: "Requests to Plex per second by endpoint.",
  queries: [{ expr: `${perSecond(REQUESTS, "endpoint")} > 0`, legend: "{{endpoint}}" }],
  unit: "reqps",
  nothing: UNSCRAPED,
  stacked: true,
});

const outcomes = curves({
  title: "Outcomes",
  about: "Requests to Plex per second by outcome.",
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
  nothing: UNSCRAPED,
  stacked: true,
});

const BUCKETS = "plex_exporter_api_request_duration_seconds_bucket";

const durations = curves({
  title: "Slowest requests",
  about: "95th percentile of the response time by endpoint.",
  queries: [{
    expr: `histogram_quantile(0.95, ${perSecond(BUCKETS, "le, endpoint")}) >= 0`,
    legend: "{{endpoint}}",
  }],
  unit: "s",
  nothing: UNSCRAPED,
});

const connected = timeline({
  title: "Notifications",
  about: "When the notification socket was open.",
  queries: [{ expr: chosen("plex_exporter_websocket_connected"), legend: "{{server}}" }],
  words: CONNECTED,
  nothing: UNSCRAPED,
});

const heard = curves({
  title: "Notifications heard",
  about: "Notifications from Plex per second by type.",
  queries: [{
    expr: `${perSecond("plex_exporter_websocket_events_total", "type")} > 0`,
    legend: "{{type}}",
  }],
  unit: "cps",
  nothing: "No notifications in this range",
  stacked: true,
  bars: true,
});

const reconnects = ranking({
  title: "Reconnected",
  about: "Reconnects of the notification socket in the chosen range. An idle server sends " +
    "nothing, so its socket is reopened every five minutes to be sure.",
  queries: [{
    expr: inRange("plex_exporter_websocket_reconnects_total", "server"),
    legend: "{{server}}",
  }],
  decimals: 0,
  nothing: UNSCRAPED,
});

const scrapes = curves({
  title: "Scrapes",
  about: "How long Prometheus takes to scrape the exporter.",
  queries: [{ expr: ofTarget("scrape_duration_seconds"), legend: "{{instance}}" }],
  unit: "s",
  nothing: UNSCRAPED,
});

const samples = curves({
  title: "Samples",
  about: "Samples per scrape.",
  queries: [{ expr: ofTarget("scrape_samples_scraped"), legend: "{{instance}}" }],
  nothing: UNSCRAPED,
});

const cpu = curves({
  title: "CPU of the exporter",
  about: "Share of one CPU that the exporter uses.",
  queries: [{
    expr: ofTarget("rate(process_cpu_seconds_total[$__rate_interval])"),
    legend: "{{instance}}",
  }],
  unit: "percentunit",
  nothing: UNSCRAPED,
});

export const health = buildDashboard({
  uid: "plex-exporter-health",
  title: "Plex / Exporter health",
  about: "Age of the exporter's data, its requests to Plex and its scrapes.",
  rows: [
    {
      height: 4,
      panels: [
        [5, token],
        [5, events],
        [3, oldest],
        [3, failures],
        [2, dropped],
        [3, running],
        [3, memory],
      ],
    },
    { height: 8, panels: [[12, ages], [12, outcomes]] },
    { height: 8, panels: [[12, requests], [12, durations]] },
    { height: 7, panels: [[10, connected], [9, heard], [5, reconnects]] },
    { height: 7, panels: [[6, scrapes], [6, samples], [6, cpu], [6, build]] },
  ],
});

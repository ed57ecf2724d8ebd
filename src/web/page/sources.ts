/** The sources section of the status page: the age of each source, or why it is unavailable. */
import { isFresh, isUp } from "../../core/availability.ts";
import { seriesOf } from "../../core/counter_vec.ts";
import type { ServerState } from "../../core/state.ts";
import type { Endpoint } from "../../core/api_stats.ts";
import { DATA_SOURCES, type DataSource } from "../../core/enums.ts";
import { type Html, html } from "../html.ts";
import { formatAge, formatNumber, pluralize } from "./format.ts";
import { type Tile, tile } from "./tile.ts";

/** The endpoints of each source. */
const ENDPOINTS_OF: Readonly<Record<DataSource, readonly Endpoint[]>> = {
  sessions: ["/status/sessions", "/library/metadata/{ids}"],
  server: ["/"],
  libraries: ["/library/sections", "/media/providers", "/library/sections/{id}/all"],
  resources: ["/statistics/resources"],
  bandwidth: ["/statistics/bandwidth"],
  activities: ["/activities"],
  jobs: ["/status/sessions/background"],
  history: ["/status/sessions/history/all", "/accounts"],
  dvr: ["/livetv/dvrs", "/media/subscriptions"],
};

/** The sources of one server, including its notifications. */
export function sources(state: ServerState, at: number): Html {
  return html`
    <dl class="card tiles">
      ${DATA_SOURCES.map((source) => tile(source, sourceTile(state, source, at)))}
      ${tile("events", eventsTile(state))}
    </dl>
  `;
}

function sourceTile(state: ServerState, source: DataSource, at: number): Tile {
  const { readAt, unavailable, intervalMs } = state.sources[source];
  if (unavailable) return { severity: "idle", text: whyUnavailable(state, source) };
  const detail = failures(state, source);
  if (readAt === undefined) {
    return { severity: detail === undefined ? "idle" : "warn", text: "not read yet", detail };
  }
  const rarely = intervalMs === undefined ? "" : ", read rarely";
  const age = formatAge(at - readAt) + rarely;
  if (isFresh(state, source, at)) return { severity: "good", text: age, detail };
  // Sources are first read a moment before the poll that marks Plex as up.
  if (state.availability.status === "unknown") return { severity: "idle", text: age, detail };
  return { severity: "warn", text: `stale: ${age}`, detail };
}

/** Why a source is unavailable. */
function whyUnavailable({ availability, server }: ServerState, source: DataSource): string {
  const needsPlexPass = ["resources", "bandwidth", "dvr"].includes(source);
  const lacksPlexPass = needsPlexPass && server?.plexPass === false;
  if (availability.tokenOwner === false || source === "sessions") {
    return lacksPlexPass ? "needs the owner's token and Plex Pass" : "needs the owner's token";
  }
  if (source === "dvr" && server?.plexPass !== false) return "no recorder";
  return needsPlexPass && server?.plexPass !== true ? "needs Plex Pass" : "not offered by Plex";
}

/** The number and kinds of failed requests of a source; `undefined` if there are none. */
function failures({ apiStats }: ServerState, source: DataSource): string | undefined {
  const counts = new Map<string, number>();
  let requests = 0;
  for (const { key: { endpoint, outcome }, value } of seriesOf(apiStats.requests)) {
    if (value === 0 || !ENDPOINTS_OF[source].some((path) => path === endpoint)) continue;
    requests += value;
    if (outcome !== "ok") counts.set(outcome, (counts.get(outcome) ?? 0) + value);
  }
  if (counts.size === 0) return undefined;
  const failed = [...counts.values()].reduce((sum, value) => sum + value, 0);
  const outcomes = [...counts.keys()].map((outcome) => outcome.replaceAll("_", " ")).join(", ");
  return `${formatNumber(failed)} of ${pluralize(requests, "requests")} failed (${outcomes})`;
}

function eventsTile(state: ServerState): Tile {
  const { availability, apiStats } = state;
  const reconnects = Math.max(0, apiStats.connections - 1);
  const received = seriesOf(apiStats.notifications).reduce((sum, { value }) => sum + value, 0);
  const counted = [
    received > 0 ? `${formatNumber(received)} received` : "",
    reconnects > 0 ? pluralize(reconnects, "reconnects") : "",
  ];
  const detail = counted.filter((text) => text !== "").join(", ") || undefined;
  if (apiStats.connected) return { severity: "good", text: "connected", detail };
  if (availability.status === "unknown") return { severity: "idle", text: "not connected yet" };
  if (availability.tokenOwner === false) {
    return { severity: "idle", text: "needs the owner's token" };
  }
  return {
    severity: "warn",
    text: isUp(state) ? "lost: polling instead" : "not connected",
    detail,
  };
}

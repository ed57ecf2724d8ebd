/** The sources section of the status page: the age of each data source, or why it is unavailable. */
import { isFresh, isUp } from "../../core/availability.ts";
import { seriesOf } from "../../core/counter_vec.ts";
import type { ServerState } from "../../core/state.ts";
import type { Endpoint } from "../../core/api_stats.ts";
import { DATA_SOURCES, type DataSource } from "../../core/enums.ts";
import { type Html, html } from "../html.ts";
import { formatAge, formatNumber, type Level, pluralize, statusDot } from "./format.ts";

/** The status of a source, with detail where it helps. */
interface Account {
  readonly level: Level;
  readonly words: string;
  readonly detail?: string | undefined;
}

/** The endpoints of each source. */
const ENDPOINTS: Readonly<Record<DataSource, readonly Endpoint[]>> = {
  sessions: ["/status/sessions", "/library/metadata/{ids}"],
  server: ["/"],
  libraries: ["/library/sections", "/media/providers", "/library/sections/{id}/all"],
  resources: ["/statistics/resources"],
  bandwidth: ["/statistics/bandwidth"],
  activities: ["/activities"],
  history: ["/status/sessions/history/all", "/accounts"],
};

/** The sources of one server, including its notifications. */
export function sources(state: ServerState, at: number): Html {
  return html`
    <dl class="card sources">
      ${DATA_SOURCES.map((source) => tile(source, account(state, source, at)))}
      ${tile("events", events(state))}
    </dl>
  `;
}

function tile(title: string, { level, words, detail }: Account): Html {
  return html`
    <div>
      <dt>${statusDot(level)} ${title}</dt>
      <dd>${words}${detail === undefined ? undefined : html`<small>${detail}</small>`}</dd>
    </div>
  `;
}

function account(state: ServerState, source: DataSource, at: number): Account {
  const { readAt, unavailable, intervalMs } = state.sources[source];
  if (unavailable) return { level: "idle", words: whyMissing(state, source) };
  const detail = failures(state, source);
  if (readAt === undefined) {
    return { level: detail === undefined ? "idle" : "warn", words: "not read yet", detail };
  }
  const rarely = intervalMs === undefined ? "" : ", read rarely";
  const age = formatAge(at - readAt) + rarely;
  if (isFresh(state, source, at)) return { level: "good", words: age, detail };
  // Sources are first read a moment before the poll that marks Plex as up.
  if (state.availability.status === "unknown") return { level: "idle", words: age, detail };
  return { level: "warn", words: `stale: ${age}`, detail };
}

/** Why a source is unavailable. */
function whyMissing({ availability, server }: ServerState, source: DataSource): string {
  const paid = source === "resources" || source === "bandwidth";
  const passLess = paid && server?.plexPass === false;
  if (availability.tokenOwner === false || source === "sessions") {
    return passLess ? "needs the owner's token and Plex Pass" : "needs the owner's token";
  }
  return paid && server?.plexPass !== true ? "needs Plex Pass" : "not offered by Plex";
}

/** The number and kinds of failed requests of a source; `undefined` if there are none. */
function failures({ apiStats }: ServerState, source: DataSource): string | undefined {
  const ways = new Map<string, number>();
  let requests = 0;
  for (const { key: { endpoint, outcome }, value } of seriesOf(apiStats.requests)) {
    if (value === 0 || !ENDPOINTS[source].some((path) => path === endpoint)) continue;
    requests += value;
    if (outcome !== "ok") ways.set(outcome, (ways.get(outcome) ?? 0) + value);
  }
  if (ways.size === 0) return undefined;
  const failed = [...ways.values()].reduce((sum, value) => sum + value, 0);
  const named = [...ways.keys()].map((way) => way.replaceAll("_", " ")).join(", ");
  return `${formatNumber(failed)} of ${pluralize(requests, "requests")} failed (${named})`;
}

function events(state: ServerState): Account {
  const { availability, apiStats } = state;
  const again = Math.max(0, apiStats.connections - 1);
  const received = seriesOf(apiStats.notifications).reduce((sum, { value }) => sum + value, 0);
  const counted = [
    received > 0 ? `${formatNumber(received)} received` : "",
    again > 0 ? pluralize(again, "reconnects") : "",
  ];
  const detail = counted.filter((text) => text !== "").join(", ") || undefined;
  if (apiStats.connected) return { level: "good", words: "connected", detail };
  if (availability.status === "unknown") return { level: "idle", words: "not connected yet" };
  if (availability.tokenOwner === false) return { level: "idle", words: "needs the owner's token" };
  return { level: "warn", words: isUp(state) ? "lost: polling instead" : "not connected", detail };
}

/** What a server does in the background, for its card on the status page. */
import { currentValue } from "../../core/availability.ts";
import { countDownloads } from "../../core/downloads.ts";
import type { ActivityType } from "../../core/enums.ts";
import type { ServerState } from "../../core/state.ts";
import { html, type HtmlValue } from "../html.ts";
import { pluralize, untrusted } from "./format.ts";

/** Maximum number of users named with the downloads; metrics have all of them. */
const MAX_USERS = 5;

const ACTIVITIES: Readonly<Record<ActivityType, string>> = {
  library_scan: "scanning a library",
  analysis: "analysing media",
  metadata_refresh: "refreshing metadata",
  download: "preparing downloads",
  maintenance: "maintenance",
  other: "background work",
};

/** Running activities, downloads with their users, and background jobs, if there are any. */
export function activityFacts(state: ServerState, at: number): readonly HtmlValue[] {
  const downloads = downloadFact(state, at);
  const activities = currentValue(state, "activities", at)?.values() ?? [];
  const types = new Set([...activities].map(({ type }) => type));
  // Replaced by the number of downloads.
  if (downloads !== undefined) types.delete("download");
  return [...[...types].map((type) => ACTIVITIES[type]), downloads, jobsFact(state, at)];
}

function downloadFact(state: ServerState, at: number): HtmlValue {
  const running = countDownloads(state, at).filter(([, count]) => count > 0);
  if (running.length === 0) return undefined;
  const total = running.reduce((sum, [, count]) => sum + count, 0);
  const users = running.slice(0, MAX_USERS)
    .flatMap(([{ user }], index) => index === 0 ? [untrusted(user)] : [", ", untrusted(user)]);
  const more = running.length > MAX_USERS ? " and others" : "";
  return html`${pluralize(total, "downloads")} by ${users}${more}`;
}

function jobsFact(state: ServerState, at: number): string | undefined {
  const jobs = currentValue(state, "jobs", at);
  const total = Object.values(jobs ?? {}).reduce((sum, count) => sum + count, 0);
  return total === 0 ? undefined : pluralize(total, "background jobs");
}

/** States of servers for tests of the page, and the text of its parts. */
import type { ServerEvent } from "../../src/core/event.ts";
import { initialState, type ServerState } from "../../src/core/state.ts";
import type { Session } from "../../src/core/session.ts";
import { reduce } from "../../src/core/reduce.ts";
import { type PageInfo, renderPage } from "../../src/web/page/mod.ts";
import { listed, SERVER, START } from "./core_builders.ts";
import { visibleText } from "./page_text.ts";
import { tallyOf, view } from "./view_builders.ts";

/** The zone is an hour ahead of UTC: START is 13:00. */
export const ZONE = "Europe/Berlin";

/** A server before the first response. */
export const UNKNOWN_SERVER = initialState("plex.example:32400", ZONE);

/** The state after further events. */
export function later(state: ServerState, ...events: readonly ServerEvent[]): ServerState {
  return events.reduce(reduce, state);
}

const LIBRARY = { otherVideos: false, scanning: false } as const;

/** A server that is up at START with these sessions, after all sources were read. */
export function up(...sessions: readonly Session[]): ServerState {
  const at = START;
  return later(
    UNKNOWN_SERVER,
    { type: "server_described", at, server: SERVER },
    {
      type: "libraries_listed",
      at,
      withSizes: true,
      libraries: [
        { ...LIBRARY, id: "1", title: "Films", type: "movie", storageBytes: 3_450_000_000_000 },
        { ...LIBRARY, id: "2", title: "Series", type: "show" },
      ],
    },
    { type: "library_counted", at, libraryId: "1", contentType: "movies", count: 1234 },
    { type: "request_ended", at, endpoint: "/status/sessions", outcome: "ok", durationMs: 3 },
    listed(at, ...sessions),
    {
      type: "resources_sampled",
      at,
      resources: {
        sampledS: at / 1000,
        hostCpuPercent: 12.4,
        hostMemoryPercent: 48,
        processCpuPercent: 3,
        processMemoryPercent: 4,
      },
    },
    {
      type: "bandwidth_read",
      at,
      sinceS: at / 1000 - 30,
      rows: [],
      accounts: new Map(),
      devices: new Map(),
    },
    { type: "activities_listed", at, activities: new Map() },
    { type: "accounts_listed", at, accounts: new Map([["7", "bob"]]) },
    { type: "jobs_listed", at, jobs: { transcode: 0, other: 0 } },
    { type: "history_read", at, tally: tallyOf([view()]) },
    { type: "source_unavailable", at, source: "dvr" },
    { type: "socket_changed", at, connected: true },
  );
}

/** A completed scrape. */
export function scrape(at: number, client: string, series = 143): ServerEvent {
  return { type: "scrape_completed", at, scrape: 1, client, series };
}

/** The page of these states some seconds after START. */
export function pageOf(
  states: readonly ServerState[],
  seconds = 2,
  info: Partial<PageInfo> = {},
): string {
  const at = START + seconds * 1000;
  return renderPage(states, at, { version: "1.2.3", metricsPath: "/metrics", ...info });
}

/** The text of one part, by the id of its heading. */
export function partOf(page: string, id: string): string {
  const [, part = ""] = new RegExp(`<section aria-labelledby="${id}">(.*?)</section>`, "s")
    .exec(page) ?? [];
  return visibleText(part).trim();
}

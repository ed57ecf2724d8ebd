/**
 * The only way in which state changes: `(state, event) → state`, pure and synchronous. How an
 * event changes a part of the state is decided in the file of that part.
 */
import { applyActivity, applyActivityList } from "./activities.ts";
import { countNotification, countRequest, setConnected } from "./api_stats.ts";
import { markRead, markUnavailable, pollFailed, pollSucceeded } from "./availability.ts";
import { applyBandwidth, discardFutureWatermark } from "./bandwidth.ts";
import { replaceAccounts } from "./downloads.ts";
import type { DataSource } from "./enums.ts";
import type { ServerEvent } from "./event.ts";
import { countLibrary, mergeLibraries } from "./libraries.ts";
import { completeWalk, dropUnlistedWalks, NO_WALKS } from "./library_walk.ts";
import { deferNotification, isSessionListUnavailable } from "./notifications.ts";
import { applyNotification, applySessionList } from "./playback.ts";
import { restoreServer } from "./restored_server.ts";
import { type SavedServer, saveEmpty } from "./saved_server.ts";
import { beginScrape, completeScrape, isShown } from "./scrapes.ts";
import type { ServerInfo } from "./server.ts";
import type { Play, ServerState } from "./state.ts";
import { addViews, replaceViews } from "./view_history.ts";

/** The state after `event`. Does not throw, and does not modify `state`. */
export function reduce(state: ServerState, event: ServerEvent): ServerState {
  switch (event.type) {
    case "sessions_listed":
      if (isOutdated(state, "sessions", event.at)) return state;
      return {
        ...applySessionList(markRead(state, "sessions", event.at), event),
        availability: pollSucceeded(state.availability, event.at, true),
      };
    case "sessions_denied":
      return {
        ...markUnavailable(state, "sessions"),
        availability: pollSucceeded(state.availability, event.at, false),
      };
    case "poll_failed":
      return { ...state, availability: pollFailed(state.availability, event) };
    case "playback_notified":
      return isSessionListUnavailable(state)
        ? deferNotification(state, event)
        : applyNotification(state, event);
    case "transcode_notified":
      return applyTranscode(state, event);
    case "server_described":
      return describeServer(markRead(state, "server", event.at), event);
    case "releases_listed":
      return { ...state, releases: event.releases };
    case "libraries_listed":
      if (isOutdated(state, "libraries", event.at)) return state;
      return dropUnlistedWalks({
        ...markRead(state, "libraries", event.at),
        libraries: mergeLibraries(state.libraries, event.libraries, event.withSizes),
      });
    case "library_counted":
      return {
        ...state,
        libraries: countLibrary(state.libraries, event.libraryId, event.contentType, event.count),
      };
    case "walk_progressed":
      return { ...state, walkProgress: event.progress };
    case "library_walked":
      return completeWalk(state, event);
    case "resources_sampled":
      return discardFutureWatermark({
        ...markRead(state, "resources", event.at),
        resources: event.resources,
      });
    case "bandwidth_read":
      return applyBandwidth(markRead(state, "bandwidth", event.at, event.intervalMs), event);
    case "history_read":
      return replaceViews(markRead(state, "history", event.at), event.tally);
    case "history_listed":
      return addViews(markRead(state, "history", event.at), event);
    case "activities_listed":
      return applyActivityList(markRead(state, "activities", event.at), event);
    case "activity_notified":
      return applyActivity(state, event);
    case "accounts_listed":
      return replaceAccounts(state, event.accounts);
    case "jobs_listed":
      return { ...markRead(state, "jobs", event.at), jobs: event.jobs };
    case "dvr_read":
      return { ...markRead(state, "dvr", event.at), dvr: event.dvr };
    case "source_unavailable":
      return markUnavailable(state, event.source);
    case "request_ended":
      return { ...state, apiStats: countRequest(state.apiStats, event) };
    case "notification_received":
      return { ...state, apiStats: countNotification(state.apiStats, event.notification) };
    case "socket_changed":
      return {
        ...state,
        apiStats: setConnected(state.apiStats, event.connected),
        socketLostAt: event.connected ? state.socketLostAt : event.at,
      };
    case "scrape_begun":
      return postponeExposure({ ...state, scrapes: beginScrape(state.scrapes) });
    case "scrape_completed":
      return { ...state, scrapes: completeScrape(state.scrapes, event) };
  }
}

/** Reset when another server answers: it may take long until these have been read of it. */
const NOTHING_READ = {
  accounts: undefined,
  dvr: undefined,
  jobs: undefined,
  releases: undefined,
  ...NO_WALKS,
};

function describeServer(
  state: ServerState,
  { at, server, saved }: Extract<ServerEvent, { type: "server_described" }>,
): ServerState {
  const isKnown = state.server?.id === server.id;
  const isAnother = state.server !== undefined && !isKnown;
  const own = isKnown ? state : restoreOther(state, server, saved);
  return {
    ...own,
    ...(isAnother ? NOTHING_READ : {}),
    server,
    // A server that was restored by its address is identified only now.
    identifiedAt: isKnown ? state.identifiedAt ?? at : at,
  };
}

/** The state for a server that was not at this address: it must not continue another's counters. */
function restoreOther(
  state: ServerState,
  server: ServerInfo,
  saved: SavedServer | undefined,
): ServerState {
  if (saved !== undefined) return restoreServer(state, saved);
  return state.server === undefined ? state : restoreServer(state, saveEmpty(state, server));
}

/** Whether the answer to a later request has been applied already. */
function isOutdated(state: ServerState, source: DataSource, at: number): boolean {
  return at < (state.sources[source].readAt ?? -Infinity);
}

/** Updates the transcode of the play that it belongs to. */
function applyTranscode(
  state: ServerState,
  { key, speed, throttled }: Extract<ServerEvent, { type: "transcode_notified" }>,
): ServerState {
  for (const play of state.plays.values()) {
    const { transcode } = play.session;
    if (transcode?.key !== key) continue;
    const session = { ...play.session, transcode: { ...transcode, speed, throttled } };
    return { ...state, plays: new Map(state.plays).set(play.id, { ...play, session }) };
  }
  return state;
}

/**
 * While the session list is unavailable, scrapes do not show plays. Counters of plays that no
 * scrape has shown at 0 yet count as created at this one, so that a later scrape shows them at 0
 * first.
 */
function postponeExposure(state: ServerState): ServerState {
  if (!state.sources.sessions.unavailable) return state;
  const { scrapes } = state;
  const postpone = (play: Play): Play =>
    isShown(play.playedMs, scrapes)
      ? play
      : { ...play, playedMs: { ...play.playedMs, createdAtScrape: scrapes.begun } };
  return {
    ...state,
    plays: new Map([...state.plays].map(([id, play]) => [id, postpone(play)])),
    recentlyEnded: state.recentlyEnded.map((ended) => ({ ...ended, play: postpone(ended.play) })),
  };
}

/**
 * The one way in which state changes: `(state, event) → state`, pure and synchronous. What each
 * event means stands in the file of its subject.
 */
import { checkWatermark, NO_BANDWIDTH, readBandwidth } from "./bandwidth.ts";
import { heedChanges, isBlind, notifyBlindly } from "./blind.ts";
import { answered, failed, missSource, NO_CONTACT, NO_READINGS, readSource } from "./contact.ts";
import type { ServerEvent } from "./event.ts";
import { emptyHistory } from "./history.ts";
import { countLibrary, listLibraries } from "./libraries.ts";
import type { ServerState } from "./model.ts";
import { listSessions, notifyPlayback } from "./playback.ts";
import { beginScrape, completeScrape, NO_SCRAPES } from "./scrapes.ts";
import { connect, countNotification, countRequest, noTraffic } from "./traffic.ts";
import type { Source } from "./vocabulary.ts";

/** A server of which nothing is known but where it should be. */
export function unknownServer(address: string, zone: string): ServerState {
  return {
    address,
    zone,
    contact: NO_CONTACT,
    readings: NO_READINGS,
    plays: new Map(),
    ended: [],
    unlisted: new Map(),
    unheeded: new Map(),
    bandwidth: NO_BANDWIDTH,
    history: emptyHistory(0),
    traffic: noTraffic(),
    scrapes: NO_SCRAPES,
  };
}

/** The state after `event`. It never throws and never changes the state it is given. */
export function reduce(state: ServerState, event: ServerEvent): ServerState {
  switch (event.type) {
    case "sessions_listed":
      if (isStale(state, "sessions", event.at)) return state;
      return {
        ...listSessions(heedChanges(read(state, "sessions", event.at)), event),
        contact: answered(state.contact, event.at, true),
      };
    case "sessions_withheld":
      return {
        ...miss(state, "sessions"),
        contact: answered(state.contact, event.at, false),
      };
    case "poll_failed":
      return { ...state, contact: failed(state.contact, event) };
    case "playback_notified":
      return isBlind(state) ? notifyBlindly(state, event) : notifyPlayback(state, event);
    case "transcode_notified":
      return notifyTranscode(state, event);
    case "server_described":
      return {
        ...read(state, "server", event.at),
        server: event.server,
        identifiedAt: state.server?.id === event.server.id ? state.identifiedAt : event.at,
      };
    case "libraries_listed":
      if (isStale(state, "libraries", event.at)) return state;
      return {
        ...read(state, "libraries", event.at),
        libraries: listLibraries(state.libraries, event.libraries, event.measured),
      };
    case "library_counted":
      return {
        ...state,
        libraries: countLibrary(state.libraries, event.libraryId, event.contentType, event.count),
      };
    case "resources_sampled":
      return checkWatermark({
        ...read(state, "resources", event.at),
        resources: event.resources,
      });
    case "bandwidth_read":
      return readBandwidth(read(state, "bandwidth", event.at, event.everyMs), event);
    case "activities_listed":
      return listActivities(read(state, "activities", event.at), event);
    case "activity_notified":
      return notifyActivity(state, event);
    case "source_missing":
      return miss(state, event.source);
    case "request_ended":
      return { ...state, traffic: countRequest(state.traffic, event) };
    case "notification_received":
      return { ...state, traffic: countNotification(state.traffic, event.notification) };
    case "socket_changed":
      return { ...state, traffic: connect(state.traffic, event.connected) };
    case "scrape_begun":
      return { ...state, scrapes: beginScrape(state.scrapes) };
    case "scrape_completed":
      return { ...state, scrapes: completeScrape(state.scrapes, event) };
  }
}

/** Whether something asked for later has been read already. */
function isStale(state: ServerState, source: Source, at: number): boolean {
  return at < (state.readings[source].readAt ?? -Infinity);
}

function read(state: ServerState, source: Source, at: number, everyMs?: number): ServerState {
  return { ...state, readings: readSource(state.readings, source, at, everyMs) };
}

function miss(state: ServerState, source: Source): ServerState {
  return { ...state, readings: missSource(state.readings, source) };
}

function notifyTranscode(
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

function listActivities(
  state: ServerState,
  { at, activities }: Extract<ServerEvent, { type: "activities_listed" }>,
): ServerState {
  const isBehind = at < (state.activitiesNotifiedAt ?? -Infinity);
  return isBehind ? state : { ...state, activities };
}

function notifyActivity(
  state: ServerState,
  { at, id, activity, ended }: Extract<ServerEvent, { type: "activity_notified" }>,
): ServerState {
  const activities = new Map(state.activities);
  if (ended) activities.delete(id);
  else if (activities.has(id) || activities.size < MOST_ACTIVITIES) activities.set(id, activity);
  return { ...state, activities, activitiesNotifiedAt: at };
}

/** Activities remembered at once: Plex runs a handful, and what never ends must not pile up. */
const MOST_ACTIVITIES = 200;

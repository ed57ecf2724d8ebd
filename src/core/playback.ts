/**
 * The life of a play: a list begins it, lists and notifications show and confirm it, a notification
 * or a list without it ends it. How much of its time is credited is decided in `confirmation`.
 */
import {
  confirmByList,
  confirmByNotification,
  confirmBySwitch,
  type Connectivity,
  listedState,
  type ListTimes,
} from "./confirmation.ts";
import { creditTime } from "./credit.ts";
import { dropEndedWithKey, ENDED_VISIBLE_MS, endPlay } from "./ended_plays.ts";
import { awaitsHardware, countHeldTime } from "./hardware_wait.ts";
import { playKeys, sameKeys } from "./play_keys.ts";
import {
  expirePending,
  findPlay,
  holdNotification,
  isRepeatedStop,
  LIST_LAG_MS,
  pendingFor,
  previousPlayOf,
  STOP_GRACE_MS,
} from "./notifications.ts";
import type { ServerEvent } from "./event.ts";
import { countPlay, emptyPlayCounters, ensurePlaySeries } from "./play_counters.ts";
import { initialPosition } from "./position.ts";
import { LIMITS, recordDropped } from "./cardinality.ts";
import { keyText } from "./counter_vec.ts";
import { restoreCounter } from "./restored_server.ts";
import type { Play, ServerState } from "./state.ts";
import type { PlaybackNotification, Session } from "./session.ts";

const NO_SAVED_PLAYS: ServerState["savedPlays"] = new Map();

type SessionsListed = Extract<ServerEvent, { type: "sessions_listed" }>;

/** The id of a session's play. Live television is one play across its programmes. */
export function playId(session: Session): string {
  const item = session.live ? "live" : session.ratingKey;
  return [session.sessionKey, item, session.player.id, session.userId].join("\u0000");
}

/**
 * Applies a complete list: starts plays that are new in it, confirms known ones, and ends those
 * that it lacks, without crediting them: they were not seen playing after their last confirmation.
 */
export function applySessionList(before: ServerState, event: SessionsListed): ServerState {
  const state = applyDeferred(before);
  const { at, answeredAt = at, sessions } = event;
  const listed = new Map<string, Session>();
  for (const session of sessions) {
    if (!listed.has(session.sessionKey)) listed.set(session.sessionKey, session);
  }
  const ids = new Set([...listed.values()].map(playId));
  const plays = new Map<string, Play>();
  let next: ServerState = {
    ...(state.estimatedBits === undefined ? openCounters(state) : state),
    recentlyEnded: state.recentlyEnded.filter(({ endedAt }) => at - endedAt < ENDED_VISIBLE_MS),
  };
  for (const play of state.plays.values()) {
    if (ids.has(play.id)) plays.set(play.id, play);
    else next = endPlay(next, play, Math.max(at, play.observedAt), false);
  }
  for (const session of listed.values()) {
    const known = plays.get(playId(session));
    if (known === undefined && plays.size >= LIMITS.sessions) {
      next = {
        ...next,
        cardinality: recordDropped(next.cardinality, "sessions", playId(session)),
      };
      continue;
    }
    const [after, play] = known === undefined
      ? startPlay(next, session, { at, answeredAt })
      : updatePlay(next, known, session, { at, answeredAt });
    next = after;
    if (play !== undefined) plays.set(play.id, play);
  }
  return expirePending({ ...next, plays, savedPlays: NO_SAVED_PLAYS }, at);
}

/** Applies a notification; one about a play that is not known yet is held until a list shows it. */
export function applyNotification(
  state: ServerState,
  notification: PlaybackNotification,
): ServerState {
  const play = findPlay(state, notification);
  if (play === undefined) return applyUnlisted(state, notification);
  const { at, state: playState } = notification;
  if (at < play.observedAt && playState !== "stopped") return state;
  const confirmation = confirmByNotification(play, notification, connectivityOf(state));
  const [credited, current] = creditTime(state, play, confirmation);
  const plays = new Map(state.plays);
  if (playState === "stopped") {
    plays.delete(play.id);
    return { ...endPlay(credited, current, Math.max(at, play.observedAt), true), plays };
  }
  plays.set(play.id, { ...current, state: playState, notifiedAt: at, switchedAt: undefined });
  return { ...credited, plays };
}

/** Holds a notification of a play that no list has shown. Its player may have switched to it. */
function applyUnlisted(state: ServerState, notification: PlaybackNotification): ServerState {
  if (isRepeatedStop(state, notification)) return state;
  const previous = previousPlayOf(state, notification);
  if (previous === undefined || notification.at < previous.observedAt) {
    return holdNotification(state, notification);
  }
  const confirmation = confirmBySwitch(previous, notification, connectivityOf(state));
  const [credited, left] = creditTime(state, previous, confirmation);
  const plays = new Map(state.plays).set(previous.id, left);
  return holdNotification({ ...credited, plays }, notification);
}

/** Applies what was notified while no list was available: the first change and the last one. */
function applyDeferred(state: ServerState): ServerState {
  let next: ServerState = { ...state, deferredNotifications: new Map() };
  for (const [id, { first, last }] of state.deferredNotifications) {
    next = applyNotification(next, first);
    const play = next.plays.get(id);
    if (play === undefined || last === first) continue;
    const resumed = { ...play, observedAt: last.at, confirmedAt: last.at, pendingMs: 0 };
    next = applyNotification({ ...next, plays: new Map(next.plays).set(id, resumed) }, last);
  }
  return next;
}

function connectivityOf(
  { apiStats: { connected }, availability, socketLostAt }: ServerState,
): Connectivity {
  return { connected, socketLostAt, pollFailed: availability.failuresInARow > 0 };
}

/** The play counters begin with the first list: their closed families are created then. */
function openCounters(state: ServerState): ServerState {
  const createdAtScrape = state.scrapes.begun;
  const playCounters = emptyPlayCounters(createdAtScrape);
  return { ...state, playCounters, estimatedBits: { value: 0, createdAtScrape } };
}

/** Starts the play of a session that is new in a list, unless the play has just stopped. */
function startPlay(
  state: ServerState,
  session: Session,
  { at, answeredAt }: ListTimes,
): [ServerState, Play | undefined] {
  const id = playId(session);
  const justStopped = state.recentlyEnded.some(({ play, endedAt, byNotification }) =>
    byNotification && play.id === id && at - endedAt < STOP_GRACE_MS
  );
  if (justStopped) return [state, undefined];
  const createdAtScrape = state.scrapes.begun;
  const isHeld = awaitsHardware(undefined, session);
  const requestedKeys = playKeys(session, libraryOf(state, session), isHeld);
  const [opened, keys] = ensurePlaySeries(state, requestedKeys);
  // A play that ran when the last process ended has been counted by it.
  const saved = state.savedPlays.get(id);
  const playCounters = saved === undefined
    ? countPlay(opened.playCounters, keys)
    : opened.playCounters;
  const next = dropEndedWithKey({ ...opened, playCounters }, keys);
  const play: Play = {
    id,
    session,
    state: session.state,
    // The system's clock may have been set back meanwhile.
    startedAt: Math.min(saved?.startedAt ?? answeredAt, answeredAt),
    foundAt: answeredAt,
    observedAt: answeredAt,
    pendingMs: 0,
    confirmedAt: answeredAt,
    position: initialPosition(session.progressMs),
    requestedKeys,
    keys,
    heldStreamMs: isHeld ? 0 : undefined,
    playedMs: saved !== undefined && keyText(saved.legacyKey) === keyText(keys.legacy)
      ? restoreCounter(saved.playedMs, createdAtScrape)
      : { value: 0, createdAtScrape },
  };
  const notification = pendingFor(state, session, at);
  return notification === undefined ? [next, play] : applyPending(next, play, notification);
}

/** Applies the notification that the first list of a play lags behind. */
function applyPending(
  state: ServerState,
  play: Play,
  { at, positionMs, state: playState }: PlaybackNotification,
): [ServerState, Play | undefined] {
  if (playState === "stopped") {
    return [endPlay(state, play, Math.max(at, play.foundAt), true), undefined];
  }
  return [state, {
    ...play,
    state: playState,
    startedAt: Math.min(at, play.startedAt),
    foundAt: Math.min(at, play.foundAt),
    notifiedAt: at,
    observedAt: at,
    confirmedAt: at,
    position: initialPosition(positionMs ?? play.session.progressMs),
  }];
}

/** Applies a list to a known play: its state, and the keys it is counted under from now on. */
function updatePlay(
  state: ServerState,
  play: Play,
  session: Session,
  times: ListTimes,
): [ServerState, Play] {
  const { at } = times;
  // A list that does not lag is right: if it shows the play, the player has not switched.
  const lagsBehindSwitch = at - (play.switchedAt ?? -Infinity) < LIST_LAG_MS;
  const shown = lagsBehindSwitch ? play : { ...play, switchedAt: undefined };
  const confirmation = confirmByList(shown, session, times, connectivityOf(state));
  const [credited, current] = creditTime(state, play, confirmation);
  const isHeld = awaitsHardware(current, session);
  const heldStreamMs = isHeld ? current.heldStreamMs ?? 0 : undefined;
  const updated = {
    ...current,
    session,
    state: listedState(play, session, at),
    heldStreamMs,
  };
  const requestedKeys = playKeys(session, libraryOf(state, session), isHeld);
  if (sameKeys(requestedKeys, play.requestedKeys)) return [credited, updated];
  const [opened, keys] = ensurePlaySeries(credited, requestedKeys);
  const next = isHeld ? opened : countHeldTime(opened, current, keys, session);
  if (keyText(requestedKeys.legacy) === keyText(play.requestedKeys.legacy)) {
    // For the compatible families nothing changes: their series keeps its key object.
    const kept = { ...keys, legacy: play.keys.legacy };
    return [next, { ...updated, requestedKeys, keys: kept }];
  }
  const playedMs = { value: 0, createdAtScrape: state.scrapes.begun };
  return [dropEndedWithKey(next, keys), { ...updated, requestedKeys, keys, playedMs }];
}

function libraryOf(state: ServerState, { library }: Session) {
  return library === undefined ? undefined : state.libraries?.get(library.id);
}

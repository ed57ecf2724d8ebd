/**
 * The life of a play: a list begins it, lists and notifications confirm it, a notification or a
 * list without it ends it; the time between two confirmations is credited. It says nothing of
 * whether Plex can be reached: while it can't, nobody speaks of the plays and they stand still.
 */
import { playKeys, sameKeys } from "./play_keys.ts";
import {
  expirePending,
  holdNotification,
  isRepeatedStop,
  LIST_LAG_MS,
  matchesSession,
  pendingFor,
  STOP_GRACE_MS,
} from "./pending_notifications.ts";
import type { ServerEvent } from "./event.ts";
import {
  addBufferingTime,
  addPlayTime,
  countPlay,
  emptyPlayCounters,
  ensurePlaySeries,
} from "./play_counters.ts";
import { LIMITS, recordDropped } from "./cardinality.ts";
import { keyText } from "./counter_vec.ts";
import type { EndedPlay, Play, ServerState } from "./state.ts";
import type { PlaybackNotification } from "./playback_notification.ts";
import type { Session } from "./session.ts";

/** Most time credited between two confirmations: what is not confirmed was not seen to be played. */
export const MAX_CREDIT_MS = 30_000;

/** How long the compatible families still show a play that is over. */
export const ENDED_VISIBLE_MS = 90_000;

type SessionsListed = Extract<ServerEvent, { type: "sessions_listed" }>;

/** What makes two sessions the same play. */
export function playId(session: Session): string {
  const item = session.live ? "live" : session.ratingKey;
  return [session.sessionKey, item, session.player.id, session.userId].join("\u0000");
}

/** Takes a whole list: begins what is new in it, confirms what is known, ends what it lacks. */
export function applySessionList(
  state: ServerState,
  { at, sessions }: SessionsListed,
): ServerState {
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
    else next = endPlay(next, play, at, false);
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
      ? startPlay(next, session, at)
      : updatePlay(next, known, session, at);
    next = after;
    if (play !== undefined) plays.set(play.id, play);
  }
  return expirePending({ ...next, plays }, at);
}

/** Takes a notification; what it says of a play that is not known yet waits for a list. */
export function applyNotification(state: ServerState, event: PlaybackNotification): ServerState {
  const play = findPlay(state, event);
  if (play === undefined) {
    if (isRepeatedStop(state, event)) return state;
    const former = previousPlayOf(state, event);
    return holdNotification(former === undefined ? state : suspend(state, former, event.at), event);
  }
  if (event.state === "stopped") {
    const plays = new Map(state.plays);
    plays.delete(play.id);
    return { ...endPlay(state, play, event.at, true), plays };
  }
  if (event.at < play.confirmedAt) return state;
  const [credited, current] = creditTime(state, play, event.at);
  const notified = {
    ...current,
    state: event.state,
    notifiedAt: event.at,
    switchedAt: undefined,
  };
  return { ...credited, plays: new Map(state.plays).set(play.id, notified) };
}

/** The play that a player goes on from, where it plays another item under its session key. */
export function previousPlayOf(state: ServerState, event: PlaybackNotification): Play | undefined {
  if (event.state === "stopped") return undefined;
  return state.plays.values().find(({ session }) => session.sessionKey === event.sessionKey);
}

/** Credits a play up to the moment at which its player went on to another. */
function suspend(state: ServerState, play: Play, at: number): ServerState {
  const [credited, current] = creditTime(state, play, at);
  return { ...credited, plays: new Map(state.plays).set(play.id, { ...current, switchedAt: at }) };
}

/** The live play that a notification speaks of. */
export function findPlay(
  state: ServerState,
  said: Pick<PlaybackNotification, "sessionKey" | "ratingKey">,
): Play | undefined {
  return state.plays.values().find(({ session }) => matchesSession(said, session));
}

/** Credits the span from the last confirmation up to `untilAt`, by what the play was doing then. */
function creditTime(state: ServerState, play: Play, untilAt: number): [ServerState, Play] {
  const span = untilAt - play.confirmedAt;
  if (span <= 0) return [state, play];
  const ms = Math.min(span, MAX_CREDIT_MS);
  const confirmed = { ...play, confirmedAt: untilAt };
  const { keys, confirmedAt, playedMs, session } = play;
  if (play.state === "paused" || play.switchedAt !== undefined) return [state, confirmed];
  if (play.state === "buffering") {
    return [
      { ...state, playCounters: addBufferingTime(state.playCounters, keys, ms) },
      confirmed,
    ];
  }
  const bits = state.estimatedBits;
  return [
    {
      ...state,
      playCounters: addPlayTime(state.playCounters, keys, confirmedAt, ms, state.zone),
      // 1 kbit/s for 1 ms is 1 bit.
      estimatedBits: bits &&
        { ...bits, value: bits.value + (session.output.bitrateKbps ?? 0) * ms },
    },
    { ...confirmed, playedMs: { ...playedMs, value: playedMs.value + ms } },
  ];
}

/** The history begins with the first list: that is when its closed families are born. */
function openCounters(state: ServerState): ServerState {
  const createdAtScrape = state.scrapes.begun;
  const playCounters = emptyPlayCounters(createdAtScrape);
  return { ...state, playCounters, estimatedBits: { value: 0, createdAtScrape } };
}

function startPlay(
  state: ServerState,
  session: Session,
  at: number,
): [ServerState, Play | undefined] {
  const id = playId(session);
  const justStopped = state.recentlyEnded.some(({ play, endedAt, byNotification }) =>
    byNotification && play.id === id && at - endedAt < STOP_GRACE_MS
  );
  if (justStopped) return [state, undefined];
  const createdAtScrape = state.scrapes.begun;
  const requestedKeys = playKeys(session, libraryOf(state, session));
  const [opened, keys] = ensurePlaySeries(state, requestedKeys);
  const next = dropEndedWithKey(
    { ...opened, playCounters: countPlay(opened.playCounters, keys) },
    keys,
  );
  const play: Play = {
    id,
    session,
    state: session.state,
    startedAt: at,
    confirmedAt: at,
    requestedKeys,
    keys,
    playedMs: { value: 0, createdAtScrape },
  };
  const said = pendingFor(state, session, at);
  if (said === undefined) return [next, play];
  if (said.state === "stopped") return [endPlay(next, play, said.at, true), undefined];
  // Said of what was not known then, it confirms it now.
  return [next, { ...play, state: said.state, notifiedAt: said.at, confirmedAt: said.at }];
}

/** What a list says of a known play: its state now, and from now on its labels. */
function updatePlay(
  state: ServerState,
  play: Play,
  session: Session,
  at: number,
): [ServerState, Play] {
  const isBehind = (of: number = -Infinity) => at - of < LIST_LAG_MS;
  // A list that is not behind and has it all the same is the truth: its player has not left it.
  const switchedAt = isBehind(play.switchedAt) ? play.switchedAt : undefined;
  const [credited, current] = creditTime(state, { ...play, switchedAt }, at);
  const confirmed = {
    ...current,
    session,
    state: isBehind(play.notifiedAt) || at < play.confirmedAt ? play.state : session.state,
  };
  const requestedKeys = playKeys(session, libraryOf(state, session));
  if (sameKeys(requestedKeys, play.requestedKeys)) return [credited, confirmed];
  const createdAtScrape = state.scrapes.begun;
  const [next, keys] = ensurePlaySeries(credited, requestedKeys);
  if (keyText(requestedKeys.legacy) === keyText(play.requestedKeys.legacy)) {
    // The compatible families see no change: their series, and its key object, go on.
    const kept = { ...keys, legacy: play.keys.legacy };
    return [next, { ...confirmed, requestedKeys, keys: kept }];
  }
  const anew = { value: 0, createdAtScrape };
  return [dropEndedWithKey(next, keys), {
    ...confirmed,
    requestedKeys,
    keys,
    playedMs: anew,
  }];
}

/** Credits what is left of a play and keeps it among the ended ones; the caller removes it. */
function endPlay(state: ServerState, play: Play, at: number, byNotification: boolean): ServerState {
  const endedAt = Math.max(at, play.confirmedAt);
  const [credited, last] = creditTime(state, play, endedAt);
  const ended: EndedPlay = { play: last, endedAt, byNotification };
  return { ...credited, recentlyEnded: [...credited.recentlyEnded, ended].slice(-LIMITS.sessions) };
}

/** Drops ended plays that have the key of one that begins: no two series may share it. */
function dropEndedWithKey(state: ServerState, { legacy }: Play["keys"]): ServerState {
  const key = keyText(legacy);
  const ended = state.recentlyEnded.filter((over) => keyText(over.play.keys.legacy) !== key);
  return ended.length === state.recentlyEnded.length ? state : { ...state, recentlyEnded: ended };
}

function libraryOf(state: ServerState, { library }: Session) {
  return library === undefined ? undefined : state.libraries?.get(library.id);
}

/**
 * The life of a play: a list begins it, lists and notifications confirm it, a notification or a
 * list without it ends it; the time between two confirmations is credited. It says nothing of
 * whether Plex can be reached: while it can't, nobody speaks of the plays and they stand still.
 */
import { accountsOf, sameAccounts } from "./accounts.ts";
import {
  concerns,
  forgetUnlisted,
  keepUnlisted,
  NOTIFICATION_LEAD_MS,
  REVIVAL_GUARD_MS,
  saidOf,
} from "./ahead.ts";
import type { ServerEvent } from "./event.ts";
import {
  CAPS,
  countPlay,
  creditBuffering,
  creditPlaying,
  drop,
  emptyHistory,
  openAccounts,
} from "./history.ts";
import { labelKey } from "./ledger.ts";
import type { EndedPlay, Play, ServerState } from "./model.ts";
import type { Saying } from "./saying.ts";
import type { Session } from "./session.ts";

/** Most time credited between two confirmations: what is not confirmed was not seen to be played. */
export const CREDIT_GAP_MS = 30_000;

/** How long the compatible families still show a play that is over. */
export const LINGER_MS = 90_000;

type Listed = Extract<ServerEvent, { type: "sessions_listed" }>;

/** What makes two sessions the same play. */
export function playId(session: Session): string {
  const item = session.live ? "live" : session.ratingKey;
  return [session.sessionKey, item, session.player.id, session.userId].join("\u0000");
}

/** Takes a whole list: begins what is new in it, confirms what is known, ends what it lacks. */
export function listSessions(state: ServerState, { at, sessions }: Listed): ServerState {
  const listed = new Map<string, Session>();
  for (const session of sessions) {
    if (!listed.has(session.sessionKey)) listed.set(session.sessionKey, session);
  }
  const ids = new Set([...listed.values()].map(playId));
  const plays = new Map<string, Play>();
  let next: ServerState = {
    ...(state.estimatedBits === undefined ? beginHistory(state) : state),
    ended: state.ended.filter(({ endedAt }) => at - endedAt < LINGER_MS),
  };
  for (const play of state.plays.values()) {
    if (ids.has(play.id)) plays.set(play.id, play);
    else next = end(next, play, at, false);
  }
  for (const session of listed.values()) {
    const known = plays.get(playId(session));
    if (known === undefined && plays.size >= CAPS.sessions) {
      next = { ...next, history: drop(next.history, "sessions", playId(session)) };
      continue;
    }
    const [after, play] = known === undefined
      ? begin(next, session, at)
      : confirm(next, known, session, at);
    next = after;
    if (play !== undefined) plays.set(play.id, play);
  }
  return forgetUnlisted({ ...next, plays }, at);
}

/** Takes a notification; what it says of a play that is not known yet waits for a list. */
export function notifyPlayback(state: ServerState, event: Saying): ServerState {
  const play = findPlay(state, event);
  if (play === undefined) {
    if (isRepeated(state, event)) return state;
    const former = formerOf(state, event);
    return keepUnlisted(former === undefined ? state : leave(state, former, event.at), event);
  }
  if (event.state === "stopped") {
    const plays = new Map(state.plays);
    plays.delete(play.id);
    return { ...end(state, play, event.at, true), plays };
  }
  if (event.at < play.confirmedAt) return state;
  const [credited, current] = credit(state, play, event.at);
  const notified = {
    ...current,
    state: event.state,
    notifiedAt: event.at,
    leftAt: undefined,
  };
  return { ...credited, plays: new Map(state.plays).set(play.id, notified) };
}

/** Whether it says again that a play is over, as notifications may (Plex notes §5.10). */
function isRepeated({ ended, unlisted }: ServerState, event: Saying): boolean {
  const saidAt = unlisted.get(event.sessionKey)?.said.at ?? -Infinity;
  return event.state === "stopped" &&
    ended.some(({ play, endedAt, byNotification }) =>
      byNotification && endedAt > saidAt && concerns(event, play.session)
    );
}

/** The play that a player goes on from, where it plays another item under its session key. */
export function formerOf(state: ServerState, event: Saying): Play | undefined {
  if (event.state === "stopped") return undefined;
  return state.plays.values().find(({ session }) => session.sessionKey === event.sessionKey);
}

/** Credits a play up to the moment at which its player went on to another. */
function leave(state: ServerState, play: Play, at: number): ServerState {
  const [credited, current] = credit(state, play, at);
  return { ...credited, plays: new Map(state.plays).set(play.id, { ...current, leftAt: at }) };
}

/** The live play that a notification speaks of. */
export function findPlay(
  state: ServerState,
  said: Pick<Saying, "sessionKey" | "ratingKey">,
): Play | undefined {
  return state.plays.values().find(({ session }) => concerns(said, session));
}

/** Credits the span from the last confirmation up to `untilAt`, by what the play was doing then. */
function credit(state: ServerState, play: Play, untilAt: number): [ServerState, Play] {
  const span = untilAt - play.confirmedAt;
  if (span <= 0) return [state, play];
  const ms = Math.min(span, CREDIT_GAP_MS);
  const confirmed = { ...play, confirmedAt: untilAt };
  const { accounts, confirmedAt, playedMs, session } = play;
  if (play.state === "paused" || play.leftAt !== undefined) return [state, confirmed];
  if (play.state === "buffering") {
    return [{ ...state, history: creditBuffering(state.history, accounts, ms) }, confirmed];
  }
  const bits = state.estimatedBits;
  return [
    {
      ...state,
      history: creditPlaying(state.history, accounts, confirmedAt, ms, state.zone),
      // 1 kbit/s for 1 ms is 1 bit.
      estimatedBits: bits &&
        { ...bits, value: bits.value + (session.output.bitrateKbps ?? 0) * ms },
    },
    { ...confirmed, playedMs: { ...playedMs, value: playedMs.value + ms } },
  ];
}

/** The history begins with the first list: that is when its closed families are born. */
function beginHistory(state: ServerState): ServerState {
  const born = state.scrapes.begun;
  // Bytes may have been counted before: their users keep their places.
  const { users, dropped } = state.history;
  const history = { ...emptyHistory(born), users, dropped };
  return { ...state, history, estimatedBits: { value: 0, born } };
}

function begin(
  state: ServerState,
  session: Session,
  at: number,
): [ServerState, Play | undefined] {
  const id = playId(session);
  const justStopped = state.ended.some(({ play, endedAt, byNotification }) =>
    byNotification && play.id === id && at - endedAt < REVIVAL_GUARD_MS
  );
  if (justStopped) return [state, undefined];
  const born = state.scrapes.begun;
  const wanted = accountsOf(session, libraryOf(state, session));
  const [history, accounts] = openAccounts(state.history, wanted, born);
  const next = replaceLingering({ ...state, history: countPlay(history, accounts) }, accounts);
  const play: Play = {
    id,
    session,
    state: session.state,
    startedAt: at,
    confirmedAt: at,
    wanted,
    accounts,
    playedMs: { value: 0, born },
  };
  const said = saidOf(state, session, at);
  if (said === undefined) return [next, play];
  if (said.state === "stopped") return [end(next, play, said.at, true), undefined];
  // Said of what was not known then, it confirms it now.
  return [next, { ...play, state: said.state, notifiedAt: said.at, confirmedAt: said.at }];
}

/** What a list says of a known play: its state now, and from now on its labels. */
function confirm(
  state: ServerState,
  play: Play,
  session: Session,
  at: number,
): [ServerState, Play] {
  const isBehind = (of: number = -Infinity) => at - of < NOTIFICATION_LEAD_MS;
  // A list that is not behind and has it all the same is the truth: its player has not left it.
  const leftAt = isBehind(play.leftAt) ? play.leftAt : undefined;
  const [credited, current] = credit(state, { ...play, leftAt }, at);
  const confirmed = {
    ...current,
    session,
    state: isBehind(play.notifiedAt) || at < play.confirmedAt ? play.state : session.state,
  };
  const wanted = accountsOf(session, libraryOf(state, session));
  if (sameAccounts(wanted, play.wanted)) return [credited, confirmed];
  const born = state.scrapes.begun;
  const [history, accounts] = openAccounts(credited.history, wanted, born);
  const next = { ...credited, history };
  if (labelKey(wanted.play) === labelKey(play.wanted.play)) {
    // The compatible families see no change: their series, and its labels object, go on.
    const kept = { ...accounts, play: play.accounts.play };
    return [next, { ...confirmed, wanted, accounts: kept }];
  }
  const anew = { value: 0, born };
  return [replaceLingering(next, accounts), { ...confirmed, wanted, accounts, playedMs: anew }];
}

/** Credits what is left of a play and keeps it among the ended ones; the caller removes it. */
function end(state: ServerState, play: Play, at: number, byNotification: boolean): ServerState {
  const endedAt = Math.max(at, play.confirmedAt);
  const [credited, last] = credit(state, play, endedAt);
  const ended: EndedPlay = { play: last, endedAt, byNotification };
  return { ...credited, ended: [...credited.ended, ended].slice(-CAPS.sessions) };
}

/** Lets go of ended plays that bear the labels of one that begins: no two series may. */
function replaceLingering(state: ServerState, { play }: Play["accounts"]): ServerState {
  const key = labelKey(play);
  const ended = state.ended.filter((over) => labelKey(over.play.accounts.play) !== key);
  return ended.length === state.ended.length ? state : { ...state, ended };
}

function libraryOf(state: ServerState, { library }: Session) {
  return library === undefined ? undefined : state.libraries?.get(library.id);
}

/**
 * Which time of a play was played. Invariant 15: nothing is credited after a play's last
 * confirmation, so never more than was played, and at most one interval of reports less where a
 * play ends unannounced.
 *
 * A player reports to Plex at each change and about every 10 s. Plex sends each report as a
 * notification and lists the position that came with it until the next one. Plex also goes on
 * listing a player that vanished, for minutes and with its last state. So a list alone confirms
 * nothing: time in which a play is seen playing is *pending* until its player reports, and is then
 * credited as far as the report confirms it:
 *
 * - A notification confirms up to its own time, but no more than its position advanced since the
 *   report before: a pause whose notification was lost is not credited. A position that is missing
 *   or did not advance (a seek, a player that sends none) says nothing about that, and the whole
 *   pending time is credited, unless the socket was closed in between: then an end, a pause or a
 *   restart of Plex may have been missed.
 * - A notification of another item under the same session key confirms up to where that one began.
 * - A list whose position advanced shows a report whose notification was missed. It confirms as
 *   much as the position advanced; the time since that report stays pending.
 * - Any other list confirms nothing of a play that reports, but keeps its time pending. So a player
 *   that reports once in minutes is credited in full with its next report, and one that vanished is
 *   credited nothing after its last one. No limit on the silence is needed for that.
 * - A play that was never seen to report is confirmed by lists, because there is nothing else: a
 *   photo or a broadcast without notifications, or a stream without a player's reports. Where there
 *   is a position, it is first waited for that to advance.
 *
 * Of the time between two observations, lists or notifications, at most `MAX_GAP_MS` is counted.
 */
import { LIST_LAG_MS } from "./notifications.ts";
import type { Play } from "./state.ts";
import type { PlayState } from "./enums.ts";
import type { PlaybackNotification, Session } from "./session.ts";

/** Most time that counts between two observations of a play: beyond that nobody saw it. */
export const MAX_GAP_MS = 30_000;

/** A play listed for so long without a report does not report; most players do every 10 s. */
const REPORT_WAIT_MS = 30_000;

/** A play after an observation, and the time in its state before that is to be credited. */
export interface Confirmation {
  readonly play: Play;
  readonly creditMs: number;
}

/** What the state of the server says about an observation. */
export interface Circumstances {
  /** Whether the notification socket is open. */
  readonly connected: boolean;
  /** When it last closed. */
  readonly socketLostAt?: number | undefined;
  /** Whether reading the session list has failed since the last list. */
  readonly pollFailed: boolean;
}

/** The player reported by notification. The caller applies the new state. */
export function confirmByNotification(
  play: Play,
  said: Pick<PlaybackNotification, "at" | "state" | "positionMs">,
  circumstances: Circumstances,
): Confirmation {
  const { pendingMs } = observe(play, said.at);
  // Positions of music are unreliable in notifications
  // (docs/plex/notifications.md#quirk-7-unreliable-offsets).
  const positionMs = play.session.mediaType === "track" ? undefined : said.positionMs;
  const advanceMs = advanceOf(play, positionMs);
  const creditMs = advanceMs === undefined
    ? isInterrupted(play, circumstances) ? 0 : pendingMs
    : Math.min(pendingMs, advanceMs);
  const goesOn = said.state === play.state && advanceMs !== undefined;
  return {
    play: {
      ...play,
      observedAt: Math.max(play.observedAt, said.at),
      // A report may be rounded or late: what it does not confirm, the next one may.
      pendingMs: goesOn ? Math.min(pendingMs - creditMs, MAX_GAP_MS) : 0,
      confirmedAt: said.at,
      positionMs: positionMs ?? expectedPosition(play, creditMs),
      advances: play.advances || advanceMs !== undefined,
    },
    creditMs,
  };
}

/** The player went on to another item, of which it may have played some already. */
export function confirmBySwitch(
  play: Play,
  next: Pick<PlaybackNotification, "at" | "positionMs">,
  circumstances: Circumstances,
): Confirmation {
  const { pendingMs } = observe(play, next.at);
  // A larger position is that at which the next item was resumed.
  const playedOfNextMs = (next.positionMs ?? 0) < pendingMs ? next.positionMs ?? 0 : 0;
  return {
    play: {
      ...play,
      observedAt: Math.max(play.observedAt, next.at),
      pendingMs: 0,
      confirmedAt: next.at,
      switchedAt: next.at,
    },
    creditMs: isInterrupted(play, circumstances) ? 0 : pendingMs - playedOfNextMs,
  };
}

/** A list of `at` shows the play. The caller applies the state, see {@link listedState}. */
export function confirmByList(
  play: Play,
  session: Session,
  at: number,
  circumstances: Circumstances,
): Confirmation {
  const observed = observe(play, at);
  const positionMs = session.progressMs ?? play.positionMs;
  const advanceMs = advanceOf(play, positionMs);
  // A list that lags has an older position; one with a newer position does not lag.
  if (advanceMs === undefined && lagsBehind(play, at)) return { play: observed, creditMs: 0 };
  const { pendingMs } = observed;
  const goesOn = listedState(play, session, at) === play.state;
  const isHeard = circumstances.connected && play.notifiedAt !== undefined;
  const wentBack = !isHeard && (positionMs ?? 0) < (play.positionMs ?? 0);
  if (advanceMs !== undefined || wentBack) {
    const creditMs = Math.min(pendingMs, advanceMs ?? 0);
    const restMs = goesOn && !wentBack ? pendingMs - creditMs : 0;
    return {
      play: {
        ...observed,
        pendingMs: restMs,
        confirmedAt: at - restMs,
        positionMs,
        advances: play.advances || advanceMs !== undefined,
      },
      creditMs,
    };
  }
  const basisMs = play.state === "playing" ? play.positionMs ?? positionMs : positionMs;
  const unmoved = { ...observed, positionMs: basisMs };
  const mayAdvance = positionMs !== undefined && at - play.startedAt < REPORT_WAIT_MS;
  const reports = play.advances || isHeard || mayAdvance;
  if (reports && goesOn) return { play: unmoved, creditMs: 0 };
  // The moment of a change that only the list shows is unknown.
  const isKnown = !reports && goesOn && !circumstances.pollFailed &&
    !isInterrupted(play, circumstances);
  return {
    play: { ...unmoved, pendingMs: 0, confirmedAt: at },
    creditMs: isKnown ? pendingMs : 0,
  };
}

/** The state of a play after a list of `at`: a list that may lag does not undo a notification. */
export function listedState(play: Play, session: Session, at: number): PlayState {
  return lagsBehind(play, at) ? play.state : session.state;
}

function lagsBehind({ notifiedAt, observedAt }: Play, at: number): boolean {
  return at < observedAt || at - (notifiedAt ?? -Infinity) < LIST_LAG_MS;
}

/** Adds the time since the last observation to what is pending, unless the play stands still. */
function observe(play: Play, at: number): Play {
  const gapMs = Math.min(Math.max(0, at - play.observedAt), MAX_GAP_MS);
  const counts = play.state !== "paused" && play.switchedAt === undefined;
  return {
    ...play,
    observedAt: Math.max(play.observedAt, at),
    pendingMs: play.pendingMs + (counts ? gapMs : 0),
  };
}

/** How far a playing play's position advanced; `undefined` if that is unknown or not at all. */
function advanceOf(play: Play, positionMs: number | undefined): number | undefined {
  if (play.state !== "playing" || play.positionMs === undefined) return undefined;
  if (positionMs === undefined || positionMs <= play.positionMs) return undefined;
  return positionMs - play.positionMs;
}

/** Where a player is that reports no position, by what is credited. */
function expectedPosition({ state, positionMs }: Play, creditMs: number): number | undefined {
  return positionMs === undefined || state !== "playing" ? positionMs : positionMs + creditMs;
}

/** Whether notifications may have been missed since the last confirmation. */
function isInterrupted(play: Play, { socketLostAt }: Circumstances): boolean {
  return (socketLostAt ?? -Infinity) > play.confirmedAt;
}

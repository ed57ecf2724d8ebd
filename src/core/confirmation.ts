/**
 * Decides how much of a play's time counts as played. Invariant 15: nothing is credited after a
 * play's last confirmation. So the credit is never more than was played; it is less by at most one
 * interval of reports if the end of a play was not reported.
 *
 * A player reports to Plex at each change and about every 10 s. Plex sends each report as a
 * notification and lists the position that came with it until the next one. Plex also still
 * lists a player that vanished, for minutes and with its last state. So a list alone confirms
 * nothing: time in which a play is seen playing is *pending* until its player reports, and is then
 * credited as far as the report confirms it:
 *
 * - A notification confirms up to its own time, but no more than its position advanced since the
 *   report before: a pause whose notification was lost is not credited. A position that is missing
 *   or did not advance (a seek, a player that sends none) does not show that, and the whole
 *   pending time is credited, unless the socket was closed in between: then an end, a pause or a
 *   restart of Plex may have been missed.
 * - A notification of another item under the same session key confirms up to where that one began.
 * - A list whose position advanced shows a report whose notification was missed. It confirms as
 *   much as the position advanced. The rest stays pending until a position confirms it.
 * - Any other list confirms nothing of a play that reports, but keeps its time pending. So a player
 *   that reports once in minutes is credited in full with its next report, and one that vanished is
 *   credited nothing after its last one, without any limit on how long a player may be silent.
 * - A play that was never seen to report is confirmed by lists, because there is nothing else: a
 *   photo or a broadcast without notifications, or a stream without a player's reports. If it has
 *   a position, that may still advance: for the first 30 s it counts as a play that reports.
 *
 * Of the time between two observations, lists or notifications, at most `MAX_GAP_MS` is counted.
 */
import { LIST_LAG_MS } from "./notifications.ts";
import { advance, isAhead, moveTo, presume } from "./position.ts";
import type { Play } from "./state.ts";
import type { PlayState } from "./enums.ts";
import type { PlaybackNotification, Session } from "./session.ts";

/** The most time that counts between two observations of a play: the rest was not observed. */
export const MAX_GAP_MS = 30_000;

/** A play that is listed for this long without a report does not report; most do every 10 s. */
const REPORT_WAIT_MS = 30_000;

/** A play after an observation, and how much of the time before it to credit. */
export interface Confirmation {
  readonly play: Play;
  readonly creditMs: number;
}

/** When a list was requested and when the answer arrived: it may show what is newer than `at`. */
export interface ListTimes {
  readonly at: number;
  readonly answeredAt: number;
}

/** The exporter's connection to Plex, which decides whether it may have missed something. */
export interface Connectivity {
  /** Whether the notification socket is open. */
  readonly connected: boolean;
  /** When it last closed. */
  readonly socketLostAt?: number | undefined;
  /** Whether reading the session list has failed since the last list. */
  readonly pollFailed: boolean;
}

/** Confirms by a notification of the player. The caller applies the new state. */
export function confirmByNotification(
  play: Play,
  notification: Pick<PlaybackNotification, "at" | "state" | "positionMs">,
  connectivity: Connectivity,
): Confirmation {
  const observed = observe(play, notification.at);
  const { pendingMs } = observed;
  // Positions of music are unreliable in notifications
  // (docs/plex/notifications.md#quirk-7-unreliable-offsets).
  const positionMs = play.session.mediaType === "track" ? undefined : notification.positionMs;
  if (provesPlaying(play, positionMs)) {
    const [position, provenMs] = advance(play.position, positionMs);
    const creditMs = Math.min(pendingMs, provenMs);
    // A report may be rounded or late: what it does not confirm, the next one may.
    const unconfirmedMs = notification.state === play.state
      ? Math.min(pendingMs - creditMs, MAX_GAP_MS)
      : 0;
    return {
      play: { ...observed, pendingMs: unconfirmedMs, confirmedAt: notification.at, position },
      creditMs,
    };
  }
  const creditMs = sinceConfirmation(play, pendingMs, notification.at, connectivity);
  const presumed = play.state === "playing" ? presume(play.position, creditMs) : play.position;
  return {
    play: {
      ...observed,
      pendingMs: 0,
      confirmedAt: notification.at,
      position: moveTo(presumed, positionMs),
    },
    creditMs,
  };
}

/** Confirms by the switch to another item, of which the player may have played some already. */
export function confirmBySwitch(
  play: Play,
  next: Pick<PlaybackNotification, "at" | "positionMs">,
  connectivity: Connectivity,
): Confirmation {
  const observed = observe(play, next.at);
  const sinceMs = sinceConfirmation(play, observed.pendingMs, next.at, connectivity);
  // A larger position is that at which the next item was resumed.
  const playedOfNextMs = (next.positionMs ?? 0) < sinceMs ? next.positionMs ?? 0 : 0;
  return {
    play: { ...observed, pendingMs: 0, confirmedAt: next.at, switchedAt: next.at },
    creditMs: sinceMs - playedOfNextMs,
  };
}

/**
 * Confirms by a list that shows the play. The caller applies the state, see {@link listedState}.
 * What the list shows may have begun at any moment before the answer arrived, so a new state counts
 * from `answeredAt` on.
 */
export function confirmByList(
  play: Play,
  session: Session,
  { at, answeredAt }: ListTimes,
  connectivity: Connectivity,
): Confirmation {
  const observed = observe(play, at);
  if (lagsBehind(play, session, at)) return { play: observed, creditMs: 0 };
  const { pendingMs } = observed;
  const { progressMs } = session;
  const isSameState = session.state === play.state;
  const observedAt = isSameState ? observed.observedAt : Math.max(observed.observedAt, answeredAt);
  if (provesPlaying(play, progressMs)) {
    const [position, provenMs] = advance(play.position, progressMs);
    const creditMs = Math.min(pendingMs, provenMs);
    const unconfirmedMs = isSameState ? pendingMs - creditMs : 0;
    const confirmedAt = observedAt - unconfirmedMs;
    return {
      play: { ...observed, observedAt, pendingMs: unconfirmedMs, confirmedAt, position },
      creditMs,
    };
  }
  const { reportedMs, advances } = play.position;
  const isNotified = connectivity.connected && play.notifiedAt !== undefined;
  const mayAdvance = progressMs !== undefined && at - play.foundAt < REPORT_WAIT_MS;
  // A player that sends notifications reports its seeks: a lower position in a list is lag.
  const wentBack = !isNotified && (progressMs ?? Infinity) < (reportedMs ?? -Infinity);
  const awaitsReport = advances || isNotified || mayAdvance;
  const isUnchanged = isSameState && !wentBack;
  const keepsPosition = play.state === "playing" && reportedMs !== undefined && !wentBack;
  const position = keepsPosition ? play.position : moveTo(play.position, progressMs);
  if (awaitsReport && isUnchanged) return { play: { ...observed, position }, creditMs: 0 };
  // The time of a change that only the list shows is unknown.
  const creditMs = isUnchanged && !connectivity.pollFailed
    ? sinceConfirmation(play, pendingMs, at, connectivity)
    : 0;
  return {
    play: {
      ...observed,
      observedAt,
      pendingMs: 0,
      confirmedAt: observedAt,
      position: play.state === "playing" ? presume(position, creditMs) : position,
    },
    creditMs,
  };
}

/** The state of a play after a list requested at `at`: if it lags, it undoes no notification. */
export function listedState(play: Play, session: Session, at: number): PlayState {
  return lagsBehind(play, session, at) ? play.state : session.state;
}

/** Whether a list requested at `at` may lag behind a notification: not with a newer position. */
function lagsBehind(play: Play, session: Session, at: number): boolean {
  if (at < play.observedAt) return true;
  const isRecent = at - (play.notifiedAt ?? -Infinity) < LIST_LAG_MS;
  return isRecent && !provesPlaying(play, session.progressMs);
}

/** Adds the time since the last observation to the pending time, unless the play is paused. */
function observe(play: Play, at: number): Play {
  const gapMs = Math.min(Math.max(0, at - play.observedAt), MAX_GAP_MS);
  const counts = play.state !== "paused" && play.switchedAt === undefined;
  return {
    ...play,
    observedAt: Math.max(play.observedAt, at),
    pendingMs: play.pendingMs + (counts ? gapMs : 0),
  };
}

/** Whether a position that a player reports shows that it has played since its last report. */
function provesPlaying(play: Play, positionMs: number | undefined): positionMs is number {
  return play.state === "playing" && isAhead(play.position, positionMs);
}

/**
 * The pending time since the last confirmation, up to a confirmation without a position; without
 * what an earlier position left unconfirmed. It is 0 if notifications may have been missed.
 */
function sinceConfirmation(
  { confirmedAt }: Play,
  pendingMs: number,
  at: number,
  { socketLostAt = -Infinity }: Connectivity,
): number {
  return socketLostAt >= confirmedAt ? 0 : Math.max(0, Math.min(pendingMs, at - confirmedAt));
}

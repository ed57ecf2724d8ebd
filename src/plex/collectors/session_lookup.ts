/**
 * Decides whether a hint is a reason to read the session list at once: it names a play that the
 * state does not have, or a change of one that it has. Steady notifications are no reason.
 */
import { findPlay } from "../../core/notifications.ts";
import { isHardwareUnknown, type PlaybackNotification } from "../../core/session.ts";
import type { ServerState } from "../../core/state.ts";
import type { Hint } from "../hint.ts";
import { MAX_SESSION_LOOKUPS, SESSION_LOOKUP_DELAYS_MS } from "../schedule.ts";

/** A play for which the session list was read, as it was notified first. */
interface Lookup {
  readonly playback: PlaybackNotification;
  readonly transcodeKey: string;
  /** Lists that did not show it; `undefined` once only the regular poll is left. */
  readonly attempts: number | undefined;
}

/** Receives hints and lists. */
export interface SessionLookup {
  /** Whether to read the list now; `state` is that after the notification. */
  onHint(hint: Hint, state: ServerState): boolean;
  /** After a list: ms until it should be read again for what it lacks; `undefined`: no need. */
  retryDelayMs(state: ServerState): number | undefined;
}

export function createSessionLookup(): SessionLookup {
  /** By session key: what was looked up and the state does not show yet. */
  const lookups = new Map<string, Lookup>();

  function add(sessionKey: string, lookup: Lookup): void {
    lookups.delete(sessionKey);
    lookups.set(sessionKey, lookup);
    const [oldest] = lookups.keys();
    if (lookups.size > MAX_SESSION_LOOKUPS && oldest !== undefined) lookups.delete(oldest);
  }

  function onPlayback(
    { playback, transcodeKey }: Extract<Hint, { type: "playback" }>,
    state: ServerState,
  ): boolean {
    const { sessionKey } = playback;
    const lookup = { playback, transcodeKey, attempts: 0 };
    if (playback.state === "stopped" || isShown(state, lookup)) {
      lookups.delete(sessionKey);
      return false;
    }
    const before = lookups.get(sessionKey);
    if (before !== undefined && isSame(before, lookup)) return false;
    add(sessionKey, lookup);
    return true;
  }

  return {
    onHint(hint, state) {
      switch (hint.type) {
        case "playback":
          return onPlayback(hint, state);
        case "transcode": {
          const isKnown = [...state.plays.values()]
            .some(({ session }) => session.transcode?.key === hint.key);
          // Background jobs have transcodes, too: the end of one without a play needs no list.
          return hint.phase === "start" ? !isKnown && state.plays.size > 0 : isKnown;
        }
        case "socket_opened":
          // Plex may have restarted: then its keys began at 1 again and mean something else.
          lookups.clear();
          return true;
        default:
          return false;
      }
    },

    retryDelayMs(state) {
      let delayMs: number | undefined;
      for (const [sessionKey, lookup] of lookups) {
        const { attempts } = lookup;
        if (isShown(state, lookup)) {
          lookups.delete(sessionKey);
          continue;
        }
        if (attempts === undefined) continue;
        const next = SESSION_LOOKUP_DELAYS_MS[attempts];
        lookups.set(sessionKey, {
          ...lookup,
          attempts: next === undefined ? undefined : attempts + 1,
        });
        if (next !== undefined) delayMs = Math.min(delayMs ?? Infinity, next);
      }
      return delayMs;
    },
  };
}

function isSame(one: Lookup, other: Lookup): boolean {
  return one.transcodeKey === other.transcodeKey &&
    one.playback.ratingKey === other.playback.ratingKey &&
    one.playback.playerId === other.playback.playerId;
}

/** Whether the state shows a play as it was notified, with the hardware of its transcode. */
function isShown(state: ServerState, { playback, transcodeKey }: Lookup): boolean {
  const play = findPlay(state, playback);
  return play !== undefined && (play.session.transcode?.key ?? "") === transcodeKey &&
    !isHardwareUnknown(play.session);
}

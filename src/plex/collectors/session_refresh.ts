/**
 * Decides whether a notification is a reason to read the list of sessions at once: when it speaks
 * of a play that is not known, or says something new of one that is. Steady ones are none.
 */
import type { ServerState } from "../../core/state.ts";
import { findPlay } from "../../core/notifications.ts";
import type { NotificationItem } from "../mapping/notification.ts";

type Playback = Extract<NotificationItem, { type: "playback" }>;
type Transcode = Extract<NotificationItem, { type: "transcode" }>;

/**
 * Waits between readings of the list while it does not say what a notification said, which may take
 * Plex 2 s (Plex notification notes §5.1): after 1 s and 3 s, then it is left to the poll.
 */
const RETRY_DELAYS_MS = [1_000, 2_000];

/** Keys remembered; more are not live at once, and one forgotten costs one request. */
const MAX_KEYS = 1_000;

export interface RefreshTrigger {
  /** Whether this is a reason to read the list now; the state is that after the notification. */
  onPlayback(news: Playback, state: ServerState): boolean;
  onTranscode(news: Transcode, state: ServerState): boolean;
  /** Begins anew: after a restart of Plex its keys begin at 1 again and mean something else. */
  forget(): void;
  /** After a list: ms until it should be read again for what it lacks; `undefined`: no need. */
  retryDelayMs(state: ServerState): number | undefined;
}

/** Which play a notification is about, and by which transcode it is delivered. */
type Subject = Pick<Playback, "sessionKey" | "ratingKey" | "playerId"> & {
  readonly transcodeKey: string;
};

/** What was last said of a session key. */
interface LastNotification extends Subject {
  /** Whether the play was known then: one that goes silently and is spoken of again is news. */
  readonly known: boolean;
  /** Lists read in vain for it; `undefined`: none is to be. */
  readonly tries: number | undefined;
}

export function createRefreshTrigger(): RefreshTrigger {
  const sayings = new Map<string, LastNotification>();

  function remember(sessionKey: string, saying: LastNotification): void {
    sayings.delete(sessionKey);
    sayings.set(sessionKey, saying);
    const [oldest] = sayings.keys();
    if (sayings.size > MAX_KEYS && oldest !== undefined) sayings.delete(oldest);
  }

  return {
    onPlayback({ sessionKey, ratingKey, playerId, state: heard, transcodeKey = "" }, state) {
      if (heard === "stopped") {
        sayings.delete(sessionKey);
        return false;
      }
      const before = sayings.get(sessionKey);
      const subject = { sessionKey, ratingKey, playerId, transcodeKey };
      const known = findPlay(state, subject) !== undefined;
      const same = before?.ratingKey === ratingKey && before.playerId === playerId &&
        before.transcodeKey === transcodeKey && (known || !before.known);
      const saying = { ...subject, known, tries: same ? before.tries : undefined };
      const isNews = !same && (before !== undefined || !agrees(state, subject));
      remember(sessionKey, isNews ? { ...saying, tries: 0 } : saying);
      return isNews;
    },

    onTranscode({ phase, key }, state) {
      if (phase === "update") return false;
      const known = [...state.plays.values()].some(({ session }) => session.transcode?.key === key);
      // Background jobs start transcodes too; those end without a play, and so cost nothing.
      return phase === "start" ? !known && state.plays.size > 0 : known;
    },

    forget() {
      sayings.clear();
    },

    retryDelayMs(state) {
      let waitMs: number | undefined;
      for (const [sessionKey, saying] of sayings) {
        const { tries } = saying;
        if (tries === undefined) continue;
        const next = agrees(state, saying) ? undefined : RETRY_DELAYS_MS[tries];
        const left = next === undefined ? undefined : tries + 1;
        sayings.set(sessionKey, { ...saying, tries: left });
        if (next !== undefined) waitMs = Math.min(waitMs ?? Infinity, next);
      }
      return waitMs;
    },
  };
}

/** Whether what is known of a session is what was said of it. */
function agrees(state: ServerState, subject: Subject): boolean {
  const play = findPlay(state, subject);
  return play !== undefined && (play.session.transcode?.key ?? "") === subject.transcodeKey;
}

/**
 * Decides whether a notification is a reason to read the list of sessions at once: when it speaks
 * of a play that is not known, or says something new of one that is. Steady ones are none.
 */
import type { ServerState } from "../../core/model.ts";
import { findPlay } from "../../core/playback.ts";
import type { News } from "../translate_notification.ts";

type Playback = Extract<News, { type: "playback" }>;
type Transcode = Extract<News, { type: "transcode" }>;

/**
 * Waits between readings of the list while it does not say what a notification said, which may take
 * Plex 2 s (Plex notification notes §5.1): after 1 s and 3 s, then it is left to the poll.
 */
const WAITS_MS = [1_000, 2_000];

/** Keys remembered; more are not live at once, and one forgotten costs one request. */
const MOST_KEYS = 1_000;

export interface Lookups {
  /** Whether this is a reason to read the list now; the state is that after the notification. */
  hearPlayback(news: Playback, state: ServerState): boolean;
  hearTranscode(news: Transcode, state: ServerState): boolean;
  /** Begins anew: after a restart of Plex its keys begin at 1 again and mean something else. */
  forget(): void;
  /** After a list: ms until it should be read again for what it lacks; `undefined`: no need. */
  listed(state: ServerState): number | undefined;
}

/** What was last said of a session key. */
interface Saying {
  readonly ratingKey: string;
  readonly transcodeKey: string;
  /** Whether the play was known then: one that goes silently and is spoken of again is news. */
  readonly known: boolean;
  /** Lists read in vain for it; `undefined`: none is to be. */
  readonly tries: number | undefined;
}

export function createLookups(): Lookups {
  const sayings = new Map<string, Saying>();

  function remember(sessionKey: string, saying: Saying): void {
    sayings.delete(sessionKey);
    sayings.set(sessionKey, saying);
    const [oldest] = sayings.keys();
    if (sayings.size > MOST_KEYS && oldest !== undefined) sayings.delete(oldest);
  }

  return {
    hearPlayback({ sessionKey, ratingKey, state: heard, transcodeKey = "" }, state) {
      if (heard === "stopped") {
        sayings.delete(sessionKey);
        return false;
      }
      const before = sayings.get(sessionKey);
      const known = findPlay(state, { sessionKey, ratingKey }) !== undefined;
      const same = before?.ratingKey === ratingKey && before.transcodeKey === transcodeKey &&
        (known || !before.known);
      const saying = { ratingKey, transcodeKey, known, tries: same ? before.tries : undefined };
      const isNews = !same &&
        (before !== undefined || !agrees(state, sessionKey, ratingKey, transcodeKey));
      remember(sessionKey, isNews ? { ...saying, tries: 0 } : saying);
      return isNews;
    },

    hearTranscode({ phase, key }, state) {
      if (phase === "update") return false;
      const known = [...state.plays.values()].some(({ session }) => session.transcode?.key === key);
      // Background jobs start transcodes too; those end without a play, and so cost nothing.
      return phase === "start" ? !known && state.plays.size > 0 : known;
    },

    forget() {
      sayings.clear();
    },

    listed(state) {
      let waitMs: number | undefined;
      for (const [sessionKey, saying] of sayings) {
        const { ratingKey, transcodeKey, tries } = saying;
        if (tries === undefined) continue;
        const next = agrees(state, sessionKey, ratingKey, transcodeKey)
          ? undefined
          : WAITS_MS[tries];
        const left = next === undefined ? undefined : tries + 1;
        sayings.set(sessionKey, { ...saying, tries: left });
        if (next !== undefined) waitMs = Math.min(waitMs ?? Infinity, next);
      }
      return waitMs;
    },
  };
}

/** Whether what is known of a session is what was said of it. */
function agrees(
  state: ServerState,
  sessionKey: string,
  ratingKey: string,
  transcodeKey: string,
): boolean {
  const play = findPlay(state, { sessionKey, ratingKey });
  return play !== undefined && (play.session.transcode?.key ?? "") === transcodeKey;
}

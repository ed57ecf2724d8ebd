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
 * Waits between readings of the list for a play that it does not show yet, which may take Plex 2 s
 * (Plex notification notes §5.1): after 1 s and 3 s, then it is left to the poll.
 */
const WAITS_MS = [1_000, 2_000];

/** Keys remembered; more are not live at once, and one forgotten costs one request. */
const MOST_KEYS = 1_000;

export interface Lookups {
  /** Whether this is a reason to read the list now; the state is that after the notification. */
  hearPlayback(news: Playback, state: ServerState): boolean;
  hearTranscode(news: Transcode, state: ServerState): boolean;
  /** After a list: ms until it should be read again for what it lacks; `undefined`: no need. */
  listed(state: ServerState): number | undefined;
}

export function createLookups(): Lookups {
  /** Session key → what was last said of it. */
  const said = new Map<string, { readonly text: string; readonly ratingKey: string }>();
  /** Session key → lists read in vain for what is said of it. */
  const tries = new Map<string, number>();

  function isNews({ sessionKey, ratingKey, transcodeKey }: Playback): boolean {
    const text = `${ratingKey}/${transcodeKey ?? ""}`;
    const before = said.get(sessionKey);
    said.delete(sessionKey);
    said.set(sessionKey, { text, ratingKey });
    const [oldest] = said.keys();
    if (said.size > MOST_KEYS && oldest !== undefined) {
      said.delete(oldest);
      tries.delete(oldest);
    }
    return before?.text !== text;
  }

  return {
    hearPlayback(news, state) {
      const { sessionKey, transcodeKey } = news;
      if (news.state === "stopped") {
        said.delete(sessionKey);
        tries.delete(sessionKey);
        return false;
      }
      const isNew = isNews(news);
      const play = findPlay(state, news);
      if (play === undefined) {
        if (isNew) tries.set(sessionKey, 0);
        return isNew;
      }
      return isNew && (transcodeKey ?? "") !== (play.session.transcode?.key ?? "");
    },

    hearTranscode({ phase, key }, state) {
      if (phase === "update") return false;
      const known = [...state.plays.values()].some(({ session }) => session.transcode?.key === key);
      // Background jobs start transcodes too; those end without a play, and so cost nothing.
      return phase === "start" ? !known && state.plays.size > 0 : known;
    },

    listed(state) {
      let waitMs: number | undefined;
      for (const [sessionKey, tried] of tries) {
        const ratingKey = said.get(sessionKey)?.ratingKey ?? "";
        const next = WAITS_MS[tried];
        if (next === undefined || findPlay(state, { sessionKey, ratingKey })) {
          tries.delete(sessionKey);
          continue;
        }
        tries.set(sessionKey, tried + 1);
        waitMs = Math.min(waitMs ?? Infinity, next);
      }
      return waitMs;
    },
  };
}

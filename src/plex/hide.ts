/**
 * Keeps out of memory what the operator wants hidden: names are replaced on the way in. Ids stay,
 * for they are the identity of plays, and are never shown.
 */

/** What may be hidden; `title` includes season, album, episode and track. */
export const HIDEABLE = ["user", "player", "device", "title", "channel", "library"] as const;
export type Hideable = (typeof HIDEABLE)[number];
export type Hide = ReadonlySet<Hideable>;

/** Nothing is hidden. */
export const HIDE_NOTHING: Hide = new Set();

/** The text, or the word `hidden` in its place. Empty stays empty: there is nothing to hide. */
export function conceal(hide: Hide, what: Hideable, text: string): string {
  return text !== "" && hide.has(what) ? "hidden" : text;
}

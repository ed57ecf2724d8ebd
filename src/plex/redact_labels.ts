/**
 * Keeps out of memory what the operator wants hidden: names are replaced on the way in. Ids stay,
 * for they are the identity of plays, and are never shown.
 */

/** What may be hidden; `title` includes season, album, episode and track. */
export const HIDEABLE_LABELS = ["user", "player", "device", "title", "channel", "library"] as const;
export type HideableLabel = (typeof HIDEABLE_LABELS)[number];
export type HiddenLabels = ReadonlySet<HideableLabel>;

/** Nothing is hidden. */
export const NO_HIDDEN_LABELS: HiddenLabels = new Set();

/** The text, or the word `hidden` in its place. Empty stays empty: there is nothing to hide. */
export function hideValue(hide: HiddenLabels, what: HideableLabel, text: string): string {
  return text !== "" && hide.has(what) ? "hidden" : text;
}

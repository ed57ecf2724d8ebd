/**
 * Keeps out of memory what the operator wants hidden: values are replaced when they are read. Ids
 * stay, since they identify plays; they are never shown.
 */

/** Names of the labels to hide, as the settings name them; `title` includes season and episode. */
export type HiddenLabels = ReadonlySet<string>;

/** Hides nothing. */
export const NO_HIDDEN_LABELS: HiddenLabels = new Set();

/** The value, or `hidden` in its place. An empty value stays empty: there is nothing to hide. */
export function hideValue(hide: HiddenLabels, label: string, value: string): string {
  return value !== "" && hide.has(label) ? "hidden" : value;
}

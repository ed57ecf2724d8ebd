/**
 * Replaces the values of labels that the operator hides, when they are read, so that they are never
 * in memory. Ids stay, since they identify plays; they are never shown.
 */

/** Names of the labels to hide, as the settings name them; `title` includes season and episode. */
export type HiddenLabels = ReadonlySet<string>;

/** Hides nothing. */
export const NO_HIDDEN_LABELS: HiddenLabels = new Set();

/** The value, or `hidden` instead of it. An empty value stays empty: there is nothing to hide. */
export function hideValue(hide: HiddenLabels, label: string, value: string): string {
  return value !== "" && hide.has(label) ? "hidden" : value;
}

/** The line of the status page about the file that keeps counters over restarts. */
import { type Html, html } from "../html.ts";
import { formatAge } from "./format.ts";

/** What the page shows of the state file. */
export interface StateFileStatus {
  /** When it last held everything that was shown; `undefined` before the first save. */
  readonly savedAtMs: number | undefined;
  /** Whether the last attempt to use or write it failed. */
  readonly isFailing: boolean;
}

/** When the state file was last saved, or what follows if it cannot be saved. */
export function stateFileLine({ savedAtMs, isFailing }: StateFileStatus, at: number): Html {
  const saved = savedAtMs === undefined ? "not saved yet" : `saved ${formatAge(at - savedAtMs)}`;
  return isFailing
    ? html`
      <p class="note bad">The state file cannot be written (${saved}): after a restart of the exporter
      all counters begin at 0. The log says why.</p>
    `
    : html`<p class="empty">State file: ${saved}. Counters continue after a restart.</p>`;
}

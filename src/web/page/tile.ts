/** A tile of the status page: a title, a short text and its severity. */
import { type Html, html } from "../html.ts";
import { type Severity, statusDot } from "./format.ts";

/** What a tile shows under its title. */
export interface Tile {
  readonly severity: Severity;
  readonly text: string;
  readonly detail?: string | undefined;
}

/** An entry for a list of the class `tiles`. */
export function tile(title: string, { severity, text, detail }: Tile): Html {
  return html`
    <div>
      <dt>${statusDot(severity)} ${title}</dt>
      <dd>${text}${detail === undefined ? undefined : html`<small>${detail}</small>`}</dd>
    </div>
  `;
}

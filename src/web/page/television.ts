/** The television section of the status page: recordings and tuners, where there is a recorder. */
import { currentValue } from "../../core/availability.ts";
import { tunersByState } from "../../core/dvr.ts";
import { RECORDING_STATUSES, type RecordingStatus } from "../../core/enums.ts";
import type { ServerState } from "../../core/state.ts";
import { type Html, html } from "../html.ts";
import { formatNumber, type Severity, statusDot } from "./format.ts";

/** The recordings and tuners of one server; `undefined` without a recorder. */
export function television(state: ServerState, at: number): Html | undefined {
  const dvr = currentValue(state, "dvr", at);
  const tuners = tunersByState(state, at);
  if (dvr === undefined || tuners === undefined) return undefined;
  const { byStatus } = dvr.recordings;
  const online = tuners.in_use + tuners.idle;
  return html`
    <dl class="card sources">
      ${RECORDING_STATUSES.map((status) =>
        // Few operators have others.
        status === "other" && byStatus.other === 0
          ? undefined
          : tile(severityOf(status, byStatus[status]), status, byStatus[status])
      )}
      <div>
        <dt>${statusDot(tuners.idle > 0 ? "good" : "warn")} tuners</dt>
        <dd>${formatNumber(tuners.in_use)} of ${formatNumber(online)} in use${tuners.offline === 0
          ? undefined
          : html`<small>${formatNumber(tuners.offline)} offline</small>`}</dd>
      </div>
    </dl>
  `;
}

function severityOf(status: RecordingStatus, count: number): Severity {
  if (count === 0) return "idle";
  return status === "failed" ? "warn" : "good";
}

function tile(severity: Severity, title: string, count: number): Html {
  return html`
    <div>
      <dt>${statusDot(severity)} ${title}</dt>
      <dd>${formatNumber(count)}</dd>
    </div>
  `;
}

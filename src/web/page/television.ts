/** The television section of the status page: recordings and tuners, where there is a recorder. */
import { currentValue } from "../../core/availability.ts";
import { tunersByState } from "../../core/dvr.ts";
import { RECORDING_STATUSES, type RecordingStatus } from "../../core/enums.ts";
import type { ServerState } from "../../core/state.ts";
import { type Html, html } from "../html.ts";
import { formatNumber, type Severity } from "./format.ts";
import { tile } from "./tile.ts";

/** The recordings and tuners of one server; `undefined` without a recorder. */
export function television(state: ServerState, at: number): Html | undefined {
  const dvr = currentValue(state, "dvr", at);
  const tuners = tunersByState(state, at);
  if (dvr === undefined || tuners === undefined) return undefined;
  const { byStatus } = dvr.recordings;
  const online = tuners.in_use + tuners.idle;
  return html`
    <dl class="card tiles">
      ${RECORDING_STATUSES.map((status) =>
        // Rare, so shown only if there are some.
        status === "other" && byStatus.other === 0
          ? undefined
          : recordingsTile(status, byStatus[status])
      )}
      ${tile("tuners", {
        severity: tuners.idle > 0 ? "good" : "warn",
        text: `${formatNumber(tuners.in_use)} of ${formatNumber(online)} in use`,
        detail: tuners.offline === 0 ? undefined : `${formatNumber(tuners.offline)} offline`,
      })}
    </dl>
  `;
}

function recordingsTile(status: RecordingStatus, count: number): Html {
  return tile(status, { severity: severityOf(status, count), text: formatNumber(count) });
}

function severityOf(status: RecordingStatus, count: number): Severity {
  if (count === 0) return "idle";
  return status === "failed" ? "warn" : "good";
}

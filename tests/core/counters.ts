/** All that is counted in a state, to see that none of it falls. */
import { type Ledger, seriesOf } from "../../src/core/ledger.ts";
import type { ServerState } from "../../src/core/model.ts";

/** Every counter there is in a state, by family and labels. */
export function counters(state: ServerState): Map<string, number> {
  const { history, bandwidth, traffic } = state;
  const ledgers: Readonly<Record<string, Ledger>> = {
    plays: history.plays,
    playMs: history.playMs,
    streamMs: history.streamMs,
    hourMs: history.hourMs,
    titleMs: history.titleMs,
    bufferingMs: history.bufferingMs,
    byLocation: bandwidth.byLocation,
    byUser: bandwidth.byUser,
    requests: traffic.requests,
    notifications: traffic.notifications,
  };
  const found = new Map<string, number>();
  for (const [family, ledger] of Object.entries(ledgers)) {
    for (const { labels, value } of seriesOf(ledger)) {
      found.set(`${family}${JSON.stringify(labels)}`, value);
    }
  }
  for (const [family, keys] of history.dropped) found.set(`dropped ${family}`, keys.size);
  found.set("estimatedBits", state.estimatedBits?.value ?? 0);
  return found;
}

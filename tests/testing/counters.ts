/** All that is counted in a state, to see that none of it falls. */
import { type CounterVec, seriesOf } from "../../src/core/counter_vec.ts";
import type { ServerState } from "../../src/core/state.ts";

/** Every counter there is in a state, by family and labels. */
export function counters(state: ServerState): Map<string, number> {
  const { playCounters, bandwidth, apiStats } = state;
  const ledgers: Readonly<Record<string, CounterVec>> = {
    plays: playCounters.plays,
    playMs: playCounters.playMs,
    streamMs: playCounters.streamMs,
    hourMs: playCounters.hourMs,
    titleMs: playCounters.titleMs,
    bufferingMs: playCounters.bufferingMs,
    byLocation: bandwidth.byLocation,
    byUser: bandwidth.byUser,
    requests: apiStats.requests,
    notifications: apiStats.notifications,
  };
  const found = new Map<string, number>();
  for (const [family, ledger] of Object.entries(ledgers)) {
    for (const { labels, value } of seriesOf(ledger)) {
      found.set(`${family}${JSON.stringify(labels)}`, value);
    }
  }
  for (const [family, keys] of playCounters.dropped) found.set(`dropped ${family}`, keys.size);
  found.set("estimatedBits", state.estimatedBits?.value ?? 0);
  return found;
}

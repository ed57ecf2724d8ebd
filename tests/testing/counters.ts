/** All counters of a state, to assert that none decreases. */
import { type CounterVec, type SeriesKey, seriesOf } from "../../src/core/counter_vec.ts";
import type { ServerState } from "../../src/core/state.ts";

/** Every counter of a state, by family and key. */
export function counters(state: ServerState): Map<string, number> {
  const { cardinality, playCounters, bandwidth, apiStats } = state;
  const vectors: Readonly<Record<string, CounterVec<SeriesKey>>> = {
    plays: playCounters.plays,
    playMs: playCounters.playMs,
    streamMs: playCounters.streamMs,
    hourMs: playCounters.hourMs,
    titleMs: playCounters.titleMs,
    bufferingMs: playCounters.bufferingMs,
    byLocation: bandwidth.byLocation,
    byUser: bandwidth.byUser,
    byDevice: bandwidth.byDevice,
    transcodeMs: playCounters.transcodeMs,
    requests: apiStats.requests,
    notifications: apiStats.notifications,
  };
  const found = new Map<string, number>();
  for (const [family, vec] of Object.entries(vectors)) {
    for (const { key, value } of seriesOf(vec)) {
      found.set(`${family}${JSON.stringify(key)}`, value);
    }
  }
  for (const [family, keys] of cardinality.dropped) found.set(`dropped ${family}`, keys.size);
  found.set("estimatedBits", state.estimatedBits?.value ?? 0);
  return found;
}

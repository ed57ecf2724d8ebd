/** Reads the load of the host and the bytes sent, which Plex has with Plex Pass only. */
import { bandwidthSince } from "../../core/bandwidth.ts";
import { INTERVALS_MS, isUp } from "../../core/contact.ts";
import { UNTIL_WOKEN } from "../loop.ts";
import { createIsMissing } from "./absence.ts";
import { createComplaint } from "./complaints.ts";
import { MISSING_MS, type Read, type ReaderContext } from "./context.ts";

export function createStatisticsReader(context: ReaderContext): Read {
  const { client, clock, dispatch, state } = context;
  const complainOfLoad = createComplaint(context, "the load of the host");
  const complainOfBytes = createComplaint(context, "the bytes sent");
  const isLoadMissing = createIsMissing(state, "resources");
  const areBytesMissing = createIsMissing(state, "bandwidth");
  let askBandwidthAt = -Infinity;

  async function readBandwidth(): Promise<void> {
    const sinceS = bandwidthSince(state());
    if (sinceS === undefined || clock.now() < askBandwidthAt) return;
    const answer = complainOfBytes(await client.bandwidth(sinceS));
    const missing = areBytesMissing(answer);
    if (answer.ok) {
      const { rows, accounts, filtered } = answer.value;
      dispatch({ type: "bandwidth_read", at: answer.at, sinceS, rows, accounts });
      // All that Plex has kept is dear to read: once in a while is what it can bear.
      if (!filtered) askBandwidthAt = clock.now() + MISSING_MS;
    } else if (missing) {
      dispatch({ type: "source_missing", at: answer.at, source: "bandwidth" });
      askBandwidthAt = clock.now() + MISSING_MS;
    }
  }

  return async () => {
    if (!isUp(state())) return UNTIL_WOKEN;
    const answer = complainOfLoad(await client.resources());
    if (isLoadMissing(answer)) {
      dispatch({ type: "source_missing", at: answer.at, source: "resources" });
      dispatch({ type: "source_missing", at: answer.at, source: "bandwidth" });
      return MISSING_MS;
    }
    if (answer.ok && answer.value.newest !== undefined) {
      dispatch({ type: "resources_sampled", at: answer.at, resources: answer.value.newest });
    }
    await readBandwidth();
    return INTERVALS_MS.resources;
  };
}

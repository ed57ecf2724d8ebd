/** Reads the load of the host and the bytes sent, which Plex has with Plex Pass only. */
import { bandwidthSince } from "../../core/bandwidth.ts";
import { INTERVALS_MS, isUp } from "../../core/contact.ts";
import type { Answer } from "../client.ts";
import { UNTIL_WOKEN } from "../loop.ts";
import type { BandwidthReading } from "../translate_server.ts";
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
  let dearInARow = 0;

  /** The bytes since then, and whether Plex went through all that it has kept to tell them. */
  async function askBandwidth(sinceS: number): Promise<[Answer<BandwidthReading>, boolean]> {
    const answer = await client.bandwidth(sinceS);
    if (answer.ok) return [answer, answer.value.rows.some(({ atS }) => atS < sinceS)];
    if (answer.status === 400) return [await client.allBandwidth(), true];
    return [answer, answer.failure === "malformed" || answer.failure === "timeout"];
  }

  async function readBandwidth(): Promise<void> {
    const sinceS = bandwidthSince(state());
    if (sinceS === undefined || clock.now() < askBandwidthAt) return;
    const [answer, isDear] = await askBandwidth(sinceS);
    complainOfBytes(answer);
    const missing = areBytesMissing(answer);
    if (answer.ok) {
      const { rows, accounts } = answer.value;
      dispatch({ type: "bandwidth_read", at: answer.at, sinceS, rows, accounts });
    } else if (missing) {
      dispatch({ type: "source_missing", at: answer.at, source: "bandwidth" });
    }
    dearInARow = isDear ? dearInARow + 1 : 0;
    // One that broke off may be an accident; what goes on is what Plex can bear once in a while.
    const waits = missing || (isDear && (answer.ok || dearInARow > 1));
    if (waits) askBandwidthAt = clock.now() + MISSING_MS;
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

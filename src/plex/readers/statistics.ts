/** Reads the load of the host, and by its clock the bytes sent; both need Plex Pass. */
import { INTERVALS_MS, isUp } from "../../core/contact.ts";
import { UNTIL_WOKEN } from "../loop.ts";
import { createIsMissing } from "./absence.ts";
import { createBandwidthReader } from "./bandwidth.ts";
import { createComplaint } from "./complaints.ts";
import { MISSING_MS, type Read, type ReaderContext } from "./context.ts";

export function createStatisticsReader(context: ReaderContext): Read {
  const { client, dispatch, state } = context;
  const complain = createComplaint(context, "the load of the host");
  const isMissing = createIsMissing(state, "resources");
  const bandwidth = createBandwidthReader(context);

  return async () => {
    if (!isUp(state())) {
      bandwidth.forget();
      return UNTIL_WOKEN;
    }
    const answer = complain(await client.resources());
    if (isMissing(answer)) {
      dispatch({ type: "source_missing", at: answer.at, source: "resources" });
      dispatch({ type: "source_missing", at: answer.at, source: "bandwidth" });
      return MISSING_MS;
    }
    if (answer.ok && answer.value.newest !== undefined) {
      dispatch({ type: "resources_sampled", at: answer.at, resources: answer.value.newest });
    }
    await bandwidth.read();
    return INTERVALS_MS.resources;
  };
}

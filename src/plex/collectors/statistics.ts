/** Reads the load of the host, and by its clock the bytes sent; both need Plex Pass. */
import { isUp, POLL_INTERVALS_MS } from "../../core/availability.ts";
import { NEVER } from "../scheduler.ts";
import { createUnsupportedDetector } from "./unsupported.ts";
import { createBandwidthCollector } from "./bandwidth.ts";
import { createFailureLog } from "./failure_log.ts";
import { type Collect, type CollectorContext, UNSUPPORTED_RETRY_MS } from "./collector.ts";

export function createStatisticsCollector(context: CollectorContext): Collect {
  const { client, dispatch, state } = context;
  const complain = createFailureLog(context, "the load of the host");
  const isMissing = createUnsupportedDetector(state, "resources");
  const bandwidth = createBandwidthCollector(context);

  return async () => {
    if (!isUp(state())) {
      bandwidth.forget();
      return NEVER;
    }
    const answer = complain(await client.resources());
    if (isMissing(answer)) {
      dispatch({ type: "source_missing", at: answer.at, source: "resources" });
      dispatch({ type: "source_missing", at: answer.at, source: "bandwidth" });
      return UNSUPPORTED_RETRY_MS;
    }
    if (answer.ok && answer.value.newest !== undefined) {
      dispatch({ type: "resources_sampled", at: answer.at, resources: answer.value.newest });
    }
    await bandwidth.read();
    return POLL_INTERVALS_MS.resources;
  };
}

/** Reads what Plex is busy with, to set right what notifications have told of it. */
import { isUp, POLL_INTERVALS_MS } from "../../core/availability.ts";
import { NEVER } from "../scheduler.ts";
import { createUnsupportedDetector } from "./unsupported.ts";
import { createFailureLog } from "./failure_log.ts";
import { type Collect, type CollectorContext, UNSUPPORTED_RETRY_MS } from "./collector.ts";

export function createActivitiesCollector(context: CollectorContext): Collect {
  const { client, dispatch, state } = context;
  const complain = createFailureLog(context, "what Plex is busy with");
  const isMissing = createUnsupportedDetector(state, "activities");
  return async () => {
    if (!isUp(state())) return NEVER;
    const answer = complain(await client.activities());
    const missing = isMissing(answer);
    if (answer.ok) {
      dispatch({ type: "activities_listed", at: answer.at, activities: answer.value });
    } else if (missing) {
      dispatch({ type: "source_missing", at: answer.at, source: "activities" });
      return UNSUPPORTED_RETRY_MS;
    }
    return POLL_INTERVALS_MS.activities;
  };
}

/** Reads what Plex is busy with, to set right what notifications have told of it. */
import { INTERVALS_MS, isUp } from "../../core/contact.ts";
import { UNTIL_WOKEN } from "../loop.ts";
import { createIsMissing } from "./absence.ts";
import { createComplaint } from "./complaints.ts";
import { MISSING_MS, type Read, type ReaderContext } from "./context.ts";

export function createActivitiesReader(context: ReaderContext): Read {
  const { client, dispatch, state } = context;
  const complain = createComplaint(context, "what Plex is busy with");
  const isMissing = createIsMissing(state, "activities");
  return async () => {
    if (!isUp(state())) return UNTIL_WOKEN;
    const answer = complain(await client.activities());
    const missing = isMissing(answer);
    if (answer.ok) {
      dispatch({ type: "activities_listed", at: answer.at, activities: answer.value });
    } else if (missing) {
      dispatch({ type: "source_missing", at: answer.at, source: "activities" });
      return MISSING_MS;
    }
    return INTERVALS_MS.activities;
  };
}

/** Reads the background activities, to correct what notifications have reported. */
import { SCHEDULES } from "../schedule.ts";
import { NEVER } from "../scheduler.ts";
import type { Collector, CollectorContext } from "./collector.ts";

export function createActivitiesCollector(
  { client, clock, dispatch, state }: CollectorContext,
): Collector {
  return {
    description: "the background activities",
    source: "activities",
    isOptional: true,
    schedule: SCHEDULES.activities,
    onHint: ({ type }) => type === "socket_opened" ? 0 : undefined,
    dependsOn: ({ availability }) => availability.tokenOwner,
    async collect() {
      if (state().availability.tokenOwner === false) {
        // Plex lists to others than the owner only their own (docs/plex/api.md#endpoints-by-token).
        dispatch({ type: "source_unavailable", at: clock.now(), source: "activities" });
        return { nextMs: NEVER };
      }
      const answer = await client.activities();
      if (answer.ok) {
        dispatch({ type: "activities_listed", at: answer.at, activities: answer.value });
      }
      return { answer };
    },
  };
}

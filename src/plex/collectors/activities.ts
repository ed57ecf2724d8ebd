/** Reads what Plex is busy with, to correct what notifications have said of it. */
import { SCHEDULES } from "../schedule.ts";
import type { Collector, CollectorContext } from "./collector.ts";

export function createActivitiesCollector({ client, dispatch }: CollectorContext): Collector {
  return {
    description: "what Plex is busy with",
    source: "activities",
    isOptional: true,
    schedule: SCHEDULES.activities,
    onHint: ({ type }) => type === "socket_opened" ? 0 : undefined,
    async collect() {
      const answer = await client.activities();
      if (answer.ok) {
        dispatch({ type: "activities_listed", at: answer.at, activities: answer.value });
      }
      return { answer };
    },
  };
}

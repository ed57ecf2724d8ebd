/** Reads the load of the host, which Plex has with Plex Pass only; its samples have Plex's time. */
import { SCHEDULES } from "../schedule.ts";
import type { Collector, CollectorContext } from "./collector.ts";

export function createResourcesCollector({ client, dispatch }: CollectorContext): Collector {
  return {
    description: "the load of the host",
    source: "resources",
    isOptional: true,
    schedule: SCHEDULES.resources,
    async collect() {
      const answer = await client.resources();
      if (answer.ok && answer.value.newest !== undefined) {
        dispatch({ type: "resources_sampled", at: answer.at, resources: answer.value.newest });
      }
      return { answer };
    },
  };
}

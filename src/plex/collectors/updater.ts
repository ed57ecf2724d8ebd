/**
 * Reads which releases Plex lists for an update. Where Plex does not update itself, as in a
 * container, it answers with an error, which is not logged as a failure.
 */
import { isUp } from "../../core/availability.ts";
import { SCHEDULES } from "../schedule.ts";
import type { Collector, CollectorContext } from "./collector.ts";

export function createUpdaterCollector({ client, dispatch }: CollectorContext): Collector {
  return {
    description: "the updates of Plex",
    schedule: SCHEDULES.updater,
    isReady: (state) => isUp(state) && state.server !== undefined,
    dependsOn: ({ server }) => `${server?.id} ${server?.version}`,
    onHint: ({ type }) => type === "update_changed" ? 0 : undefined,
    async collect() {
      const answer = await client.releases();
      if (answer.ok) {
        dispatch({ type: "releases_listed", at: answer.at, releases: answer.value });
      }
      return {};
    },
  };
}

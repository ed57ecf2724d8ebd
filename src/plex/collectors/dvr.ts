/** Reads the tuners and recordings of the television recorder, which most servers do not have. */
import { SCHEDULES } from "../schedule.ts";
import { NEVER } from "../scheduler.ts";
import type { Collector, CollectorContext } from "./collector.ts";

export function createDvrCollector(
  { client, clock, dispatch, state }: CollectorContext,
): Collector {
  const markUnavailable = (at: number) =>
    dispatch({ type: "source_unavailable", at, source: "dvr" });

  return {
    description: "the television recorder",
    source: "dvr",
    isOptional: true,
    schedule: SCHEDULES.dvr,
    dependsOn: ({ availability: { tokenOwner }, server }) =>
      `${tokenOwner} ${server?.id} ${server?.plexPass}`,
    async collect() {
      if (state().availability.tokenOwner === false) {
        // Plex refuses it to others than the owner (docs/plex/api.md#recorders).
        markUnavailable(clock.now());
        return { nextMs: NEVER };
      }
      const answer = await client.tuners();
      if (!answer.ok) return { answer };
      const { tuners } = answer.value;
      if (tuners === undefined) {
        markUnavailable(answer.at);
        return { answer, nextMs: SCHEDULES.dvr.unsupportedIntervalMs };
      }
      const recordings = await client.recordings();
      if (recordings.ok) {
        dispatch({
          type: "dvr_read",
          at: answer.at,
          dvr: { tuners, recordings: recordings.value },
        });
      }
      return { answer: recordings };
    },
  };
}

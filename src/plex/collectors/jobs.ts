/** Reads the background jobs, such as downloads and optimisations, which no session shows. */
import { SCHEDULES, UNANNOUNCED_INTERVAL_MS } from "../schedule.ts";
import type { Collector, CollectorContext } from "./collector.ts";

export function createJobsCollector({ client, dispatch, state }: CollectorContext): Collector {
  return {
    description: "the background jobs",
    source: "jobs",
    isOptional: true,
    schedule: SCHEDULES.jobs,
    onHint: ({ type }) => type === "job_changed" || type === "socket_opened" ? 0 : undefined,
    async collect() {
      const answer = await client.jobs();
      if (answer.ok) dispatch({ type: "jobs_listed", at: answer.at, jobs: answer.value });
      return state().apiStats.connected ? { answer } : { answer, nextMs: UNANNOUNCED_INTERVAL_MS };
    },
  };
}

/** Reads the server's description of itself. */
import { SCHEDULES, UNANNOUNCED_INTERVAL_MS } from "../schedule.ts";
import type { Collector, CollectorContext } from "./collector.ts";

export function createServerCollector(
  { client, dispatch, state }: CollectorContext,
): Collector {
  async function describe() {
    const answer = await client.server();
    if (answer.ok) dispatch({ type: "server_described", at: answer.at, server: answer.value });
    return answer;
  }

  return {
    description: "the server's description",
    source: "server",
    schedule: SCHEDULES.server,
    onHint: ({ type }) => type === "server_changed" ? 0 : undefined,
    async prepare() {
      await describe();
    },
    async collect() {
      const answer = await describe();
      return state().apiStats.connected ? { answer } : { answer, nextMs: UNANNOUNCED_INTERVAL_MS };
    },
  };
}

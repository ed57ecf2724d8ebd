/**
 * Reads the names of the accounts, by which downloads are shown. Only the owner's token may, and
 * without Plex Pass there are no downloads.
 */
import { isUp } from "../../core/availability.ts";
import { unknownDownloader } from "../../core/downloads.ts";
import { SCHEDULES, UNSUPPORTED_RETRY_MS } from "../schedule.ts";
import type { Collector, CollectorContext } from "./collector.ts";

export function createAccountsCollector({ client, dispatch }: CollectorContext): Collector {
  return {
    description: "the names of the accounts",
    schedule: SCHEDULES.accounts,
    isReady: (state) =>
      isUp(state) && state.availability.tokenOwner === true &&
      state.server !== undefined && state.server.plexPass !== false,
    dependsOn: (state) => `${state.server?.id} ${unknownDownloader(state)}`,
    async collect() {
      const answer = await client.accounts();
      if (answer.ok) dispatch({ type: "accounts_listed", at: answer.at, accounts: answer.value });
      return answer.ok ? { answer } : { answer, nextMs: UNSUPPORTED_RETRY_MS };
    },
  };
}

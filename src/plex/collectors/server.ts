/** Reads what Plex says of itself, and now and then whether an update waits for it. */
import { isUp, POLL_INTERVALS_MS } from "../../core/availability.ts";
import { NEVER } from "../scheduler.ts";
import { createFailureLog } from "./failure_log.ts";
import { type Collect, type CollectorContext } from "./collector.ts";

/** Updates come every few weeks, and Plex itself looks for them once a day. */
const UPDATER_INTERVAL_MS = 6 * 60 * 60_000;

export interface ServerCollector {
  /** Reads the description alone. */
  readonly describe: () => Promise<void>;
  /** Reads the description and, if that is due, whether an update waits. */
  readonly read: Collect;
  /** Makes the question about updates due: Plex has said that the answer may be another. */
  readonly expectUpdate: () => void;
}

export function createServerCollector(context: CollectorContext): ServerCollector {
  const { client, clock, dispatch, state } = context;
  const complain = createFailureLog(context, "what the server says of itself");
  let updateAvailable: boolean | undefined;
  let askUpdaterAt = -Infinity;
  let version: string | undefined;

  async function describe(): Promise<void> {
    const answer = complain(await client.server());
    if (!answer.ok) return;
    const server = { ...answer.value, updateAvailable };
    dispatch({ type: "server_described", at: answer.at, server });
  }

  /** An upgrade changes the answer at once, the passing of time now and then. */
  function isUpdaterDue(): boolean {
    return clock.now() >= askUpdaterAt || state().server?.version !== version;
  }

  return {
    describe,
    async read() {
      if (!isUp(state())) return NEVER;
      await describe();
      if (state().server === undefined || !isUpdaterDue()) return POLL_INTERVALS_MS.server;
      const upgraded = state().server?.version !== version;
      version = state().server?.version;
      askUpdaterAt = clock.now() + UPDATER_INTERVAL_MS;
      const answer = await client.updateAvailable();
      if (answer.ok) updateAvailable = answer.value;
      else if (upgraded) updateAvailable = undefined;
      const { server } = state();
      if (server !== undefined) {
        dispatch({
          type: "server_described",
          at: answer.at,
          server: { ...server, updateAvailable },
        });
      }
      return POLL_INTERVALS_MS.server;
    },
    expectUpdate() {
      askUpdaterAt = -Infinity;
    },
  };
}

/** Reads what Plex says of itself, and now and then whether an update waits for it. */
import { INTERVALS_MS, isUp } from "../../core/contact.ts";
import { UNTIL_WOKEN } from "../loop.ts";
import { createComplaint } from "./complaints.ts";
import { type Read, type ReaderContext } from "./context.ts";

/** Updates come every few weeks, and Plex itself looks for them once a day. */
const UPDATER_INTERVAL_MS = 6 * 60 * 60_000;

export interface ServerReader {
  /** Reads the description alone. */
  readonly describe: () => Promise<void>;
  /** Reads the description and, if that is due, whether an update waits. */
  readonly read: Read;
  /** Makes the question about updates due: Plex has said that the answer may be another. */
  readonly expectUpdate: () => void;
}

export function createServerReader(context: ReaderContext): ServerReader {
  const { client, clock, dispatch, state } = context;
  const complain = createComplaint(context, "what the server says of itself");
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
      if (!isUp(state())) return UNTIL_WOKEN;
      await describe();
      if (state().server === undefined || !isUpdaterDue()) return INTERVALS_MS.server;
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
      return INTERVALS_MS.server;
    },
    expectUpdate() {
      askUpdaterAt = -Infinity;
    },
  };
}

/** What a state file holds of all servers together, as a pure value. */
import { primaryFor } from "../core/duplicate_servers.ts";
import { type SavedServer, saveServer } from "../core/saved_server.ts";
import type { ServerState } from "../core/state.ts";

export interface SavedState {
  /** The labels whose values are hidden in it. */
  readonly hiddenLabels: readonly string[];
  /** By the address in the settings: the identifier of the server that was last seen there. */
  readonly addresses: Readonly<Record<string, string>>;
  /** By the server's identifier, the one that was saved last at the end. */
  readonly servers: Readonly<Record<string, SavedServer>>;
}

/** Servers that are not watched any more are kept up to this number, in case they come back. */
const MAX_SERVERS = 20;

export const NO_STATE: SavedState = { hiddenLabels: [], addresses: {}, servers: {} };

/** The state with the servers as they are now; others stay, for they may come back. */
export function withServers(state: SavedState, states: readonly ServerState[]): SavedState {
  const addresses = new Map(Object.entries(state.addresses));
  const servers = new Map(Object.entries(state.servers));
  for (const each of states) {
    const saved = saveServer(each);
    if (saved === undefined) continue;
    const { id } = saved.server;
    addresses.set(each.address, id);
    // Of two addresses of one server, the counters of the one that is exported are kept.
    if (primaryFor(states, each) !== undefined) continue;
    servers.delete(id);
    servers.set(id, saved);
  }
  const kept = new Map([...servers].slice(-Math.max(MAX_SERVERS, states.length)));
  return {
    ...state,
    addresses: Object.fromEntries([...addresses].filter(([, id]) => kept.has(id))),
    servers: Object.fromEntries(kept),
  };
}

/** Whether nothing has been credited since, so that a save may wait for the next scrape. */
export function isCreditUnchanged(
  before: readonly ServerState[],
  after: readonly ServerState[],
): boolean {
  return before.length === after.length && after.every((state, index) => {
    const old = before[index];
    return state.playCounters === old?.playCounters && state.bandwidth === old.bandwidth &&
      state.server === old.server;
  });
}

/** The content of a state file: what is saved of all servers. */
import { primaryFor } from "../core/duplicate_servers.ts";
import { type SavedServer, saveServer } from "../core/saved_server.ts";
import type { ServerState } from "../core/state.ts";

/** The content of a state file. */
export interface SavedState {
  /** The labels whose values are hidden in it. */
  readonly hiddenLabels: readonly string[];
  /** One of each identifier; those that are watched are the last. */
  readonly servers: readonly SavedServer[];
}

/** Limit of all servers, with those that are not watched any more: they may come back. */
const MAX_SERVERS = 20;

/** The content before the first save. */
export const NO_STATE: SavedState = { hiddenLabels: [], servers: [] };

/** The state with these servers as they are now, and with the others as they were. */
export function withServers(state: SavedState, states: readonly ServerState[]): SavedState {
  // Of two addresses of one server, the counters of the one that is exported are kept.
  const watched = states
    .filter((each) => primaryFor(states, each) === undefined)
    .flatMap((each) => saveServer(each) ?? []);
  const ids = new Set(watched.map(({ server }) => server.id));
  const others = state.servers.filter(({ server }) => !ids.has(server.id));
  const servers = [...others, ...watched].slice(-Math.max(MAX_SERVERS, watched.length));
  return { ...state, servers };
}

/** What is saved of the server with this identifier. */
export function savedById({ servers }: SavedState, id: string): SavedServer | undefined {
  return servers.find(({ server }) => server.id === id);
}

/** What is saved of the server that was last exported from this address. */
export function savedByAddress({ servers }: SavedState, address: string): SavedServer | undefined {
  return servers.findLast((saved) => saved.address === address);
}

/** Whether nothing has been credited since, so that a save may wait for the next scrape. */
export function isCreditUnchanged(
  before: readonly ServerState[],
  after: readonly ServerState[],
): boolean {
  return before.length === after.length && after.every((state, index) => {
    const old = before[index];
    return state.playCounters === old?.playCounters &&
      state.bandwidth.byUser === old.bandwidth.byUser && state.server?.id === old.server?.id;
  });
}

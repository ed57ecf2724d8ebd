/** Finds addresses that lead to the same server. Only one of them is exported. */
import type { ServerState } from "./state.ts";

/**
 * The state that is exported instead of this one, if another address leads to the same server: the
 * first that was identified, because its counters may have been scraped already.
 */
export function primaryFor(
  states: readonly ServerState[],
  state: ServerState,
): ServerState | undefined {
  const id = state.server?.id;
  if (id === undefined) return undefined;
  const same = states.filter(({ server }) => server?.id === id);
  const first = same.toSorted((a, b) => identifiedAt(a) - identifiedAt(b))[0];
  return first === state ? undefined : first;
}

function identifiedAt({ identifiedAt = Infinity }: ServerState): number {
  return identifiedAt;
}

/**
 * Which of several addresses lead to one and the same server, and which of them stands for it. It
 * changes no state.
 */
import type { ServerState } from "./state.ts";

/**
 * The state that stands for this one's server, if it is another one: that which was first to tell
 * the identity. Its counters may have been published, and must not be replaced by lower ones.
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

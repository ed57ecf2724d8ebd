/** Holds the state of one server. Events are the only way to change it. */
import type { ServerEvent } from "./event.ts";
import type { ServerState } from "./state.ts";
import { reduce } from "./reduce.ts";

/** The current state of a server. */
export interface Store {
  readonly state: ServerState;
  /** Applies an event, synchronously. */
  dispatch(event: ServerEvent): void;
}

/** A store with the state `initial`. Calls `observe` after each event that changed the state. */
export function createStore(
  initial: ServerState,
  observe: (before: ServerState, after: ServerState) => void = () => {},
): Store {
  let state = initial;
  return {
    get state() {
      return state;
    },
    dispatch(event) {
      const before = state;
      state = reduce(before, event);
      if (state !== before) observe(before, state);
    },
  };
}

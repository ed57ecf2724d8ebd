/** Holds what is known of one server, and lets events change it. It reports every change. */
import type { ServerEvent } from "./event.ts";
import type { ServerState } from "./state.ts";
import { reduce } from "./reduce.ts";

export interface Store {
  readonly state: ServerState;
  /** Reduces an event; synchronous. */
  dispatch(event: ServerEvent): void;
}

/** A store that begins with `initial`; `observe` is called after each event that changed it. */
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

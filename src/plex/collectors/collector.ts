/** What every reader is given: the means to ask one server and to report what it said. */
import type { ServerEvent } from "../../core/event.ts";
import type { ServerState } from "../../core/state.ts";
import type { Log } from "../../log/mod.ts";
import type { Clock } from "../../clock.ts";
import type { Client } from "../client.ts";
import type { HiddenLabels } from "../redact_labels.ts";

export interface CollectorContext {
  readonly client: Client;
  readonly clock: Clock;
  readonly log: Log;
  readonly hide: HiddenLabels;
  readonly random: () => number;
  readonly signal: AbortSignal;
  readonly state: () => ServerState;
  readonly dispatch: (event: ServerEvent) => void;
}

/**
 * Reads a source once and tells in how many ms it wants to be read again. What needs Plex to be up
 * does nothing while it is not, and is woken when it is.
 */
export type Collect = () => Promise<number>;

/** Wait before asking again for what Plex said it does not have. */
export const UNSUPPORTED_RETRY_MS = 600_000;

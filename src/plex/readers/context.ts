/** What every reader is given: the means to ask one server and to report what it said. */
import type { ServerEvent } from "../../core/event.ts";
import type { ServerState } from "../../core/model.ts";
import type { Log } from "../../log.ts";
import type { Clock } from "../../time.ts";
import type { Client } from "../client.ts";
import type { Hide } from "../hide.ts";

export interface ReaderContext {
  readonly client: Client;
  readonly clock: Clock;
  readonly log: Log;
  readonly hide: Hide;
  readonly random: () => number;
  readonly signal: AbortSignal;
  readonly state: () => ServerState;
  readonly dispatch: (event: ServerEvent) => void;
}

/** Reads a source once and tells in how many ms it wants to be read again. It never rejects. */
export type Read = () => Promise<number>;

/** Wait of sources that depend on Plex being up: they are woken when it is. */
export const UNTIL_UP_MS = 600_000;

/** Wait before asking again for what Plex said it does not have. */
export const MISSING_MS = 600_000;

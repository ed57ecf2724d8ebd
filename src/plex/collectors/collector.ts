/** The interface of collectors, each of which reads one thing from Plex, and their context. */
import type { DataSource } from "../../core/enums.ts";
import type { ServerEvent } from "../../core/event.ts";
import type { ServerState } from "../../core/state.ts";
import type { Log } from "../../log/mod.ts";
import type { Clock } from "../../clock.ts";
import type { Client } from "../client.ts";
import type { Hint } from "../hint.ts";
import type { HiddenLabels } from "../redact_labels.ts";
import type { Result } from "../request.ts";
import type { Schedule } from "../schedule.ts";

/** Reads one thing from Plex and dispatches it as events. */
export interface Collector {
  /** Completes "Cannot read …" in the log. */
  readonly description: string;
  /** The source that it keeps current. */
  readonly source?: DataSource;
  /** Plex may not have it: then the source is marked as unavailable and requested rarely. */
  readonly isOptional?: boolean;
  readonly schedule: Schedule;
  /**
   * Whether it can run in this state; by default while Plex is up. As soon as it can, it runs.
   */
  readonly isReady?: (state: ServerState) => boolean;
  /** What the answer depends on: it runs again as soon as this value changes. */
  readonly dependsOn?: (state: ServerState) => unknown;
  /** Collects what the first session list needs: plays carry the names of server and libraries. */
  readonly prepare?: () => Promise<void>;
  /**
   * Receives a hint. Returns the ms until it must collect; `undefined`: the hint is no reason to.
   */
  readonly onHint?: (hint: Hint) => number | undefined;
  /** Collects once. It never rejects because of Plex. */
  readonly collect: () => Promise<CollectResult>;
}

/** The result of one collection. */
export interface CollectResult {
  /**
   * Plex's answer. A failure is logged, and one that means that Plex does not have it is retried
   * rarely. Absent if the collector deals with failures itself.
   */
  readonly answer?: Result<unknown>;
  /** Some of what belongs to the source could not be read. */
  readonly isPartial?: boolean;
  /** From the beginning of this collection to the next; by default the schedule's interval. */
  readonly nextMs?: number | undefined;
  /** Instead of `nextMs`: from the end of this collection to the next. */
  readonly restMs?: number | undefined;
}

/** What a collector gets: the client of one server, its state, and where to report events. */
export interface CollectorContext {
  readonly client: Client;
  readonly clock: Clock;
  readonly log: Log;
  readonly hide: HiddenLabels;
  /** From 0 up to 1. */
  readonly random: () => number;
  /** Aborted when the server is no longer watched. */
  readonly signal: AbortSignal;
  readonly state: () => ServerState;
  readonly dispatch: (event: ServerEvent) => void;
  /** The current token. */
  readonly token: () => string;
  /** Plex rejects this token: returns whether there is another one to try at once. */
  readonly renewToken: (rejected: string) => boolean;
  /** Between two readings of the library sizes. */
  readonly libraryIntervalMs: number;
  /** Between two complete walks of a library; 0: none. */
  readonly walkIntervalMs: number;
  /** Lets every collector {@link Collector.prepare}. */
  readonly prepare: () => Promise<void>;
}

/** Creates the collector of one server. */
export type CreateCollector = (context: CollectorContext) => Collector;

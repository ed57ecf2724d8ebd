/**
 * Watches one server: runs its collectors when they are due, receives its notifications, and keeps
 * the state current. It ends only when it is stopped, whatever Plex does.
 */
import { describeChanges } from "../core/log_messages.ts";
import type { ServerEvent } from "../core/event.ts";
import { restoreServer } from "../core/restored_server.ts";
import type { SavedServer } from "../core/saved_server.ts";
import type { ServerState } from "../core/state.ts";
import { initialState } from "../core/state.ts";
import { createStore } from "../core/store.ts";
import type { Log } from "../log/mod.ts";
import type { Clock } from "../clock.ts";
import { createClient } from "./client.ts";
import type { CollectorContext } from "./collectors/collector.ts";
import { createCollectors } from "./collectors/mod.ts";
import { createRunner, isDueAfter } from "./collectors/runner.ts";
import type { Hint } from "./hint.ts";
import type { HiddenLabels } from "./redact_labels.ts";
import { startTask } from "./scheduler.ts";
import { checkOwnerAccess } from "./owner_access.ts";
import { runSocket } from "./socket.ts";
import { createSocketLog } from "./socket_log.ts";
import type { Transport } from "./transport/mod.ts";

export interface MonitorOptions {
  readonly server: URL;
  /** The name of the server until its friendly name is known. */
  readonly address: string;
  readonly token: () => string;
  /** Plex rejects this token: returns whether there is another one to try at once. */
  readonly renewToken: (rejected: string) => boolean;
  /** The transport to the server; closed with the monitor. */
  readonly transport: Transport;
  readonly timeoutMs: number;
  readonly libraryIntervalMs: number;
  /** Between two complete walks of a library; 0: none. */
  readonly walkIntervalMs: number;
  /** Time zone of playing time by weekday and hour. */
  readonly zone: string;
  readonly hide: HiddenLabels;
  /** What the last process saved, at the server's address and by the identifier of a server. */
  readonly saved?: {
    readonly atAddress: SavedServer | undefined;
    byId(id: string): SavedServer | undefined;
  } | undefined;
  readonly clock: Clock;
  readonly log: Log;
  /** From 0 up to 1. */
  readonly random: () => number;
}

/** A server that is watched. */
export interface Monitor {
  readonly state: ServerState;
  /** Receives scrapes, also those that are completed after {@link stop}. */
  dispatch(event: ServerEvent): void;
  /** Ends everything that is pending; resolves when nothing is left. */
  stop(): Promise<void>;
}

/** Starts to watch a server. */
export function watchServer(options: MonitorOptions): Monitor {
  const { clock, log, transport } = options;
  const controller = new AbortController();
  const { signal } = controller;
  /** Since when something plays that is not paused. */
  let playingSince: number | undefined;
  /** Aborted when the token becomes the owner's: the socket before lacks the plays of others. */
  let socketReplacement = new AbortController();
  const initial = initialState(options.address, options.zone);
  const last = options.saved?.atAddress;
  const restored = last === undefined ? initial : restoreServer(initial, last);
  const store = createStore(restored, (before, after) => {
    for (const { level, message, fields } of describeChanges(before, after)) {
      log[level](message, fields);
    }
    wakeAfter(before, after);
    const isPlaying = after.plays.values().some(({ state }) => state !== "paused");
    playingSince = isPlaying ? playingSince ?? clock.now() : undefined;
  });
  const dispatch = (event: ServerEvent) => {
    if (signal.aborted) return;
    if (event.type !== "server_described") store.dispatch(event);
    else store.dispatch({ ...event, saved: options.saved?.byId(event.server.id) });
  };
  const client = createClient({
    ...options,
    signal,
    onEvent: (event) => {
      dispatch(event);
      if (event.type === "request_ended" && event.outcome === "refused") {
        onHint({ type: "request_refused" });
      }
    },
  });
  const context: CollectorContext = {
    ...options,
    client,
    signal,
    state: () => store.state,
    dispatch,
    prepare: async () => {
      await Promise.all(collectors.map((collector) => collector.prepare?.()));
    },
  };
  const collectors = createCollectors(context);
  const tasks = collectors.map((collector) => ({
    collector,
    task: startTask({
      clock,
      signal,
      minIntervalMs: collector.schedule.minIntervalMs,
      run: createRunner(collector, context),
      onError: (error) => log.error("A collector failed: this is a bug in the exporter", { error }),
    }),
  }));

  function wakeAfter(before: ServerState, after: ServerState): void {
    // Everything is read again: the owner's token sees what others do not.
    const isOwnerNow = before.availability.tokenOwner === false && after.availability.tokenOwner;
    if (isOwnerNow) {
      socketReplacement.abort();
      socketReplacement = new AbortController();
    }
    for (const { collector, task } of tasks) {
      if (isOwnerNow || isDueAfter(collector, before, after)) task.wake();
    }
  }

  function onHint(hint: Hint): void {
    for (const { collector, task } of tasks) {
      const afterMs = collector.onHint?.(hint);
      if (afterMs !== undefined) task.wake(afterMs);
    }
  }

  const socketLog = createSocketLog(log);
  const socketDone = runSocket({
    ...options,
    signal,
    replace: () => socketReplacement.signal,
    onEvent: dispatch,
    onHint,
    onOpen: socketLog.opened,
    onStable: socketLog.stable,
    onLost: socketLog.lost,
    playingSince: () => playingSince,
    probe: () => checkOwnerAccess(client),
  });

  return {
    get state() {
      return store.state;
    },
    dispatch: store.dispatch,
    async stop() {
      controller.abort();
      await Promise.all([socketDone, ...tasks.map(({ task }) => task.done)]);
      transport.close();
    },
  };
}

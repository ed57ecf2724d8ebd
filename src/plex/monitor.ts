/**
 * Watches one server: reads its sources at their intervals and when notifications give reason, and
 * keeps what is known of it current. It never ends because of what Plex does, only when stopped.
 */
import { describeChanges } from "../core/log_messages.ts";
import { isUp } from "../core/availability.ts";
import type { ServerEvent } from "../core/event.ts";
import type { ServerState } from "../core/state.ts";
import { initialState } from "../core/reduce.ts";
import { createStore } from "../core/store.ts";
import type { Log } from "../log/mod.ts";
import type { Clock } from "../clock.ts";
import { createClient } from "./client.ts";
import { createSocketLog } from "./socket_log.ts";
import type { HiddenLabels } from "./redact_labels.ts";
import { type ScheduledTask, startTask } from "./scheduler.ts";
import { checkOwnerAccess, runSocket } from "./socket.ts";
import { createActivitiesCollector } from "./collectors/activities.ts";
import type { Collect, CollectorContext } from "./collectors/collector.ts";
import { createHistoryCollector } from "./collectors/history.ts";
import { createLibraryCollector } from "./collectors/libraries.ts";
import { createRefreshTrigger } from "./collectors/session_refresh.ts";
import { createServerCollector } from "./collectors/server.ts";
import { createSessionCollector } from "./collectors/sessions.ts";
import { createStatisticsCollector } from "./collectors/statistics.ts";
import type { NotificationItem } from "./mapping/notification.ts";
import type { Transport } from "./transport/transport.ts";

export interface MonitorOptions {
  readonly server: URL;
  /** What the server is called until it has told its name. */
  readonly address: string;
  readonly token: () => string;
  /** Plex rejects this token: whether there is another one to try at once. */
  readonly renewToken: (rejected: string) => boolean;
  /** The way to the server; closed with the monitor. */
  readonly transport: Transport;
  readonly timeoutMs: number;
  readonly libraryIntervalMs: number;
  /** Zone of the history by weekday and hour. */
  readonly zone: string;
  readonly hide: HiddenLabels;
  readonly clock: Clock;
  readonly log: Log;
  readonly random: () => number;
}

export interface Monitor {
  readonly state: ServerState;
  dispatch(event: ServerEvent): void;
  /** Ends all that is under way; resolves when nothing is left. */
  stop(): Promise<void>;
}

/**
 * Silence after which a socket is given up: players report every 10 s; idle servers say nothing,
 * and nor do many players while they are paused.
 */
const SILENCE_BUSY_MS = 30_000;
const SILENCE_IDLE_MS = 300_000;

/** Least time between two readings of each source, however often there is reason. */
const MIN_INTERVAL_MS = {
  sessions: 1_000,
  server: 5_000,
  libraries: 10_000,
  statistics: 5_000,
  activities: 10_000,
  history: 500,
} as const;

/** Begins to watch a server. */
export function watchServer(options: MonitorOptions): Monitor {
  const { clock, log, random, server, token, transport } = options;
  const end = new AbortController();
  const { signal } = end;
  const store = createStore(initialState(options.address, options.zone), (before, after) => {
    for (const { level, message, fields } of describeChanges(before, after)) {
      log[level](message, fields);
    }
    const isOwner = isUp(after) && after.availability.tokenOwner === true;
    const wasOwner = isUp(before) && before.availability.tokenOwner === true;
    if ((isUp(after) && !isUp(before)) || (isOwner && !wasOwner)) {
      Object.values(loops).forEach(({ wake }) => wake());
    }
  });
  const dispatch = (event: ServerEvent) => {
    if (!signal.aborted) store.dispatch(event);
  };
  const client = createClient({
    server,
    token,
    transport,
    clock,
    timeoutMs: options.timeoutMs,
    signal,
    emit: dispatch,
    hide: options.hide,
  });
  const context: CollectorContext = {
    client,
    clock,
    log,
    hide: options.hide,
    random,
    signal,
    state: () => store.state,
    dispatch,
  };

  const description = createServerCollector(context);
  const libraries = createLibraryCollector(context, options.libraryIntervalMs);
  const history = createHistoryCollector(context);
  const lookups = createRefreshTrigger();
  const readSessions = createSessionCollector({
    ...context,
    token,
    renewToken: options.renewToken,
    // So that the first plays are seen under the server's name and with their libraries.
    prepare: async () => {
      await Promise.all([description.describe(), libraries.list()]);
    },
  });

  const failed = (error: unknown) => log.error("A fault of the exporter", { error });
  const loop = (source: keyof typeof MIN_INTERVAL_MS, work: Collect): ScheduledTask =>
    startTask({ clock, signal, leastMs: MIN_INTERVAL_MS[source], work, failed });

  /** The list, and soon again while it lacks what notifications spoke of. */
  async function readAndLookUp(): Promise<number> {
    const waitMs = await readSessions();
    return Math.min(waitMs, lookups.retryDelayMs(store.state) ?? Infinity);
  }

  const loops: Readonly<Record<keyof typeof MIN_INTERVAL_MS, ScheduledTask>> = {
    sessions: loop("sessions", readAndLookUp),
    server: loop("server", description.read),
    libraries: loop("libraries", libraries.read),
    statistics: loop("statistics", createStatisticsCollector(context)),
    activities: loop("activities", createActivitiesCollector(context)),
    history: loop("history", history.read),
  };

  function hear(news: NotificationItem): void {
    switch (news.type) {
      case "playback":
        if (lookups.onPlayback(news, store.state)) loops.sessions.wake();
        if (history.onPlayback(news)) loops.history.wake();
        break;
      case "transcode":
        if (lookups.onTranscode(news, store.state)) loops.sessions.wake();
        break;
      case "scan_finished":
        libraries.expectNewSizes();
        loops.libraries.wake();
        break;
      case "scan_started":
      case "library_changed":
        loops.libraries.wake();
        break;
      case "update_changed":
        description.expectUpdate();
        loops.server.wake();
        break;
      case "server_changed":
      case "reachability":
        loops.server.wake();
        break;
    }
  }

  const hearing = createSocketLog(log);
  const following = runSocket({
    server,
    token,
    transport,
    clock,
    signal,
    random,
    emit: dispatch,
    onNotification: hear,
    silenceLimitMs: () => {
      const busy = store.state.plays.values().some(({ state }) => state !== "paused");
      return busy ? SILENCE_BUSY_MS : SILENCE_IDLE_MS;
    },
    probe: () => checkOwnerAccess(client),
    opened: () => {
      hearing.opened();
      lookups.forget();
      loops.sessions.wake();
      loops.activities.wake();
      loops.libraries.wake();
    },
    sound: hearing.stable,
    lost: hearing.lost,
  });

  return {
    get state() {
      return store.state;
    },
    dispatch: store.dispatch,
    async stop() {
      end.abort();
      await Promise.all([following, ...Object.values(loops).map(({ done }) => done)]);
      transport.close();
    },
  };
}

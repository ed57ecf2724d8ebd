/**
 * Watches one server: reads its sources at their intervals and when notifications give reason, and
 * keeps what is known of it current. It never ends because of what Plex does, only when stopped.
 */
import { changes } from "../core/changes.ts";
import { isUp } from "../core/contact.ts";
import type { ServerEvent } from "../core/event.ts";
import type { ServerState } from "../core/model.ts";
import { unknownServer } from "../core/reduce.ts";
import { createStore } from "../core/store.ts";
import type { Log } from "../log.ts";
import type { Clock } from "../time.ts";
import { createClient } from "./client.ts";
import { createHearing } from "./hearing.ts";
import type { Hide } from "./hide.ts";
import { type Loop, startLoop } from "./loop.ts";
import { followNotifications, probeHandshake } from "./notifications.ts";
import { createActivitiesReader } from "./readers/activities.ts";
import type { Read, ReaderContext } from "./readers/context.ts";
import { createLibraryReader } from "./readers/libraries.ts";
import { createLookups } from "./readers/lookups.ts";
import { createServerReader } from "./readers/server.ts";
import { createSessionReader } from "./readers/sessions.ts";
import { createStatisticsReader } from "./readers/statistics.ts";
import type { News } from "./translate_notification.ts";
import type { Transport } from "./transport.ts";

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
  readonly hide: Hide;
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
const LEAST_MS = {
  sessions: 1_000,
  server: 5_000,
  libraries: 10_000,
  statistics: 5_000,
  activities: 10_000,
} as const;

/** Begins to watch a server. */
export function watchServer(options: MonitorOptions): Monitor {
  const { clock, log, random, server, token, transport } = options;
  const end = new AbortController();
  const { signal } = end;
  const store = createStore(unknownServer(options.address, options.zone), (before, after) => {
    for (const { level, message, fields } of changes(before, after)) log[level](message, fields);
    const isOwner = isUp(after) && after.contact.tokenOwner === true;
    const wasOwner = isUp(before) && before.contact.tokenOwner === true;
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
  const context: ReaderContext = {
    client,
    clock,
    log,
    hide: options.hide,
    random,
    signal,
    state: () => store.state,
    dispatch,
  };

  const description = createServerReader(context);
  const libraries = createLibraryReader(context, options.libraryIntervalMs);
  const lookups = createLookups();
  const readSessions = createSessionReader({
    ...context,
    token,
    renewToken: options.renewToken,
    // So that the first plays are seen under the server's name and with their libraries.
    prepare: async () => {
      await Promise.all([description.describe(), libraries.list()]);
    },
  });

  const failed = (error: unknown) => log.error("A fault of the exporter", { error });
  const loop = (source: keyof typeof LEAST_MS, work: Read): Loop =>
    startLoop({ clock, signal, leastMs: LEAST_MS[source], work, failed });

  /** The list, and soon again while it lacks what notifications spoke of. */
  async function readAndLookUp(): Promise<number> {
    const waitMs = await readSessions();
    return Math.min(waitMs, lookups.listed(store.state) ?? Infinity);
  }

  const loops: Readonly<Record<keyof typeof LEAST_MS, Loop>> = {
    sessions: loop("sessions", readAndLookUp),
    server: loop("server", description.read),
    libraries: loop("libraries", libraries.read),
    statistics: loop("statistics", createStatisticsReader(context)),
    activities: loop("activities", createActivitiesReader(context)),
  };

  function hear(news: News): void {
    switch (news.type) {
      case "playback":
        if (lookups.hearPlayback(news, store.state)) loops.sessions.wake();
        break;
      case "transcode":
        if (lookups.hearTranscode(news, store.state)) loops.sessions.wake();
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

  const hearing = createHearing(log);
  const following = followNotifications({
    server,
    token,
    transport,
    clock,
    signal,
    random,
    emit: dispatch,
    hear,
    silenceLimitMs: () => {
      const busy = store.state.plays.values().some(({ state }) => state !== "paused");
      return busy ? SILENCE_BUSY_MS : SILENCE_IDLE_MS;
    },
    probe: () => probeHandshake(client),
    opened: () => {
      hearing.opened();
      lookups.forget();
      loops.sessions.wake();
      loops.activities.wake();
      loops.libraries.wake();
    },
    sound: hearing.sound,
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

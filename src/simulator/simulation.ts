/**
 * A Plex server with its users, clients and libraries, as plain state and the actions on it. It
 * speaks no HTTP: `api/` writes its responses and `plex.ts` serves them.
 */
import type { Clock } from "../clock.ts";
import { Activities } from "./activities.ts";
import { BackgroundJobs } from "./background_jobs.ts";
import type { BandwidthLog } from "./bandwidth_log.ts";
import { Clients, type ListLag } from "./clients.ts";
import { Dvr, type DvrOptions } from "./dvr.ts";
import type { Play } from "./ground_truth.ts";
import type { Item, ItemType } from "./item.ts";
import { Libraries } from "./libraries.ts";
import { defaultLibraries, LibraryGenerator, type LibraryOptions } from "./library_generator.ts";
import type { Notification } from "./notification.ts";
import { type Observer, Observers } from "./observers.ts";
import { pastBandwidth } from "./past_bandwidth.ts";
import { createPastViews, type PastViewsOptions } from "./past_views.ts";
import { PhantomSessions } from "./phantom_sessions.ts";
import { createRandom, type Random } from "./random.ts";
import type { Resources } from "./resources.ts";
import { scan, type ScanResult } from "./scan.ts";
import { Server, type Status } from "./server.ts";
import type { Session } from "./session.ts";
import { Timers } from "./timers.ts";
import { Tokens } from "./tokens.ts";
import { UsageMeter } from "./usage_meter.ts";
import { type Player, players, type User, users } from "./users.ts";
import type { Viewer } from "./viewer.ts";
import type { ViewerOptions } from "./viewer_context.ts";
import { ViewHistory } from "./view_history.ts";

/** How a simulation begins. */
export interface SimulationOptions {
  readonly clock: Clock;
  /** 1 by default. */
  readonly seed?: number;
  readonly name?: string;
  /** True by default. */
  readonly plexPass?: boolean;
  readonly libraries?: readonly LibraryOptions[];
  readonly users?: readonly User[];
  readonly players?: readonly Player[];
  /** The share of frames that are sent twice; 0.01 by default. */
  readonly duplicateShare?: number;
  /** The recorder for television; none by default. */
  readonly dvr?: DvrOptions;
  /** What was watched before the simulation began; nothing by default. */
  readonly pastViews?: PastViewsOptions;
  /** The longest delays of the list behind the frames; see {@link ListLag} for the default. */
  readonly lag?: ListLag;
  /** Called for each new session: its longest delay; undefined for the usual one. */
  readonly lateStartMs?: () => number | undefined;
}

/** A simulated server and its clients. */
export class Simulation {
  readonly server: Server;
  readonly tokens = new Tokens();
  readonly users: readonly User[];
  readonly players: readonly Player[];
  readonly libraries: Libraries;
  readonly generator: LibraryGenerator;
  readonly activities: Activities;
  readonly backgroundJobs: BackgroundJobs;
  /** The recorder for television; undefined without one. */
  readonly dvr: Dvr | undefined;
  /** Sessions without a viewer. */
  readonly phantoms: PhantomSessions;
  /** Plex's own history of what was watched to its end. */
  readonly viewHistory: ViewHistory;
  /** Every play so far, the oldest first: the ground truth. */
  readonly plays: Play[] = [];

  readonly #clock: Clock;
  readonly #timers: Timers;
  readonly #random: Random;
  readonly #usage: UsageMeter;
  readonly #clients: Clients;
  readonly #observers: Observers;
  #status: Status = "up";
  #skewMs = 0;

  constructor(options: SimulationOptions) {
    const { clock, seed = 1 } = options;
    const random = createRandom(seed);
    this.#clock = clock;
    this.#timers = new Timers(clock);
    this.#random = random;
    this.#observers = new Observers(random.fork(), options.duplicateShare ?? 0.01);
    this.users = options.users ?? users;
    this.players = options.players ?? players;
    const context = {
      timers: this.#timers,
      random,
      now: () => this.now(),
      plexNowS: () => this.plexNowS(),
      isUp: () => this.#status === "up",
      recordUsage: () => this.recordUsage(),
      announce: (notification: Notification) => this.announce(notification),
      recordPlay: (play: Play) => void this.plays.push(play),
      recordView: (session: Session) => this.viewHistory.record(session, this.plexNowS()),
    };
    const { lag, lateStartMs } = options;
    const lastSessionKey = random.integer(20, 400);
    this.#clients = new Clients(context, { lag, lateStartMs, lastSessionKey });
    this.activities = new Activities(context);
    this.backgroundJobs = new BackgroundJobs(this.#clients.context);
    this.dvr = options.dvr && new Dvr(options.dvr, this.#timers, context.now);
    this.phantoms = new PhantomSessions(this.#clients.context);
    this.#usage = new UsageMeter(random.fork(), {
      now: () => clock.now(),
      skewMs: () => this.#skewMs,
      isUp: () => this.#status === "up",
      activeSessions: () =>
        this.viewers.flatMap(({ session, isActive }) => isActive ? session ?? [] : []),
      backgroundJobs: () => this.backgroundJobs.running,
      activityCount: () => this.activities.running.length,
    });
    this.server = new Server({
      name: options.name ?? "attic",
      plexPass: options.plexPass ?? true,
      machineIdentifier: random.hex(40),
    }, context.announce);
    this.generator = new LibraryGenerator(random.fork(), () => this.plexNowS());
    this.libraries = new Libraries(this.generator, () => this.plexNowS());
    for (const library of options.libraries ?? defaultLibraries) this.libraries.add(library);
    const pastViews = createPastViews(options.pastViews, this, seed);
    this.viewHistory = new ViewHistory(pastViews);
    this.bandwidth.bins.setPast(() => pastBandwidth(pastViews));
  }

  /** The load of the machine up to the last {@link recordUsage}. */
  get resources(): Resources {
    return this.#usage.resources;
  }

  /** The bytes sent up to the last {@link recordUsage}. */
  get bandwidth(): BandwidthLog {
    return this.#usage.bandwidth;
  }

  /** Milliseconds of the simulation's clock, which never goes back. */
  now(): number {
    return this.#clock.now();
  }

  /** Seconds of Plex's clock, which may be wrong. */
  plexNowS(): number {
    return Math.floor((this.#clock.now() + this.#skewMs) / 1000);
  }

  /** Whether the server answers. */
  get status(): Status {
    return this.#status;
  }

  /** The clients that play, even while the server is down. */
  get viewers(): readonly Viewer[] {
    return this.#clients.viewers;
  }

  /** The sessions of `/status/sessions` now. */
  sessions(): readonly Session[] {
    this.recordUsage();
    return this.#clients.listed();
  }

  /** Passes every notification and change of status to an observer; returns how to stop that. */
  observe(observer: Observer): () => void {
    return this.#observers.add(observer);
  }

  /** A client starts to play. */
  play(options: ViewerOptions): Viewer {
    return this.#clients.play(options);
  }

  /** An item of this type, chosen by the seed, from any library or from one. */
  randomItem(type: ItemType, libraryId?: string): Item {
    return this.#random.pick(this.libraries.itemsOf(type, libraryId));
  }

  /** Scans a library; `result` is what the scan finds. */
  scan(id: string, result: ScanResult = {}): void {
    scan(this.activities, this.libraries.get(id), result);
  }

  /** Plex's clock jumps by this much, forwards or back. */
  jumpClock(ms: number): void {
    this.recordUsage();
    this.#skewMs += ms;
  }

  /** Installs a version, which restarts the server. */
  upgrade(version: string, times?: { goneMs?: number; startingMs?: number }): void {
    this.restart(times);
    this.server.version = version;
    this.server.update = undefined;
  }

  /**
   * Restarts: sockets end, nothing answers, then everything answers 503, then clients come back
   * under new session keys (docs/plex/notifications.md#restart).
   */
  restart(times: { goneMs?: number; startingMs?: number } = {}): void {
    const { goneMs = 3000, startingMs = 4000 } = times;
    this.recordUsage();
    this.#clients.suspend();
    this.backgroundJobs.clear();
    this.activities.clear();
    for (const library of this.libraries) library.refreshing = false;
    this.#setStatus("gone");
    this.#timers.after(goneMs, () => this.#setStatus("starting"));
    this.#timers.after(goneMs + startingMs, () => {
      this.recordUsage();
      this.#setStatus("up");
      this.#clients.reconnect();
    });
  }

  /** Passes a notification to all observers, now and then twice, as Plex does. */
  announce(notification: Notification): void {
    if (this.#status !== "up") return;
    this.#observers.notify(notification);
  }

  /** Records traffic and load up to now. Calling it more often changes nothing. */
  recordUsage(): void {
    this.#usage.record();
  }

  /** Records other traffic, such as API responses, in the current second. */
  recordTraffic(accountId: number, deviceId: number, bytes: number): void {
    this.recordUsage();
    const lan = true;
    this.bandwidth.record({ atS: this.plexNowS(), accountId, deviceId, lan, bytes }, this.now());
  }

  /** Ends everything that is scheduled. */
  close(): void {
    this.#timers.close();
    this.#observers.clear();
  }

  #setStatus(status: Status): void {
    this.#status = status;
    this.#observers.notifyStatus(status);
  }
}

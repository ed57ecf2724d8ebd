/**
 * A Plex server with its users, clients and libraries, as plain state and the actions on it. It
 * speaks no HTTP: `api/` writes its responses and `plex.ts` serves them.
 */
import type { Clock } from "../clock.ts";
import { Activities } from "./activities.ts";
import { BackgroundJobs } from "./background_jobs.ts";
import type { BandwidthLog } from "./bandwidth_log.ts";
import { Clients, type ListLag } from "./clients.ts";
import type { Play } from "./ground_truth.ts";
import type { Item, ItemType } from "./item.ts";
import { type Library, type LibraryTotals, totalsOf } from "./library.ts";
import { defaultLibraries, LibraryGenerator, type LibraryOptions } from "./library_generator.ts";
import type { Notification } from "./notification.ts";
import { pastBandwidth } from "./past_bandwidth.ts";
import { createPastViews, type PastViewsOptions } from "./past_views.ts";
import { announceStrayStops, listGhost } from "./phantom_sessions.ts";
import { createRandom, type Random } from "./random.ts";
import type { Resources } from "./resources.ts";
import { scan, type ScanResult } from "./scan.ts";
import { newServer, type Release, type ServerFacts, type Status, Tokens } from "./server.ts";
import type { Session } from "./session.ts";
import { Timers } from "./timers.ts";
import { UsageMeter } from "./usage_meter.ts";
import { dlnaBrowser, type Player, players, type User, users } from "./users.ts";
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
  /** What was watched before the simulation began; nothing by default. */
  readonly pastViews?: PastViewsOptions;
  /** The longest delay of the list behind the frames; with 0 both change together. */
  readonly lag?: ListLag;
}

/** Receives notifications and changes of status. */
export interface Observer {
  notification?(notification: Notification): void;
  status?(status: Status): void;
}

const USUAL_LAG: ListLag = { startMs: 300, changeMs: 300, stopMs: 300 };

/** A simulated server and its clients. */
export class Simulation {
  readonly server: ServerFacts;
  readonly tokens = new Tokens();
  readonly users: readonly User[];
  readonly players: readonly Player[];
  readonly libraries: Library[] = [];
  readonly generator: LibraryGenerator;
  readonly activities: Activities;
  readonly backgroundJobs: BackgroundJobs;
  /** Plex's own history of what was watched to its end. */
  readonly viewHistory: ViewHistory;
  /** Every play so far, the oldest first: the ground truth. */
  readonly plays: Play[] = [];

  readonly #clock: Clock;
  readonly #timers: Timers;
  readonly #random: Random;
  readonly #usage: UsageMeter;
  readonly #frameRandom: Random;
  readonly #clients: Clients;
  readonly #observers = new Set<Observer>();
  readonly #duplicateShare: number;
  #status: Status = "up";
  #skewMs = 0;
  #lastLibraryId = 0;

  constructor(options: SimulationOptions) {
    const { clock, seed = 1 } = options;
    const random = createRandom(seed);
    this.#clock = clock;
    this.#timers = new Timers(clock);
    this.#random = random;
    this.#frameRandom = random.fork();
    this.#duplicateShare = options.duplicateShare ?? 0.01;
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
    this.#clients = new Clients(context, options.lag ?? USUAL_LAG, random.integer(20, 400));
    this.activities = new Activities(context);
    this.backgroundJobs = new BackgroundJobs(this.#clients.context);
    this.#usage = new UsageMeter(random.fork(), {
      now: () => clock.now(),
      skewMs: () => this.#skewMs,
      isUp: () => this.#status === "up",
      activeSessions: () =>
        this.viewers.flatMap(({ session, isActive }) => isActive ? session ?? [] : []),
      backgroundJobs: () => this.backgroundJobs.running,
      activityCount: () => this.activities.running.length,
    });
    this.server = newServer({
      name: options.name ?? "attic",
      plexPass: options.plexPass ?? true,
      machineIdentifier: random.hex(40),
    });
    this.generator = new LibraryGenerator(random.fork(), () => this.plexNowS());
    for (const libraryOptions of options.libraries ?? defaultLibraries) {
      this.addLibrary(libraryOptions);
    }
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
    this.#observers.add(observer);
    return () => this.#observers.delete(observer);
  }

  // ---- sessions -------------------------------------------------------------------------------

  /** A client starts to play. */
  play(options: ViewerOptions): Viewer {
    return this.#clients.play(options);
  }

  /** A device browses by DLNA: a session of a few seconds. */
  browseByDlna(item: Item, forMs = 6000): void {
    listGhost(this.#clients.context, item, forMs, dlnaBrowser);
  }

  /** A client announces three stops that match no session, and a ghost stays listed. */
  strayStops(item: Item): void {
    announceStrayStops(this.#clients.context, item);
  }

  /** Sets the longest delay of the list behind the frames. */
  setListLag(lag: Partial<ListLag>): void {
    this.#clients.lag = { ...this.#clients.lag, ...lag };
  }

  /** An item of this type, chosen by the seed, from any library or from one. */
  randomItem(type: ItemType, libraryId?: string): Item {
    const items = this.libraries
      .filter((library) => libraryId === undefined || library.id === libraryId)
      .flatMap((library) => library.items.filter((item) => item.type === type));
    return this.#random.pick(items);
  }

  /** The item that has this rating key in a library. */
  findItem(ratingKey: string): Item | undefined {
    for (const library of this.libraries) {
      const found = library.items.find((item) => item.ratingKey === ratingKey) ??
        library.generated?.find(ratingKey);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  // ---- libraries ------------------------------------------------------------------------------

  /** A new library, filled as its type suggests. */
  addLibrary(options: LibraryOptions): Library {
    this.#lastLibraryId += 1;
    const library = this.generator.library(String(this.#lastLibraryId), options);
    library.items = this.generator.fill(library);
    library.generated = this.generator.generate(library, options.generated ?? 0);
    this.libraries.push(library);
    return library;
  }

  /** Removes a library with its items; what is being played from it plays on. */
  removeLibrary(id: string): void {
    const index = this.libraries.findIndex((library) => library.id === id);
    if (index !== -1) this.libraries.splice(index, 1);
  }

  /** Gives a library another title. */
  renameLibrary(id: string, title: string): void {
    const library = this.getLibrary(id);
    library.title = title;
    library.updatedAtS = this.plexNowS();
  }

  /** Scans a library; `result` is what the scan finds. */
  scan(id: string, result: ScanResult = {}): void {
    scan(this.activities, this.getLibrary(id), result);
  }

  /** The library with this id, which must exist. */
  getLibrary(id: string): Library {
    const library = this.libraries.find((candidate) => candidate.id === id);
    if (library === undefined) throw new RangeError(`There is no library ${id}`);
    return library;
  }

  /** Counts, bytes and durations of all libraries as they are now. */
  libraryTotals(): readonly LibraryTotals[] {
    return this.libraries.map(totalsOf);
  }

  // ---- the server -----------------------------------------------------------------------------

  /** Gives the server another name. */
  renameServer(friendlyName: string): void {
    this.server.friendlyName = friendlyName;
    this.announce({ kind: "preference", id: "FriendlyName", value: friendlyName });
  }

  /** Plex's clock jumps by this much, forwards or back. */
  jumpClock(ms: number): void {
    this.recordUsage();
    this.#skewMs += ms;
  }

  /** Turns remote access on or off. */
  setReachable(reachable: boolean): void {
    this.server.mappingState = reachable ? "mapped" : "failed";
    this.announce({ kind: "reachability", reachable });
  }

  /** Offers a new version for installation, or changes its state. */
  offerUpdate(version: string, state: Release["state"] = "available"): void {
    this.server.update = { version, state };
    this.announce({ kind: "update", version, state });
  }

  /** Installs a version, which restarts the server. */
  upgrade(version: string, times?: { goneMs?: number; startingMs?: number }): void {
    this.restart(times);
    this.server.version = version;
    delete this.server.update;
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

  /** Passes a notification to all observers; some of them twice, as Plex does. */
  announce(notification: Notification): void {
    if (this.#status !== "up") return;
    const twice = this.#frameRandom.chance(this.#duplicateShare);
    for (const observer of this.#observers) {
      observer.notification?.(notification);
      if (twice) observer.notification?.(notification);
    }
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
    for (const observer of this.#observers) observer.status?.(status);
  }
}

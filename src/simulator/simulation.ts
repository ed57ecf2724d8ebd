/**
 * A whole Plex server with its people, as plain state and verbs. It speaks no HTTP: `wire/` words
 * what is in it, `plex.ts` serves it, `household.ts` brings it to life.
 */
import type { Clock } from "../clock.ts";
import { Timers } from "./timers.ts";
import type { BandwidthLog } from "./bandwidth_log.ts";
import { defaultLibraries, LibraryGenerator, type LibraryOptions } from "./library_generator.ts";
import type { Item, ItemType } from "./item.ts";
import { type Library, type LibraryTotals, totalsOf } from "./library.ts";
import { SessionList } from "./session_list.ts";
import { UsageMeter } from "./usage_meter.ts";
import type { Activity, Notification } from "./notification.ts";
import { backgroundSession, ghostSession } from "./phantom_sessions.ts";
import { type Player, players, type User, users } from "./users.ts";
import type { Resources } from "./resources.ts";
import { runActivity, scan, type ScanContext, type ScanResult } from "./scan.ts";
import { createRandom, type Random } from "./random.ts";
import type { Release, ServerFacts, Status, Tokens } from "./server.ts";
import type { Session } from "./session.ts";
import type { Play } from "./ground_truth.ts";
import type { ViewerContext, ViewerOptions } from "./viewer_context.ts";
import { Viewer } from "./viewer.ts";
import { pastBandwidth } from "./past_bandwidth.ts";
import { createPastViews, type PastViewsOptions } from "./past_views.ts";
import { ViewHistory } from "./view_history.ts";

/** How a simulation begins. */
export interface SimulationOptions {
  readonly clock: Clock;
  /** 1 unless said otherwise. */
  readonly seed?: number;
  readonly name?: string;
  /** True unless said otherwise. */
  readonly plexPass?: boolean;
  readonly libraries?: readonly LibraryOptions[];
  readonly users?: readonly User[];
  readonly players?: readonly Player[];
  /** The share of frames that are sent twice; 0.01 unless said otherwise. */
  readonly duplicateShare?: number;
  /** What was watched before it began; nothing unless said otherwise. */
  readonly pastViews?: PastViewsOptions;
  /** By how much the list may be behind the frames; 0 makes both change together. */
  readonly lag?: { readonly startMs: number; readonly changeMs: number; readonly stopMs: number };
}

/** Told of everything that leaves the simulation by itself. */
export interface Observer {
  notification?(notification: Notification): void;
  status?(condition: Status): void;
}

const usualLag = { startMs: 2000, changeMs: 300, stopMs: 1000 };

/** A simulated server and its people. */
export class Simulation {
  readonly server: ServerFacts;
  readonly tokens: Tokens;
  readonly users: readonly User[];
  readonly players: readonly Player[];
  readonly libraries: Library[] = [];
  readonly generator: LibraryGenerator;
  readonly activities = new Map<string, Activity>();
  /** Downloads and optimisations: transcodes of nobody (docs/plex/api.md#background-transcodes). */
  readonly backgroundJobs = new Set<Session>();
  /** Plex's own history of what was watched to its end. */
  readonly viewHistory: ViewHistory;
  /** Every play there ever was, oldest first: the truth. */
  readonly plays: Play[] = [];

  readonly #clock: Clock;
  readonly #timers: Timers;
  readonly #random: Random;
  readonly #usage: UsageMeter;
  readonly #frameRandom: Random;
  readonly #sessionList = new SessionList();
  readonly #viewers = new Set<Viewer>();
  readonly #observers = new Set<Observer>();
  readonly #duplicateShare: number;
  readonly #lag: Required<SimulationOptions>["lag"];
  readonly #context: Omit<ViewerContext, "onEnd">;
  readonly #scanContext: ScanContext;
  #status: Status = "up";
  #skewMs = 0;
  #lastSessionKey: number;
  #lastLibraryId = 0;

  constructor(options: SimulationOptions) {
    const { clock, seed = 1 } = options;
    this.#clock = clock;
    this.#timers = new Timers(clock);
    this.#random = createRandom(seed);
    this.#frameRandom = this.#random.fork();
    this.#duplicateShare = options.duplicateShare ?? 0.01;
    this.#lag = options.lag ?? usualLag;
    this.#lastSessionKey = this.#random.integer(20, 400);
    this.users = options.users ?? users;
    this.players = options.players ?? players;
    this.#usage = new UsageMeter(this.#random.fork(), {
      now: () => clock.now(),
      skewMs: () => this.#skewMs,
      isUp: () => this.#status === "up",
      activeSessions: () =>
        this.viewers.flatMap(({ session, isActive: isPresent }) => isPresent ? session ?? [] : []),
      backgroundJobs: () => [...this.backgroundJobs],
      activityCount: () => this.activities.size,
    });
    this.server = {
      friendlyName: options.name ?? "attic",
      machineIdentifier: this.#random.hex(40),
      version: "1.43.3.10828-a0bfb8370",
      platform: "Linux",
      platformVersion: "6.12.38",
      plexPass: options.plexPass ?? true,
      claimed: true,
      signInState: "ok",
      mappingState: "mapped",
      updaterSupported: true,
    };
    this.tokens = {
      owner: "owner-token-0001-synthetic",
      guest: "guest-token-0001-synthetic",
      ownerValid: true,
    };
    this.generator = new LibraryGenerator(this.#random.fork(), () => this.plexNowS());
    for (const libraryOptions of options.libraries ?? defaultLibraries) {
      this.addLibrary(libraryOptions);
    }
    const pastViews = createPastViews(options.pastViews, this, seed);
    this.viewHistory = new ViewHistory(pastViews);
    this.bandwidth.bins.setPast(() => pastBandwidth(pastViews));
    this.#context = this.#createContext();
    this.#scanContext = {
      timers: this.#timers,
      activities: this.activities,
      plexNowS: () => this.plexNowS(),
      announce: (notification) => this.announce(notification),
    };
  }

  /** The load of the machine, as far as it has been booked; {@link recordUsage} books the rest. */
  get resources(): Resources {
    return this.#usage.resources;
  }

  /** The bytes that were sent, as far as they have been booked. */
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

  /** Those who watch at present, even while the server is down. */
  get viewers(): readonly Viewer[] {
    return [...this.#viewers];
  }

  /** What `/status/sessions` shows now. */
  sessions(): readonly Session[] {
    this.recordUsage();
    return this.#sessionList.at(this.now());
  }

  /** Hears of every notification and every change of condition; returns how to stop that. */
  observe(observer: Observer): () => void {
    this.#observers.add(observer);
    return () => this.#observers.delete(observer);
  }

  // ---- people ---------------------------------------------------------------------------------

  /** Somebody starts to watch something. */
  play(options: ViewerOptions): Viewer {
    const viewer: Viewer = new Viewer(
      { ...this.#context, onEnd: () => this.#viewers.delete(viewer) },
      options,
    );
    this.#viewers.add(viewer);
    return viewer;
  }

  /** A device browses over DLNA: a session of a few seconds with neither user nor player. */
  dlnaGhost(item: Item, forMs = 6000): void {
    const session = ghostSession(this.#random, item, this.#context.nextSessionKey(), this.now());
    this.#sessionList.show(session, this.now());
    this.#sessionList.drop(session.key, this.now() + forMs);
  }

  /**
   * The three strange `stopped` of docs/plex/notifications.md#quirk-2-unknown-stops: a new session
   * key without rating key, another new one with it, and one without session key. They leave a
   * ghost in the list for 20 s.
   */
  strayStops(item: Item): void {
    this.announce({
      kind: "stray stop",
      sessionKey: this.#context.nextSessionKey(),
      ratingKey: "",
    });
    const sessionKey = this.#context.nextSessionKey();
    this.announce({ kind: "stray stop", sessionKey, ratingKey: item.ratingKey ?? "" });
    this.announce({ kind: "stray stop", ratingKey: "" });
    this.dlnaGhost(item, 20_000);
  }

  /** A download or optimisation: a transcode that belongs to no session. */
  convertInBackground(item: Item, takesMs = 60_000): void {
    const session = backgroundSession(this.#random, item, this.now());
    this.recordUsage();
    this.backgroundJobs.add(session);
    const notify = (event: "start" | "update" | "end") => {
      if (session.transcode === undefined || !this.backgroundJobs.has(session)) return;
      const { transcode } = session;
      this.announce({ kind: "transcode", event, session, transcode, atMs: this.now() });
    };
    notify("start");
    const stop = this.#timers.repeat(() => 5500, () => notify("update"));
    this.#timers.after(takesMs, () => {
      stop();
      this.recordUsage();
      notify("end");
      this.backgroundJobs.delete(session);
    });
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
      const found = library.items.find((item) => item.ratingKey === ratingKey);
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

  /** Scans a library; `result` says what is found. */
  scan(id: string, result: ScanResult = {}): void {
    scan(this.#scanContext, this.getLibrary(id), this.#uuid(), result);
  }

  /** The library with this id, which must exist. */
  getLibrary(id: string): Library {
    const library = this.libraries.find((candidate) => candidate.id === id);
    if (library === undefined) throw new RangeError(`There is no library ${id}`);
    return library;
  }

  /** Counts, bytes and durations of all libraries as they are now: the truth. */
  libraryTotals(): readonly LibraryTotals[] {
    return this.libraries.map(totalsOf);
  }

  /** Any other job in the background, such as "media.generate.intros". */
  runActivity(type: string, title: string, takesMs = 5000): void {
    const activity = { uuid: this.#uuid(), type, title, subtitle: "", percent: 0 };
    runActivity(this.#scanContext, activity, takesMs);
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

  /** All devices are signed out: open sockets stay open, everything else gets a 401. */
  revokeToken(): void {
    this.tokens.ownerValid = false;
  }

  /** The owner's token is good again. */
  restoreToken(): void {
    this.tokens.ownerValid = true;
  }

  /** The owner has another token, and the one before is good for nothing; open sockets stay. */
  issueToken(owner: string): void {
    this.tokens.owner = owner;
  }

  /** Remote access comes or goes. */
  setReachable(reachable: boolean): void {
    this.server.mappingState = reachable ? "mapped" : "failed";
    this.announce({ kind: "reachability", reachable });
  }

  /** A new version could be installed, or what becomes of it changes. */
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
   * Sockets end, then nothing answers, then everything says 503, then clients come back within ten
   * seconds under new session keys, which count from 1 again (docs/plex/notifications.md#restart).
   */
  restart(times: { goneMs?: number; startingMs?: number } = {}): void {
    const { goneMs = 3000, startingMs = 4000 } = times;
    this.recordUsage();
    for (const viewer of this.viewers) viewer.suspend();
    this.#sessionList.clear();
    this.backgroundJobs.clear();
    this.activities.clear();
    for (const library of this.libraries) library.refreshing = false;
    this.#lastSessionKey = 0;
    this.#setState("gone");
    this.#timers.after(goneMs, () => this.#setState("starting"));
    this.#timers.after(goneMs + startingMs, () => {
      this.recordUsage();
      this.#setState("up");
      for (const viewer of this.viewers) {
        this.#timers.after(this.#random.integer(1000, 9000), () => viewer.reconnect());
      }
    });
  }

  /** Tells something to all who listen; now and then twice, as Plex does. */
  announce(notification: Notification): void {
    if (this.#status !== "up") return;
    const twice = this.#frameRandom.chance(this.#duplicateShare);
    for (const observer of this.#observers) {
      observer.notification?.(notification);
      if (twice) observer.notification?.(notification);
    }
  }

  /** Books traffic and load up to now. Reading calls it; calling it more often changes nothing. */
  recordUsage(): void {
    this.#usage.record();
  }

  /** Books other traffic, such as the answers to API requests, in the present second. */
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

  #setState(condition: Status): void {
    this.#status = condition;
    for (const observer of this.#observers) observer.status?.(condition);
  }

  #uuid(): string {
    return `${this.#random.hex(8)}-${this.#random.hex(4)}-${this.#random.hex(4)}-${
      this.#random.hex(12)
    }`;
  }

  #createContext(): Omit<ViewerContext, "onEnd"> {
    return {
      timers: this.#timers,
      random: this.#random,
      sessionList: this.#sessionList,
      now: () => this.now(),
      isUp: () => this.#status === "up",
      recordUsage: () => this.recordUsage(),
      announce: (notification) => this.announce(notification),
      nextSessionKey: () => String(++this.#lastSessionKey),
      recordPlay: (play) => this.plays.push(play),
      recordView: (session) => this.viewHistory.record(session, this.plexNowS()),
      lagMs: (change) => {
        const mostMs = this.#lag[`${change}Ms`];
        return mostMs === 0 ? 0 : this.#random.integer(0, mostMs);
      },
    };
  }
}

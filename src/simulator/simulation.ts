/**
 * A whole Plex server with its people, as plain state and verbs. It speaks no HTTP: `wire/` words
 * what is in it, `plex.ts` serves it, `household.ts` brings it to life.
 */
import type { Clock } from "../clock.ts";
import { Timers } from "./timers.ts";
import type { BandwidthLog } from "./bandwidth_log.ts";
import { defaultLibraries, LibraryGenerator, type LibraryOptions } from "./library_generator.ts";
import type { Item, ItemType } from "./item.ts";
import { type Library, type LibraryTruth, measure } from "./library.ts";
import { SessionList } from "./session_list.ts";
import { UsageMeter } from "./usage_meter.ts";
import type { Activity, Notification } from "./notification.ts";
import { backgroundSession, ghostSession } from "./phantom_sessions.ts";
import { type Player, players, type User, users } from "./users.ts";
import type { Resources } from "./resources.ts";
import { runActivity, scan, type ScanContext, type ScanResult } from "./scan.ts";
import { createRandom, type Random } from "./random.ts";
import type { ServerFacts, Status, Tokens } from "./server.ts";
import type { Session } from "./session.ts";
import type { Play } from "./ground_truth.ts";
import type { ViewerContext, ViewerOptions } from "./viewer_context.ts";
import { Viewer } from "./viewer.ts";
import { createPastViews, type PastViewsOptions } from "./past_views.ts";
import { ViewHistory } from "./view_history.ts";

/** How a world begins. */
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

/** Told of everything that leaves the world by itself. */
export interface Observer {
  notice?(notice: Notification): void;
  condition?(condition: Status): void;
}

const usualLag = { startMs: 2000, changeMs: 300, stopMs: 1000 };

/** A simulated server and its people. */
export class Simulation {
  readonly server: ServerFacts;
  readonly tokens: Tokens;
  readonly users: readonly User[];
  readonly players: readonly Player[];
  readonly libraries: Library[] = [];
  readonly catalogue: LibraryGenerator;
  readonly activities = new Map<string, Activity>();
  /** Downloads and optimisations: transcodes of nobody (Plex API notes §9). */
  readonly background = new Set<Session>();
  /** Plex's own history of what was watched to its end. */
  readonly viewHistory: ViewHistory;
  /** Every play there ever was, oldest first: the truth. */
  readonly plays: Play[] = [];

  readonly #clock: Clock;
  readonly #agenda: Timers;
  readonly #dice: Random;
  readonly #meter: UsageMeter;
  readonly #frameDice: Random;
  readonly #listing = new SessionList();
  readonly #viewings = new Set<Viewer>();
  readonly #witnesses = new Set<Observer>();
  readonly #duplicateShare: number;
  readonly #lag: Required<SimulationOptions>["lag"];
  readonly #stage: Omit<ViewerContext, "leave">;
  readonly #desk: ScanContext;
  #condition: Status = "up";
  #skewMs = 0;
  #lastSessionKey: number;
  #lastLibraryId = 0;

  constructor(options: SimulationOptions) {
    const { clock, seed = 1 } = options;
    this.#clock = clock;
    this.#agenda = new Timers(clock);
    this.#dice = createRandom(seed);
    this.#frameDice = this.#dice.fork();
    this.#duplicateShare = options.duplicateShare ?? 0.01;
    this.#lag = options.lag ?? usualLag;
    this.#lastSessionKey = this.#dice.between(20, 400);
    this.users = options.users ?? users;
    this.players = options.players ?? players;
    this.#meter = new UsageMeter(this.#dice.fork(), {
      now: () => clock.now(),
      skewMs: () => this.#skewMs,
      isUp: () => this.#condition === "up",
      watched: () =>
        this.viewings.flatMap(({ session, isPresent }) => isPresent ? session ?? [] : []),
      background: () => [...this.background],
      jobs: () => this.activities.size,
    });
    this.server = {
      friendlyName: options.name ?? "attic",
      machineIdentifier: this.#dice.hex(40),
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
    this.catalogue = new LibraryGenerator(this.#dice.fork(), () => this.plexNowS());
    for (const wish of options.libraries ?? defaultLibraries) this.addLibrary(wish);
    this.viewHistory = new ViewHistory(createPastViews(options.pastViews, this, seed));
    this.#stage = this.#makeStage();
    this.#desk = {
      agenda: this.#agenda,
      activities: this.activities,
      plexNowS: () => this.plexNowS(),
      announce: (notice) => this.announce(notice),
    };
  }

  /** The load of the machine, as far as it has been booked; {@link settle} books the rest. */
  get resources(): Resources {
    return this.#meter.resources;
  }

  /** The bytes that were sent, as far as they have been booked. */
  get ledger(): BandwidthLog {
    return this.#meter.ledger;
  }

  /** Milliseconds of the world's clock, which never goes back. */
  now(): number {
    return this.#clock.now();
  }

  /** Seconds of Plex's clock, which may be wrong. */
  plexNowS(): number {
    return Math.floor((this.#clock.now() + this.#skewMs) / 1000);
  }

  /** Whether the server answers. */
  get condition(): Status {
    return this.#condition;
  }

  /** Those who watch at present, even while the server is down. */
  get viewings(): readonly Viewer[] {
    return [...this.#viewings];
  }

  /** What `/status/sessions` shows now. */
  sessions(): readonly Session[] {
    this.settle();
    return this.#listing.at(this.now());
  }

  /** Hears of every notice and every change of condition; returns how to stop that. */
  watch(witness: Observer): () => void {
    this.#witnesses.add(witness);
    return () => this.#witnesses.delete(witness);
  }

  // ---- people ---------------------------------------------------------------------------------

  /** Somebody starts to watch something. */
  play(wish: ViewerOptions): Viewer {
    const viewing: Viewer = new Viewer(
      { ...this.#stage, leave: () => this.#viewings.delete(viewing) },
      wish,
    );
    this.#viewings.add(viewing);
    return viewing;
  }

  /** A device browses over DLNA: a session of a few seconds with neither user nor player. */
  dlnaGhost(item: Item, forMs = 6000): void {
    const session = ghostSession(this.#dice, item, this.#stage.nextSessionKey(), this.now());
    this.#listing.show(session, this.now());
    this.#listing.drop(session.key, this.now() + forMs);
  }

  /**
   * The three strange `stopped` of notification notes §5.2: a new session key without rating key,
   * another new one with it, and one without session key. They leave a ghost in the list for 20 s.
   */
  strayStops(item: Item): void {
    this.announce({ kind: "stray stop", sessionKey: this.#stage.nextSessionKey(), ratingKey: "" });
    const sessionKey = this.#stage.nextSessionKey();
    this.announce({ kind: "stray stop", sessionKey, ratingKey: item.ratingKey ?? "" });
    this.announce({ kind: "stray stop", ratingKey: "" });
    this.dlnaGhost(item, 20_000);
  }

  /** A download or optimisation: a transcode that belongs to no session. */
  convertInBackground(item: Item, takesMs = 60_000): void {
    const session = backgroundSession(this.#dice, item, this.now());
    this.settle();
    this.background.add(session);
    const tell = (event: "start" | "update" | "end") => {
      if (session.transcode === undefined || !this.background.has(session)) return;
      const { transcode } = session;
      this.announce({ kind: "transcode", event, session, transcode, atMs: this.now() });
    };
    tell("start");
    const stop = this.#agenda.repeat(() => 5500, () => tell("update"));
    this.#agenda.after(takesMs, () => {
      stop();
      this.settle();
      tell("end");
      this.background.delete(session);
    });
  }

  /** An item of this type, chosen by the seed, from any library or from one. */
  someItem(type: ItemType, libraryId?: string): Item {
    const items = this.libraries
      .filter((library) => libraryId === undefined || library.id === libraryId)
      .flatMap((library) => library.items.filter((item) => item.type === type));
    return this.#dice.pick(items);
  }

  /** The item that has this rating key in a library. */
  itemOf(ratingKey: string): Item | undefined {
    for (const library of this.libraries) {
      const found = library.items.find((item) => item.ratingKey === ratingKey);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  // ---- libraries ------------------------------------------------------------------------------

  /** A new library, filled as its type suggests. */
  addLibrary(wish: LibraryOptions): Library {
    this.#lastLibraryId += 1;
    const library = this.catalogue.library(String(this.#lastLibraryId), wish);
    library.items = this.catalogue.fill(library);
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
    const library = this.libraryOf(id);
    library.title = title;
    library.updatedAtS = this.plexNowS();
  }

  /** Scans a library; `findings` says what is found. */
  scan(id: string, findings: ScanResult = {}): void {
    scan(this.#desk, this.libraryOf(id), this.#uuid(), findings);
  }

  /** The library with this id, which must exist. */
  libraryOf(id: string): Library {
    const library = this.libraries.find((candidate) => candidate.id === id);
    if (library === undefined) throw new RangeError(`There is no library ${id}`);
    return library;
  }

  /** Counts, bytes and durations of all libraries as they are now: the truth. */
  libraryTruth(): readonly LibraryTruth[] {
    return this.libraries.map(measure);
  }

  /** Any other job in the background, such as "media.generate.intros". */
  runActivity(type: string, title: string, takesMs = 5000): void {
    const activity = { uuid: this.#uuid(), type, title, subtitle: "", percent: 0 };
    runActivity(this.#desk, activity, takesMs);
  }

  // ---- the server -----------------------------------------------------------------------------

  /** Gives the server another name. */
  rename(friendlyName: string): void {
    this.server.friendlyName = friendlyName;
    this.announce({ kind: "preference", id: "FriendlyName", value: friendlyName });
  }

  /** Plex's clock jumps by this much, forwards or back. */
  jumpClock(ms: number): void {
    this.settle();
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
  reach(reachable: boolean): void {
    this.server.mappingState = reachable ? "mapped" : "failed";
    this.announce({ kind: "reachability", reachable });
  }

  /** A new version could be installed. */
  offerUpdate(version: string): void {
    this.server.update = version;
    this.announce({ kind: "update", version, state: "available" });
  }

  /** Installs a version, which restarts the server. */
  upgrade(version: string, times?: { goneMs?: number; startingMs?: number }): void {
    this.restart(times);
    this.server.version = version;
    delete this.server.update;
  }

  /**
   * Sockets end, then nothing answers, then everything says 503, then clients come back within ten
   * seconds under new session keys, which count from 1 again (notification notes §4).
   */
  restart(times: { goneMs?: number; startingMs?: number } = {}): void {
    const { goneMs = 3000, startingMs = 4000 } = times;
    this.settle();
    for (const viewing of this.viewings) viewing.suspend();
    this.#listing.clear();
    this.background.clear();
    this.activities.clear();
    for (const library of this.libraries) library.refreshing = false;
    this.#lastSessionKey = 0;
    this.#enter("gone");
    this.#agenda.after(goneMs, () => this.#enter("starting"));
    this.#agenda.after(goneMs + startingMs, () => {
      this.settle();
      this.#enter("up");
      for (const viewing of this.viewings) {
        this.#agenda.after(this.#dice.between(1000, 9000), () => viewing.comeBack());
      }
    });
  }

  /** Tells something to all who listen; now and then twice, as Plex does. */
  announce(notice: Notification): void {
    if (this.#condition !== "up") return;
    const twice = this.#frameDice.chance(this.#duplicateShare);
    for (const witness of this.#witnesses) {
      witness.notice?.(notice);
      if (twice) witness.notice?.(notice);
    }
  }

  /** Books traffic and load up to now. Reading calls it; calling it more often changes nothing. */
  settle(): void {
    this.#meter.settle();
  }

  /** Books other traffic, such as the answers to API requests, in the present second. */
  bookTraffic(accountId: number, deviceId: number, bytes: number): void {
    this.settle();
    const lan = true;
    this.ledger.book({ atS: this.plexNowS(), accountId, deviceId, lan, bytes }, this.now());
  }

  /** Ends everything that is scheduled. */
  close(): void {
    this.#agenda.close();
    this.#witnesses.clear();
  }

  #enter(condition: Status): void {
    this.#condition = condition;
    for (const witness of this.#witnesses) witness.condition?.(condition);
  }

  #uuid(): string {
    return `${this.#dice.hex(8)}-${this.#dice.hex(4)}-${this.#dice.hex(4)}-${this.#dice.hex(12)}`;
  }

  #makeStage(): Omit<ViewerContext, "leave"> {
    return {
      agenda: this.#agenda,
      dice: this.#dice,
      listing: this.#listing,
      now: () => this.now(),
      isUp: () => this.#condition === "up",
      settle: () => this.settle(),
      announce: (notice) => this.announce(notice),
      nextSessionKey: () => String(++this.#lastSessionKey),
      record: (play) => this.plays.push(play),
      recordView: (session) => this.viewHistory.record(session, this.plexNowS()),
      lagMs: (change) => {
        const mostMs = this.#lag[`${change}Ms`];
        return mostMs === 0 ? 0 : this.#dice.between(0, mostMs);
      },
    };
  }
}

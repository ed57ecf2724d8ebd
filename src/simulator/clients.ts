/** The clients of a server, the sessions that it lists for them, and the keys it gives out. */
import type { Session } from "./session.ts";
import { SessionList } from "./session_list.ts";
import { Viewer } from "./viewer.ts";
import type { ViewerContext, ViewerOptions } from "./viewer_context.ts";

/** The longest delay of the list behind the frames by kind of change: 300, 0, 300 ms by default. */
export interface ListLag {
  readonly startMs: number;
  readonly changeMs: number;
  readonly stopMs: number;
}

/**
 * docs/plex/api.md#list-lag: no lag for changes. Tautulli reads the list as soon as a frame names
 * another item, and would record the former item twice.
 */
const USUAL_LAG: ListLag = { startMs: 300, changeMs: 0, stopMs: 300 };

/** What clients need of their server. */
export type ClientsContext = Omit<
  ViewerContext,
  "sessionList" | "nextSessionKey" | "lagMs" | "onEnd"
>;

/** How a server lists its clients. */
export interface ClientsOptions {
  readonly lag?: ListLag | undefined;
  /** Called for each new session: its longest delay; undefined for the usual one. */
  readonly lateStartMs?: (() => number | undefined) | undefined;
  readonly lastSessionKey: number;
}

/** All clients of a server. */
export class Clients {
  /** What each client is given; also for sessions without a viewer. */
  readonly context: Omit<ViewerContext, "onEnd">;
  readonly #list = new SessionList();
  readonly #viewers = new Set<Viewer>();
  #lastSessionKey: number;

  constructor(context: ClientsContext, options: ClientsOptions) {
    const { lag = USUAL_LAG, lateStartMs = () => undefined } = options;
    this.#lastSessionKey = options.lastSessionKey;
    this.context = {
      ...context,
      sessionList: this.#list,
      nextSessionKey: () => String(++this.#lastSessionKey),
      lagMs: (change) => {
        const lateMs = change === "start" ? lateStartMs() : undefined;
        const maxMs = lateMs ?? lag[`${change}Ms`];
        return maxMs === 0 ? 0 : context.random.integer(0, maxMs);
      },
    };
  }

  /** The clients that play, even while the server is down. */
  get viewers(): readonly Viewer[] {
    return [...this.#viewers];
  }

  /** The sessions that the list shows now. */
  listed(): readonly Session[] {
    return this.#list.at(this.context.now());
  }

  /** A client starts to play. */
  play(options: ViewerOptions): Viewer {
    const viewer: Viewer = new Viewer(
      { ...this.context, onEnd: () => this.#viewers.delete(viewer) },
      options,
    );
    this.#viewers.add(viewer);
    return viewer;
  }

  /** The server stops: every session is forgotten, and session keys start at 1 again. */
  suspend(): void {
    for (const viewer of this.viewers) viewer.suspend();
    this.#list.clear();
    this.#lastSessionKey = 0;
  }

  /** The server is up again: clients go on within ten seconds. */
  reconnect(): void {
    const { timers, random } = this.context;
    for (const viewer of this.viewers) {
      timers.after(random.integer(1000, 9000), () => viewer.reconnect());
    }
  }
}

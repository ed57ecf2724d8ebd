/** Downloads and optimisations: transcodes that belong to no session. */
import type { Item } from "./item.ts";
import { backgroundSession } from "./new_session.ts";
import type { Session } from "./session.ts";
import type { ViewerContext } from "./viewer_context.ts";

const UPDATE_INTERVAL_MS = 5500;

/** The background transcodes of a server (docs/plex/api.md#background-transcodes). */
export class BackgroundJobs {
  readonly #context: Omit<ViewerContext, "onEnd">;
  readonly #running = new Set<Session>();

  constructor(context: Omit<ViewerContext, "onEnd">) {
    this.#context = context;
  }

  /** The jobs that are running, the oldest first. */
  get running(): readonly Session[] {
    return [...this.#running];
  }

  /** Converts an item, in a minute by default. */
  convert(item: Item, takesMs = 60_000): void {
    const { timers, random } = this.#context;
    const session = backgroundSession(random, item, this.#context.now());
    this.#context.recordUsage();
    this.#running.add(session);
    this.#announce("start", session);
    const stop = timers.repeat(() => UPDATE_INTERVAL_MS, () => this.#announce("update", session));
    timers.after(takesMs, () => {
      stop();
      this.#context.recordUsage();
      this.#announce("end", session);
      this.#running.delete(session);
    });
  }

  /** Removes all, as a restart does. */
  clear(): void {
    this.#running.clear();
  }

  #announce(event: "start" | "update" | "end", session: Session): void {
    const { transcode } = session;
    if (transcode === undefined || !this.#running.has(session)) return;
    const atMs = this.#context.now();
    this.#context.announce({ kind: "transcode", event, session, transcode, atMs });
  }
}

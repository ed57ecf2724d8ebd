/** The jobs that `/activities` lists while they run. */
import type { Activity, Notification } from "./notification.ts";
import type { Random } from "./random.ts";
import type { Timers } from "./timers.ts";
import { owner, type User } from "./users.ts";

/** A job to run. */
export interface ActivityOptions {
  /** Plex's type, such as "media.generate.intros". */
  readonly type: string;
  readonly title: string;
  readonly subtitle?: string;
  readonly libraryId?: string;
  /** The user it belongs to; the owner by default. */
  readonly user?: User;
  /** 5 s by default. */
  readonly takesMs?: number;
}

/** What activities need of their server. */
export interface ActivitiesContext {
  readonly timers: Timers;
  readonly random: Random;
  /** Seconds of Plex's clock. */
  plexNowS(): number;
  announce(notification: Notification): void;
}

/** All activities of a server. */
export class Activities {
  readonly context: ActivitiesContext;
  readonly #running = new Map<string, Activity>();

  constructor(context: ActivitiesContext) {
    this.context = context;
  }

  /** The activities that are running, the oldest first. */
  get running(): readonly Activity[] {
    return [...this.#running.values()];
  }

  /** Runs a job, then calls `finish`, unless {@link clear} removes it before. */
  run(options: ActivityOptions, finish: () => void = () => {}): void {
    const { takesMs = 5000, user = owner, ...job } = options;
    const { timers, random } = this.context;
    const uuid = `${random.hex(8)}-${random.hex(4)}-${random.hex(4)}-8000-${random.hex(12)}`;
    const show = (event: "started" | "updated" | "ended", percent: number) => {
      const activity = { subtitle: "", ...job, userId: user.id, uuid, percent };
      if (event === "ended") this.#running.delete(uuid);
      else this.#running.set(uuid, activity);
      this.context.announce({ kind: "activity", event, activity });
    };
    const afterShare = (percent: number, run: () => void) =>
      timers.after((takesMs * percent) / 100, () => {
        if (this.#running.has(uuid)) run();
      });
    show("started", 0);
    for (const percent of [25, 50, 75]) afterShare(percent, () => show("updated", percent));
    afterShare(100, () => {
      finish();
      show("ended", 100);
    });
  }

  /** Removes all, as a restart does. */
  clear(): void {
    this.#running.clear();
  }
}

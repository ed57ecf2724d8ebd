/** Notices when a client has played an item to the threshold from which Plex counts a view. */
import type { Item } from "./item.ts";
import { offsetAt, type Session } from "./session.ts";

/** The usual share of an item after which it counts as viewed (docs/plex/api.md#history-rows). */
const VIEWED_SHARE = 0.9;

/** The views of one client, which plays one item after another. */
export class ViewRecorder {
  readonly #record: (session: Session) => void;
  #item: Item | undefined;
  #isRecorded = false;

  constructor(record: (session: Session) => void) {
    this.#record = record;
  }

  /** Records a view if the player is past the threshold: once for each playing of an item. */
  observe(session: Session, nowMs: number): void {
    const { item } = session;
    const { durationMs } = item;
    if (item !== this.#item) this.#isRecorded = false;
    this.#item = item;
    if (this.#isRecorded || durationMs === undefined) return;
    if (offsetAt(session, nowMs) < durationMs * VIEWED_SHARE) return;
    this.#isRecorded = true;
    this.#record(session);
  }
}

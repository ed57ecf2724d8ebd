/**
 * Plex's own history: every view since the server began, the oldest first. Those before the
 * simulation are computed, those during it are stored.
 */
import type { PastViews, View } from "./past_views.ts";
import type { Session } from "./session.ts";

/** The history of a server. */
export class ViewHistory {
  #past: PastViews;
  /** In the order of their times. */
  #recent: View[] = [];
  /** Of each recent view, its position among all. */
  #positions: readonly number[] = [];
  #lastId: number;

  constructor(past: PastViews) {
    this.#past = past;
    this.#lastId = past.count;
  }

  /** The number of views. */
  get size(): number {
    return this.#past.count + this.#recent.length;
  }

  /** The view at a position, from 0 (the oldest) to `size - 1`. */
  at(position: number): View {
    const before = lowerBound(this.#positions.length, (k) => (this.#positions[k] ?? 0) >= position);
    const recent = this.#positions[before] === position ? this.#recent[before] : undefined;
    return recent ?? this.#past.at(position - before);
  }

  /** The position of the first view at `viewedAtS` or later. */
  positionOf(viewedAtS: number): number {
    return lowerBound(this.size, (position) => this.at(position).viewedAtS >= viewedAtS);
  }

  /** Adds a view under the next history key; its time may lie in the past, as after a sync. */
  add(view: Omit<View, "id">): View {
    const added = { ...view, id: ++this.#lastId };
    this.#store([...this.#recent, added].sort((a, b) => a.viewedAtS - b.viewedAtS));
    return added;
  }

  /** Adds the view of a session's item, unless it is in no library, such as a trailer. */
  record({ item, user, player }: Session, viewedAtS: number): void {
    if (!/^\d+$/.test(item.libraryId ?? "")) return;
    this.add({ viewedAtS, accountId: user?.id ?? 1, deviceId: player?.deviceId ?? 0, item });
  }

  /** Removes a view that was added during the simulation. */
  remove(id: number): void {
    this.#store(this.#recent.filter((view) => view.id !== id));
  }

  /** Forgets every view; new ones go on under higher history keys. */
  clear(): void {
    this.#past = { ...this.#past, count: 0 };
    this.#store([]);
  }

  /** All views, the oldest first. */
  *[Symbol.iterator](): Generator<View> {
    for (let position = 0; position < this.size; position += 1) yield this.at(position);
  }

  #store(recent: View[]): void {
    this.#recent = recent;
    this.#positions = recent.map(({ viewedAtS }, index) => index + this.#pastBefore(viewedAtS));
  }

  #pastBefore(viewedAtS: number): number {
    return lowerBound(this.#past.count, (k) => this.#past.at(k).viewedAtS > viewedAtS);
  }
}

/** The first of `count` positions for which `isReached` holds, which it then does for all after. */
function lowerBound(count: number, isReached: (position: number) => boolean): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isReached(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

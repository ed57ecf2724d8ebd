/**
 * What `/status/sessions` shows: changes become visible there later than in frames.
 */
import type { Session } from "./session.ts";

interface Entry {
  readonly fromMs: number;
  readonly session: Session | undefined;
}

/** The list of sessions, each change of which becomes visible at its own time. */
export class SessionList {
  readonly #entries = new Map<string, Entry[]>();

  /** Shows a session in this form from `fromMs` on; never before an earlier change. */
  show(session: Session, fromMs: number): void {
    this.#add(session.key, fromMs, session);
  }

  /** Takes the session off the list from `fromMs` on. */
  drop(key: string, fromMs: number): void {
    this.#add(key, fromMs, undefined);
  }

  /** The list as it is shown at `nowMs`. */
  at(nowMs: number): Session[] {
    const shown: Session[] = [];
    for (const [key, entries] of this.#entries) {
      const next = entries.findIndex((entry) => entry.fromMs > nowMs);
      const index = (next === -1 ? entries.length : next) - 1;
      if (index > 0) entries.splice(0, index);
      const entry = index < 0 ? undefined : entries[0];
      if (entry?.session !== undefined) shown.push(entry.session);
      else if (entry !== undefined && entries.length === 1) this.#entries.delete(key);
    }
    return shown;
  }

  /** Forgets every session, as a server that restarts does. */
  clear(): void {
    this.#entries.clear();
  }

  #add(key: string, fromMs: number, session: Session | undefined): void {
    const entries = this.#entries.get(key) ?? [];
    const last = entries.at(-1);
    entries.push({ fromMs: Math.max(fromMs, last?.fromMs ?? fromMs), session });
    this.#entries.set(key, entries);
  }
}

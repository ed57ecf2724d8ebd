/**
 * The server's book of bytes sent: one row per second, account, device and network. It is told what
 * was sent; it does not know why.
 */
import type { Random } from "./random.ts";

/** What was sent to one device of one account in one second. */
export interface Sent {
  /** Seconds of Plex's clock. */
  readonly atS: number;
  /** 0 where nobody is signed in. */
  readonly accountId: number;
  readonly deviceId: number;
  readonly lan: boolean;
  readonly bytes: number;
}

interface Row extends Sent {
  readonly shownFromMs: number;
  readonly wholeFromMs: number;
}

/** Plex keeps much more; an hour is enough to make counting history a visible mistake. */
const keptS = 3600;

/** Rows that are shown late and grow while they are new (Plex API notes §10). */
export class BandwidthLog {
  readonly #dice: Random;
  #rows: Row[] = [];
  readonly #totals = new Map<string, number>();

  constructor(dice: Random) {
    this.#dice = dice;
  }

  /** Books what was sent in the second that began at `secondMs` of the world's clock. */
  book(sent: Sent, secondMs: number): void {
    const late = this.#dice.chance(0.08);
    const shownFromMs = secondMs + (late ? this.#dice.between(2500, 9000) : 300);
    const wholeFromMs = Math.max(shownFromMs, secondMs + this.#dice.between(1100, 3200));
    this.#rows.push({ ...sent, shownFromMs, wholeFromMs });
    const key = `${sent.accountId} ${sent.lan}`;
    this.#totals.set(key, (this.#totals.get(key) ?? 0) + sent.bytes);
  }

  /** Books what was sent before the world began; it is no part of the totals. */
  bookHistory(sent: Sent): void {
    this.#rows.push({ ...sent, shownFromMs: 0, wholeFromMs: 0 });
  }

  /** The rows as shown at `nowMs`, from second `fromS` of Plex's clock on. */
  rows(nowMs: number, fromS = -Infinity): Sent[] {
    const merged = new Map<string, Sent>();
    for (const row of this.#rows) {
      const { atS, accountId, deviceId, lan, shownFromMs, wholeFromMs } = row;
      if (atS < fromS || shownFromMs > nowMs) continue;
      const shown = nowMs >= wholeFromMs ? row.bytes : Math.ceil(row.bytes * 0.4);
      // Plex keeps one row per second, account, device and network, also when its clock goes back.
      const key = `${atS} ${accountId} ${deviceId} ${lan}`;
      const bytes = (merged.get(key)?.bytes ?? 0) + shown;
      merged.set(key, { atS, accountId, deviceId, lan, bytes });
    }
    return [...merged.values()];
  }

  /** Bytes of all rows since the world began, shown or not yet, of one account or of all. */
  total(where: { accountId?: number; lan?: boolean } = {}): number {
    let bytes = 0;
    for (const [key, sum] of this.#totals) {
      const [accountId, lan] = key.split(" ");
      if (where.accountId !== undefined && accountId !== String(where.accountId)) continue;
      if (where.lan !== undefined && lan !== String(where.lan)) continue;
      bytes += sum;
    }
    return bytes;
  }

  /** Forgets rows older than an hour before `plexNowS`. */
  prune(plexNowS: number): void {
    const first = this.#rows[0];
    if (first === undefined || first.atS > plexNowS - keptS - 300) return;
    this.#rows = this.#rows.filter((row) => row.atS > plexNowS - keptS);
  }
}

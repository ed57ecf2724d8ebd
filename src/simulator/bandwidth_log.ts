/**
 * The bytes that the server has sent: one row per second, account, device and network.
 */
import { addRow, BandwidthBins } from "./bandwidth_bins.ts";
import type { Random } from "./random.ts";

/** What was sent to one device of one account in one second. */
export interface BandwidthRow {
  /** Seconds of Plex's clock. */
  readonly atS: number;
  /** 0 without a user. */
  readonly accountId: number;
  readonly deviceId: number;
  readonly lan: boolean;
  readonly bytes: number;
}

interface Row extends BandwidthRow {
  readonly shownFromMs: number;
  readonly wholeFromMs: number;
}

/** Plex keeps much more; an hour is enough for a test to notice if old rows are counted. */
const RETENTION_S = 3600;

/** Rows that are shown late and grow while they are new (docs/plex/api.md#late-rows). */
export class BandwidthLog {
  readonly #random: Random;
  #rows: Row[] = [];
  readonly #totals = new Map<string, number>();
  /** The same bytes, and those of the years before, in longer bins. */
  readonly bins = new BandwidthBins();

  constructor(random: Random) {
    this.#random = random;
  }

  /** Records what was sent in the second that began at `secondMs` of the simulation's clock. */
  record(sent: BandwidthRow, secondMs: number): void {
    const late = this.#random.chance(0.08);
    const shownFromMs = secondMs + (late ? this.#random.integer(2500, 9000) : 300);
    const wholeFromMs = Math.max(shownFromMs, secondMs + this.#random.integer(1100, 3200));
    this.#rows.push({ ...sent, shownFromMs, wholeFromMs });
    this.bins.record(sent);
    const key = `${sent.accountId} ${sent.lan} ${sent.deviceId}`;
    this.#totals.set(key, (this.#totals.get(key) ?? 0) + sent.bytes);
  }

  /** Records what was sent before the simulation began; it is no part of the totals. */
  recordPast(sent: BandwidthRow): void {
    this.#rows.push({ ...sent, shownFromMs: 0, wholeFromMs: 0 });
    this.bins.record(sent);
  }

  /** The rows as shown at `nowMs`, from second `fromS` of Plex's clock on. */
  rows(nowMs: number, fromS = -Infinity): BandwidthRow[] {
    const merged = new Map<string, BandwidthRow>();
    for (const row of this.#rows) {
      const { atS, shownFromMs, wholeFromMs } = row;
      if (atS < fromS || shownFromMs > nowMs) continue;
      const bytes = nowMs >= wholeFromMs ? row.bytes : Math.ceil(row.bytes * 0.4);
      // Plex keeps one row per second, account, device and network, also when its clock goes back.
      addRow(merged, { ...row, bytes }, atS);
    }
    return [...merged.values()];
  }

  /**
   * Bytes of all rows since the simulation began, shown or not yet, of all or of one account,
   * device or network.
   */
  total(where: { accountId?: number; deviceId?: number; lan?: boolean } = {}): number {
    let bytes = 0;
    for (const [key, sum] of this.#totals) {
      const [accountId, lan, deviceId] = key.split(" ");
      if (where.deviceId !== undefined && deviceId !== String(where.deviceId)) continue;
      if (where.accountId !== undefined && accountId !== String(where.accountId)) continue;
      if (where.lan !== undefined && lan !== String(where.lan)) continue;
      bytes += sum;
    }
    return bytes;
  }

  /** Drops rows older than an hour before `plexNowS`, many at a time: every five minutes. */
  prune(plexNowS: number): void {
    const first = this.#rows[0];
    if (first === undefined || first.atS > plexNowS - RETENTION_S - 300) return;
    this.#rows = this.#rows.filter((row) => row.atS > plexNowS - RETENTION_S);
  }
}
